/*
 * A sentence's template, as anyone may write it into a configuration: refused with words, or it
 * says something over any values: the same each time, UTF-8, and plain text as it is.
 */
#include "fuzz.h"
#include "template.h"

static const char *said(const char *text, struct optional_int number, const char *word,
			struct arena *arena)
{
	const struct template_value values[] = {
		{ .name = "word", .text = word },
		{ .name = "number", .number = number },
		{ .name = NULL },
	};
	const char *once = template_format(text, values, arena);

	holds(is_utf8(once, strlen(once)), "no UTF-8: %s", once);
	holds(strcmp(once, template_format(text, values, arena)) == 0, "not the same again: %s",
	      once);
	return once;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct err err = { 0 };
	const char *text;

	arena_init(&arena);
	text = arena_strndup(&arena, (const char *)data, size);
	if (!template_check(text, "word #number", &err)) {
		holds_error(&err, ERR_USAGE);
	} else {
		said(text, (struct optional_int){ 0, false }, NULL, &arena);
		said(text, (struct optional_int){ 1, true }, "one", &arena);
		said(text, (struct optional_int){ INT64_MIN, true }, "{'#", &arena);
		if (!strpbrk(text, "{}'"))
			holds(strcmp(said(text, (struct optional_int){ 2, true }, "", &arena),
				     text) == 0,
			      "plain text changed: %s", text);
	}
	arena_release(&arena);
	return 0;
}
