/* Which letters one message answers. */
#include "dlq.h"

static int by_origin(const void *a, const void *b)
{
	const struct dead_letter *const *one = a, *const *two = b;
	int order = place_compare(&(*one)->origin, &(*two)->origin);

	return order ? order : place_compare(&(*one)->at, &(*two)->at);
}

void dlq_index_init(struct dlq_index *index, const struct dead_letters *letters,
		    struct arena *arena)
{
	index->items = arena_array(arena, struct dead_letter *, letters->count);
	index->count = 0;
	for (size_t i = 0; i < letters->count; i++)
		if (letters->items[i].state == LETTER_OPEN && letters->items[i].origin.topic)
			index->items[index->count++] = &letters->items[i];
	if (index->count)
		qsort(index->items, index->count, sizeof(struct dead_letter *), by_origin);
}

static size_t first_of(const struct dlq_index *index, const struct letter_place *origin)
{
	size_t low = 0, high = index->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (place_compare(&index->items[middle]->origin, origin) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void dlq_answer(struct dlq_message *message, struct dead_letter *letter,
		const struct dlq_index *index, struct arena *arena)
{
	size_t first = letter->origin.topic ? first_of(index, &letter->origin) : index->count;
	size_t end = first;

	while (end < index->count && place_is(&index->items[end]->origin, &letter->origin))
		end++;
	message->letters = arena_array(arena, struct dead_letter *, end - first + 1);
	message->letters[message->count++] = letter;
	for (size_t i = first; i < end; i++)
		if (index->items[i] != letter && index->items[i]->state == LETTER_OPEN)
			message->letters[message->count++] = index->items[i];
	for (size_t i = 0; i < message->count; i++)
		message->letters[i]->state = LETTER_PENDING;
	message->sent_offset = -1;
}

static int by_first_origin(const void *a, const void *b)
{
	const struct dlq_message *one = a, *two = b;

	return place_compare(&one->letters[0]->origin, &two->letters[0]->origin);
}

struct dlq_message *dlq_messages(const struct dead_letters *all, struct dead_letter *const *chosen,
				 size_t count, struct arena *arena, size_t *ret_count)
{
	struct dlq_message *messages = arena_array(arena, struct dlq_message, count);
	struct dlq_index index;
	size_t used = 0;

	dlq_index_init(&index, all, arena);
	for (size_t i = 0; i < count; i++) {
		if (chosen[i]->state != LETTER_OPEN)
			continue;
		messages[used].line = letter_message(chosen[i], arena);
		messages[used].action = "retry";
		dlq_answer(&messages[used++], chosen[i], &index, arena);
	}
	if (used)
		qsort(messages, used, sizeof(*messages), by_first_origin);
	*ret_count = used;
	return messages;
}
