#pragma once

#include <stddef.h>

/* The mean of the middle two; NAN of none. Sorts the numbers. */
double median_of(double *numbers, size_t count);
