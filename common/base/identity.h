/* UUIDs: deterministic ids of goals, outputs and voters (RFC 4122 version 5). */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "values.h"

#define UUID_TEXT_SIZE 37

/* The project's namespace: every version 5 UUID made here hangs under it. */
extern const struct uuid identity_namespace;

/* Exactly the 36-character form, either case. */
bool uuid_from_text(const char *text, size_t length, struct uuid *ret_uuid);
void uuid_to_text(const struct uuid *uuid, char text[static UUID_TEXT_SIZE]);
bool uuid_equal(const struct uuid *a, const struct uuid *b);
int uuid_order(const struct uuid *a, const struct uuid *b);

/*
 * Version 5 UUID under identity_namespace of `kind` and the parts, each as a netstring ("4:goal,"),
 * so that ("ab","c") and ("a","bc") differ. The parts end with NULL: identity("goal", id_text,
 * pattern_key, goal_type, NULL).
 */
struct uuid identity(const char *kind, ...) __attribute__((sentinel));
