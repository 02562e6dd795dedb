#include "names.h"

#define FIRST_CAPACITY 64

void names_init(struct names *names, struct arena *arena)
{
	*names = (struct names){ .arena = arena };
}

/* FNV-1a. */
uint64_t name_hash(enum action_kind kind, const char *item)
{
	uint64_t hash = (14695981039346656037u ^ (uint64_t)kind) * 1099511628211u;

	for (; *item; item++)
		hash = (hash ^ (unsigned char)*item) * 1099511628211u;
	return hash;
}

/* The slot where the name is, or the free one where it belongs. */
static uint32_t *slot_of(const struct names *names, enum action_kind kind, const char *item,
			 uint64_t hash)
{
	size_t mask = names->slots_count - 1;

	for (size_t i = hash & mask;; i = (i + 1) & mask) {
		uint32_t number = names->slots[i];
		const struct name *name = number == NO_NAME ? NULL : &names->items[number];

		if (!name ||
		    (name->hash == hash && name->kind == kind && strcmp(name->item, item) == 0))
			return &names->slots[i];
	}
}

/* Half of the slots stay free, so a search ends soon. */
static void grow(struct names *names)
{
	names->capacity = names->capacity ? 2 * names->capacity : FIRST_CAPACITY;
	names->items = arena_grow(names->arena, names->items, names->count, names->capacity,
				  sizeof(*names->items));
	names->slots_count = 2 * names->capacity;
	names->slots = arena_array(names->arena, uint32_t, names->slots_count);
	memset(names->slots, 0xff, names->slots_count * sizeof(*names->slots));
	for (size_t i = 0; i < names->count; i++)
		*slot_of(names, names->items[i].kind, names->items[i].item, names->items[i].hash) =
			(uint32_t)i;
}

uint32_t names_add(struct names *names, enum action_kind kind, const char *item)
{
	return item ? names_add_hashed(names, kind, item, name_hash(kind, item)) : NO_NAME;
}

uint32_t names_add_hashed(struct names *names, enum action_kind kind, const char *item,
			  uint64_t hash)
{
	if (names->count == names->capacity)
		grow(names);

	uint32_t *slot = slot_of(names, kind, item, hash);

	if (*slot == NO_NAME) {
		*slot = (uint32_t)names->count++;
		names->items[*slot] = (struct name){
			.kind = kind,
			.item = arena_strdup(names->arena, item),
			.hash = hash,
		};
	}
	return *slot;
}

void names_label(struct names *names, uint32_t number, const char *label, utc_us time)
{
	struct name *name = &names->items[number];

	if (!label)
		return;
	if (name->label) {
		int order = strcmp(label, name->label);

		if (time < name->label_time || (time == name->label_time && order <= 0))
			return;
		if (order == 0) {
			name->label_time = time;
			return;
		}
	}
	name->label = arena_strdup(names->arena, label);
	name->label_time = time;
}
