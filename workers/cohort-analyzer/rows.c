#include "rows.h"

#include "buffer.h"

const char *focus_areas_text(const struct texts *areas, struct arena *arena)
{
	struct buffer text = { .bytes = NULL };
	const char *copy;

	if (!areas->items)
		return NULL;
	buffer_add_char(&text, '[');
	for (size_t i = 0; i < areas->count; i++) {
		if (i > 0)
			buffer_add_char(&text, ',');
		json_write_text(&text, areas->items[i], strlen(areas->items[i]));
	}
	buffer_add_char(&text, ']');
	copy = arena_strndup(arena, text.bytes, text.length);
	buffer_release(&text);
	return copy;
}
