/* Every finite double, given by its eight bytes, is written in a form that is JSON and reads back
 * as the same. */
#include <math.h>

#include "fields.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct json_field fields[] = {
		{ FIELD_NAMED("n"), .kind = FIELD_KIND_NUMBER, .presence = REQUIRED }, FIELD_END
	};
	struct input input = input_of(data, size);
	uint64_t bits = input_number(&input, 8);
	struct buffer out = { 0 };
	struct arena arena;
	struct err err = { 0 };
	double number, again = 0;

	memcpy(&number, &bits, sizeof(number));
	if (!isfinite(number))
		return 0;
	arena_init(&arena);
	buffer_add_text(&out, "{\"n\":");
	json_write_number(&out, number);
	buffer_add_char(&out, '}');
	holds(json_decode(out.bytes, out.length, fields, &again, sizeof(again), &arena, &err),
	      "%s: %s", err.text, out.bytes);
	holds(again == number, "%.17g became %.17g by %s", number, again, out.bytes);
	buffer_release(&out);
	arena_release(&arena);
	return 0;
}
