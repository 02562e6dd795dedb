/* Whole numbers as text: keys, ids, JSON. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define DECIMAL_SIZE 21 /* of any int64_t, with its sign and a NUL */

/* As printf()'s %lld has it; returns the length without the NUL. */
size_t decimal_format(int64_t number, char text[static DECIMAL_SIZE]);
