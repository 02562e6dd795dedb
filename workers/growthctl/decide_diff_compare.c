#include <string.h>

#include "decide_diff.h"

struct comparison {
	struct differences found;
	size_t capacity;
	struct arena *arena;
};

static const char *text_of(struct json_object *value, struct arena *arena)
{
	return arena_strdup(arena, json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN));
}

static void add(struct comparison *comparison, const char *path, const char *left,
		const char *right)
{
	struct differences *found = &comparison->found;

	found->items = arena_room(comparison->arena, found->items, found->count,
				  &comparison->capacity, sizeof(*found->items));
	found->items[found->count++] =
		(struct difference){ .path = path, .left = left, .right = right };
}

static bool is_number(struct json_object *value)
{
	return json_object_is_type(value, json_type_int) ||
	       json_object_is_type(value, json_type_double);
}

/* Of two values that are not both objects or both lists. */
static bool is_equal(struct json_object *left, struct json_object *right)
{
	if (json_object_is_type(left, json_type_int) && json_object_is_type(right, json_type_int))
		return json_object_get_int64(left) == json_object_get_int64(right);
	if (is_number(left) && is_number(right))
		return json_object_get_double(left) == json_object_get_double(right);
	return json_object_equal(left, right);
}

static void compare_values(struct comparison *comparison, const char *path,
			   struct json_object *left, struct json_object *right);

static const char *member_path(const struct comparison *comparison, const char *path,
			       const char *name)
{
	return *path ? arena_printf(comparison->arena, "%s.%s", path, name)
		     : arena_strdup(comparison->arena, name);
}

static void compare_members(struct comparison *comparison, const char *path,
			    struct json_object *left, struct json_object *right)
{
	json_object_object_foreach(left, name, value) {
		const char *place = member_path(comparison, path, name);
		struct json_object *other;

		if (*place == '@')
			continue;
		if (json_object_object_get_ex(right, name, &other))
			compare_values(comparison, place, value, other);
		else
			add(comparison, place, text_of(value, comparison->arena), NULL);
	}
	json_object_object_foreach(right, other_name, other_value) {
		const char *place = member_path(comparison, path, other_name);

		if (*place != '@' && !json_object_object_get_ex(left, other_name, NULL))
			add(comparison, place, NULL, text_of(other_value, comparison->arena));
	}
}

static void compare_lists(struct comparison *comparison, const char *path, struct json_object *left,
			  struct json_object *right)
{
	size_t lefts = json_object_array_length(left), rights = json_object_array_length(right);

	for (size_t i = 0; i < lefts || i < rights; i++) {
		const char *place = arena_printf(comparison->arena, "%s[%zu]", path, i);
		struct json_object *a = i < lefts ? json_object_array_get_idx(left, i) : NULL;
		struct json_object *b = i < rights ? json_object_array_get_idx(right, i) : NULL;

		if (i < lefts && i < rights)
			compare_values(comparison, place, a, b);
		else
			add(comparison, place, i < lefts ? text_of(a, comparison->arena) : NULL,
			    i < rights ? text_of(b, comparison->arena) : NULL);
	}
}

static void compare_values(struct comparison *comparison, const char *path,
			   struct json_object *left, struct json_object *right)
{
	if (json_object_is_type(left, json_type_object) &&
	    json_object_is_type(right, json_type_object))
		compare_members(comparison, path, left, right);
	else if (json_object_is_type(left, json_type_array) &&
		 json_object_is_type(right, json_type_array))
		compare_lists(comparison, path, left, right);
	else if (!is_equal(left, right))
		add(comparison, path, text_of(left, comparison->arena),
		    text_of(right, comparison->arena));
}

struct differences diff_compare(struct json_object *left, struct json_object *right,
				struct arena *arena)
{
	struct comparison comparison = { .arena = arena };

	compare_values(&comparison, "", left, right);
	return comparison.found;
}

struct differences diff_alone(struct json_object *left, struct json_object *right,
			      struct arena *arena)
{
	struct comparison comparison = { .arena = arena };

	add(&comparison, NULL, left ? text_of(left, arena) : NULL,
	    right ? text_of(right, arena) : NULL);
	return comparison.found;
}
