/* Internal to base: the tokens of a JSON text, more strictly than json-c sees them. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

#define JSON_DEPTH_MAX 32
/* json-c takes about 900 bytes for "{}": without a limit one message of 1 MB would take 300 MB. */
#define JSON_CONTAINERS_MAX 10000

/*
 * Checks the tokens of text[0..length), not their order, which is json-c's part. An object or a
 * list has to be all there is. *ret_members is how many members its objects have together,
 * duplicates included.
 */
bool json_scan(const char *text, size_t length, size_t *ret_members, struct err *err);
