#pragma once

#include <stddef.h>

/* The mean of the middle two. Sorts the numbers; count > 0. */
double median_of(double *numbers, size_t count);
