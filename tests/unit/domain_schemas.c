/* schemas/events/TOPIC.schema.json and the table that decodes TOPIC say the same, both ways. */
#include <criterion/criterion.h>
#include <dirent.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "messages.h"

#define FOLDER TEST_SOURCE_DIR "/schemas/events"

struct place {
	const struct place *parent;
	const char *name;
};

static const char *path_of(const struct place *place, char *text, size_t size)
{
	size_t length;

	if (!place)
		return "";
	path_of(place->parent, text, size);
	length = place->parent ? strlen(text) : 0;
	snprintf(text + length, size - length, "%s%s", length ? "." : "", place->name);
	return text;
}

/* A failure names the topic and the path of the member. */
#define EXPECT(condition, place, ...) \
	do { \
		char path_[300], reason_[300]; \
		snprintf(reason_, sizeof(reason_), __VA_ARGS__); \
		cr_expect(condition, "%s: %s", path_of(place, path_, sizeof(path_)), reason_); \
	} while (0)

static struct json_object *load(const char *topic)
{
	char path[512];
	struct json_object *schema;

	snprintf(path, sizeof(path), FOLDER "/%s.schema.json", topic);
	schema = json_object_from_file(path);
	cr_assert(schema, "%s: %s", path, json_util_get_last_err());
	return schema;
}

static const char *text_of(struct json_object *object, const char *name)
{
	const char *text = json_object_get_string(json_object_object_get(object, name));

	return text ? text : "";
}

/* "#/$defs/pattern_item" */
static struct json_object *resolve(struct json_object *root, struct json_object *schema)
{
	const char *reference = text_of(schema, "$ref");
	struct json_object *found = schema;

	if (strncmp(reference, "#/$defs/", 8) == 0)
		found = json_object_object_get(json_object_object_get(root, "$defs"),
					       reference + 8);
	return found;
}

/* A type by itself, or among a list of types. */
static bool has_type(struct json_object *schema, const char *type)
{
	struct json_object *types = json_object_object_get(schema, "type");

	if (!json_object_is_type(types, json_type_array))
		return strcmp(text_of(schema, "type"), type) == 0;
	for (size_t i = 0; i < json_object_array_length(types); i++)
		if (strcmp(json_object_get_string(json_object_array_get_idx(types, i)), type) == 0)
			return true;
	return false;
}

static size_t required_count(struct json_object *schema)
{
	struct json_object *required = json_object_object_get(schema, "required");

	return required ? json_object_array_length(required) : 0;
}

static bool requires(struct json_object *schema, const char *name)
{
	struct json_object *required = json_object_object_get(schema, "required");

	for (size_t i = 0; required && i < json_object_array_length(required); i++)
		if (strcmp(json_object_get_string(json_object_array_get_idx(required, i)), name) ==
		    0)
			return true;
	return false;
}

static void compare_range(const struct json_field *field, struct json_object *schema,
			  const struct place *place)
{
	struct json_object *minimum = json_object_object_get(schema, "minimum");
	struct json_object *maximum = json_object_object_get(schema, "maximum");
	bool ranged = field->minimum != 0 || field->maximum != 0;

	EXPECT(ranged == (minimum != NULL) && ranged == (maximum != NULL), place,
	       "a range in one place only");
	if (!ranged || !minimum || !maximum)
		return;
	EXPECT(json_object_get_double(minimum) == field->minimum, place,
	       "minimum %s, in the table %g", json_object_get_string(minimum), field->minimum);
	EXPECT(json_object_get_double(maximum) == field->maximum, place,
	       "maximum %s, in the table %g", json_object_get_string(maximum), field->maximum);
}

static void compare_names(const struct json_field *field, struct json_object *schema,
			  const struct place *place)
{
	struct json_object *values = json_object_object_get(schema, "enum");
	size_t count = 0;

	EXPECT(values, place, "no enum");
	while (field->names[count + 1])
		count++;
	EXPECT(values && json_object_array_length(values) == count, place,
	       "%zu values in the table", count);
	for (size_t i = 0; values && i < count && i < json_object_array_length(values); i++) {
		const char *value = json_object_get_string(json_object_array_get_idx(values, i));

		EXPECT(strcmp(value, field->names[i + 1]) == 0, place,
		       "\"%s\", in the table \"%s\"", value, field->names[i + 1]);
	}
}

static void compare_object(struct json_object *root, const struct json_field *fields,
			   struct json_object *schema, const struct place *place);

static void compare_text(struct json_object *schema, const char *format, const struct place *place)
{
	EXPECT(has_type(schema, "string"), place, "a text");
	EXPECT(strcmp(text_of(schema, "format"), format) == 0, place, "format \"%s\"", format);
}

static void compare_list(struct json_object *root, const struct json_field *field,
			 struct json_object *schema, const struct place *place)
{
	struct json_object *items = resolve(root, json_object_object_get(schema, "items"));

	EXPECT(has_type(schema, "array") && items, place, "a list");
	EXPECT(has_type(schema, "string") == field->or_text, place, "a text instead of a list");
	if (items && field->kind == FIELD_KIND_TEXTS)
		compare_text(items, "", place);
	else if (items)
		compare_object(root, field->fields, items, place);
}

