#include "rows.h"

#include "buffer.h"

static const struct json_field list_fields[] = {
	{ .name = "items", .kind = FIELD_KIND_TEXTS, .presence = OPTIONAL, .offset = 0 },
	FIELD_END,
};

int name_index(const char *const *names, const char *name)
{
	for (int i = 1; name && names[i]; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	return 0;
}

bool focus_areas_read(const char *text, struct texts *ret_areas, struct arena *arena,
		      struct err *err)
{
	const char *object;

	*ret_areas = (struct texts){ .items = NULL };
	if (!text)
		return true;
	object = arena_printf(arena, "{\"items\":%s}", text);
	return json_decode(object, strlen(object), list_fields, ret_areas, sizeof(*ret_areas),
			   arena, err);
}

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
