/*
 * json_scan() checks the tokens, json-c their order. What remains are keys that occur twice, of
 * which json-c keeps the last: then the tree has fewer members than the text has colons.
 *
 * A tokener is kept for each thread. That is sound because json_scan() comes first: in json-c 0.16
 * json_tokener_reset() forgets half a surrogate pair, which would surface in the next message.
 */
#include "json_tree.h"

#include <limits.h>
#include <pthread.h>
#include <stdlib.h>

#include "heap.h"
#include "json_scan.h"

static _Thread_local struct json_tokener *thread_tokener;
static pthread_key_t exit_key; /* only for its destructor, which frees a thread's tokener */
static pthread_once_t exit_once = PTHREAD_ONCE_INIT;

static void free_tokener(void *tokener)
{
	json_tokener_free(tokener);
}

static void make_exit_key(void)
{
	if (pthread_key_create(&exit_key, free_tokener) != 0)
		abort(); /* a handful of keys exist, a thousand are possible */
}

static struct json_tokener *new_tokener(void)
{
	/* json-c counts the innermost values as a level. It need not check UTF-8 once more. */
	struct json_tokener *tokener = json_tokener_new_ex(JSON_DEPTH_MAX + 1);

	if (!tokener)
		heap_exhausted();
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
	return tokener;
}

static struct json_tokener *kept_tokener(void)
{
	if (!thread_tokener) {
		thread_tokener = new_tokener();
		pthread_once(&exit_once, make_exit_key);
		pthread_setspecific(exit_key, thread_tokener);
	}
	json_tokener_reset(thread_tokener);
	return thread_tokener;
}

static struct json_object *parse(const char *text, size_t length, struct err *err)
{
	struct json_tokener *tokener = kept_tokener();
	struct json_object *tree = json_tokener_parse_ex(tokener, text, (int)length);

	/* json-c's way to say that it has no memory; a message that is fine must not be blamed for
	 * it. */
	if (!tree && json_tokener_get_error(tokener) == json_tokener_success)
		heap_exhausted();
	if (!tree)
		err_set(err, ERR_POISON, "not JSON: %s at byte %zu",
			json_tokener_error_desc(json_tokener_get_error(tokener)),
			json_tokener_get_parse_end(tokener));
	return tree;
}

/* How many members the objects in it have together. */
static size_t count_members(struct json_object *json)
{
	size_t count = 0;

	if (json_object_is_type(json, json_type_object)) {
		struct lh_entry *entry;

		lh_foreach(json_object_get_object(json), entry)
			count += 1 + count_members(lh_entry_v(entry));
	} else if (json_object_is_type(json, json_type_array)) {
		size_t length = json_object_array_length(json);

		for (size_t i = 0; i < length; i++)
			count += count_members(json_object_array_get_idx(json, i));
	}
	return count;
}

/* Behind the closing quote of the string that begins at `quote`. The text is known to be valid. */
static const char *behind_string(const char *quote)
{
	const char *at = quote + 1;

	while (*at != '"')
		at += *at == '\\' ? 2 : 1;
	return at + 1;
}

static bool is_key(const char *behind)
{
	while (*behind == ' ' || *behind == '\t' || *behind == '\r' || *behind == '\n')
		behind++;
	return *behind == ':';
}

/* Adds a key, "a" or "\u0061", to those of its object; false when it was there. */
static bool add_key(struct json_object *seen, struct json_tokener *tokener, const char *quote,
		    const char *behind, struct err *err)
{
	json_tokener_reset(tokener);

	struct json_object *string = json_tokener_parse_ex(tokener, quote, (int)(behind - quote));
	const char *key = json_object_get_string(string);
	bool added = !json_object_object_get_ex(seen, key, NULL);

	if (added)
		json_object_object_add(seen, key, NULL);
	else
		err_set(err, ERR_POISON, "%s: occurs twice in an object", key);
	json_object_put(string);
	return added;
}

/* Names what occurs twice, in a text that is valid otherwise. False: nothing does. */
static bool report_duplicate(const char *text, const char *end, struct err *err)
{
	struct json_object *seen[JSON_DEPTH_MAX + 1] = { NULL }; /* each level's keys */
	struct json_tokener *tokener = new_tokener();
	int depth = 0;
	bool found = false;

	for (const char *at = text, *next; at < end && !found; at = next) {
		next = at + 1;
		if (*at == '{' || *at == '[') {
			seen[++depth] = json_object_new_object();
		} else if (*at == '}' || *at == ']') {
			json_object_put(seen[depth--]);
		} else if (*at == '"') {
			next = behind_string(at);
			found = is_key(next) && !add_key(seen[depth], tokener, at, next, err);
		}
	}
	while (depth > 0)
		json_object_put(seen[depth--]);
	json_tokener_free(tokener);
	return found;
}

struct json_object *json_tree(const char *text, size_t length, struct err *err)
{
	size_t members;

	if (length > INT_MAX) {
		err_set(err, ERR_POISON, "longer than %d bytes", INT_MAX);
		return NULL;
	}
	if (!json_scan(text, length, &members, err))
		return NULL;

	struct json_object *tree = parse(text, length, err);
	if (tree && count_members(tree) != members) {
		/* Nor does json-c look whether a member could be added. */
		if (!report_duplicate(text, text + length, err))
			heap_exhausted();
		json_object_put(tree);
		return NULL;
	}
	return tree;
}
