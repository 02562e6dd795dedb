/* Internal to base: a JSON text as json-c's tree. */
#pragma once

#include <json-c/json.h>
#include <stddef.h>

#include "err.h"

/* An object or a list, to be freed with json_object_put(); NULL on failure, which is ERR_POISON. */
struct json_object *json_tree(const char *text, size_t length, struct err *err);