static void compare_field(struct json_object *root, const struct json_field *field,
			  struct json_object *schema, const struct place *place)
{
	switch (field->kind) {
	case FIELD_KIND_TEXT:
		compare_text(schema, "", place);
		EXPECT(json_object_get_int(json_object_object_get(schema, "minLength")) == 1, place,
		       "minLength 1");
		break;
	case FIELD_KIND_ENUM:
		compare_text(schema, "", place);
		compare_names(field, schema, place);
		break;
	case FIELD_KIND_UUID:
		compare_text(schema, "uuid", place);
		break;
	case FIELD_KIND_TIME:
		compare_text(schema, "date-time", place);
		break;
	case FIELD_KIND_INT:
		EXPECT(has_type(schema, "integer"), place, "an integer");
		compare_range(field, schema, place);
		break;
	case FIELD_KIND_NUMBER:
		EXPECT(has_type(schema, "number"), place, "a number");
		compare_range(field, schema, place);
		break;
	case FIELD_KIND_BOOL:
		EXPECT(has_type(schema, "boolean"), place, "true or false");
		break;
	case FIELD_KIND_INT_OR_TEXT:
		EXPECT(has_type(schema, "integer") && has_type(schema, "string"), place,
		       "an integer or a text");
		break;
	case FIELD_KIND_TEXTS:
	case FIELD_KIND_OBJECTS:
		compare_list(root, field, schema, place);
		break;
	case FIELD_KIND_OBJECT:
		compare_object(root, field->fields, schema, place);
		break;
	case FIELD_KIND_END:
		EXPECT(false, place, "a field without a kind");
	}
}

static void compare_object(struct json_object *root, const struct json_field *fields,
			   struct json_object *schema, const struct place *place)
{
	struct json_object *properties = json_object_object_get(schema, "properties");
	size_t count = 0, required = 0;

	EXPECT(has_type(schema, "object") && properties, place, "an object with properties");
	for (const struct json_field *field = fields; properties && field->kind != FIELD_KIND_END;
	     field++) {
		struct place here = { place, field->name };
		struct json_object *property =
			resolve(root, json_object_object_get(properties, field->name));

		count++;
		required += field->presence == REQUIRED;
		EXPECT(property, &here, "only in the table");
		EXPECT(requires(schema, field->name) == (field->presence == REQUIRED), &here,
		       "required in one place only");
		if (property)
			compare_field(root, field, property, &here);
	}
	EXPECT(properties && (size_t)json_object_object_length(properties) == count, place,
	       "the table has %zu members, the schema %d", count,
	       json_object_object_length(properties));
	EXPECT(required_count(schema) == required, place,
	       "the schema requires a member that does not exist");
	EXPECT(!json_object_object_get(schema, "additionalProperties"), place,
	       "more members are allowed");
}

Test(schemas, say_what_the_tables_say)
{
	for (const struct message_type *type = message_types; type->topic; type++) {
		struct json_object *schema = load(type->topic);

		compare_object(schema, type->fields, schema, &(struct place){ NULL, type->topic });
		cr_expect_eq(has_type(schema, "null"), type->tombstone,
			     "%s: whether null is allowed", type->topic);
		json_object_put(schema);
	}
}

Test(schemas, have_an_absolute_name_of_their_own)
{
	for (const struct message_type *type = message_types; type->topic; type++) {
		struct json_object *schema = load(type->topic);
		char id[200];

		snprintf(id, sizeof(id),
			 "https://schemas.growth-patterns.example/events/%s.schema.json",
			 type->topic);
		cr_expect_str_eq(text_of(schema, "$id"), id);
		cr_expect_str_eq(text_of(schema, "$schema"),
				 "https://json-schema.org/draft/2020-12/schema");
		cr_expect_gt(strlen(text_of(schema, "title")), 0, "%s", type->topic);
		cr_expect(strstr(text_of(schema, "description"), "Key: "), "%s: what the key is",
			  type->topic);
		json_object_put(schema);
	}
}

Test(schemas, have_examples_that_the_tables_decode)
{
	for (const struct message_type *type = message_types; type->topic; type++) {
		struct json_object *schema = load(type->topic);
		struct json_object *examples = json_object_object_get(schema, "examples");
		struct arena arena;

		arena_init(&arena);
		cr_expect(examples && json_object_array_length(examples) > 0, "%s: no example",
			  type->topic);
		for (size_t i = 0; examples && i < json_object_array_length(examples); i++) {
			const char *text =
				json_object_to_json_string(json_object_array_get_idx(examples, i));
			struct err err = { 0 };

			cr_expect(json_decode(text, strlen(text), type->fields,
					      arena_alloc(&arena, type->size), type->size, &arena,
					      &err),
				  "%s: example %zu: %s", type->topic, i, err.text);
		}
		arena_release(&arena);
		json_object_put(schema);
	}
}

Test(schemas, are_of_topics_that_exist)
{
	DIR *folder = opendir(FOLDER);
	const struct dirent *entry;

	cr_assert(folder);
	while ((entry = readdir(folder))) {
		char topic[256];
		char *end;

		snprintf(topic, sizeof(topic), "%s", entry->d_name);
		end = strstr(topic, ".schema.json");
		if (end)
			*end = 0;
		cr_expect(entry->d_name[0] == '.' || (end && message_type_of(topic)), "%s",
			  entry->d_name);
	}
	closedir(folder);
}
