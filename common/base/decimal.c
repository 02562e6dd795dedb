#include "decimal.h"

static size_t count_digits(uint64_t number)
{
	size_t count = 1;

	for (; number >= 10; number /= 10)
		count++;
	return count;
}

size_t decimal_format(int64_t number, char text[static DECIMAL_SIZE])
{
	uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
	size_t length = count_digits(rest) + (number < 0);
	char *at = text + length;

	*at = '\0';
	do {
		*--at = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	if (number < 0)
		*--at = '-';
	return length;
}
