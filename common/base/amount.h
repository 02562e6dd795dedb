/* Numbers as people read them, in the manner of en_US. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "buffer.h"

/* 1234567 as 1,234,567 */
void amount_add_grouped(struct buffer *out, int64_t number);
/* Dollars: 7234567 as $7,234,567, or compact as $7.2M: two digits, and all that are in front of the
 * point, rounded half to even. */
void amount_add_money(struct buffer *out, int64_t dollars, bool compact);
