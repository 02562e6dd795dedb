/*
 * What a group has committed, and what Postgres has, in any combination. The first byte's bits say
 * what is there, then come both numbers, and the rest is the commit's metadata: only what this
 * product writes, to the byte, is believed.
 */
#include "fuzz.h"
#include "outbox.h"
#include "position_decide.h"

static bool is_ours(const struct committed_position *committed, int64_t sequence)
{
	char text[64];
	int length = snprintf(text, sizeof(text), OUTBOX_METADATA_FORMAT, (long long)sequence);

	return committed->metadata && committed->metadata_length == (size_t)length &&
	       memcmp(committed->metadata, text, (size_t)length) == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = input_of(data, size);
	uint64_t bits = input_number(&input, 1);
	struct stored_position stored = { .present = bits & 1 };
	struct committed_position committed = { .present = bits & 2 };
	int64_t published = -1;
	struct err err = { 0 };
	struct arena arena;
	struct bytes metadata;

	stored.sequence = (int64_t)(input_number(&input, 8) >> 1);
	stored.next_offset = (int64_t)(input_number(&input, 8) >> 1);
	committed.offset = (int64_t)(input_number(&input, 8) >> 1);
	arena_init(&arena);
	metadata = input_rest(&input, &arena);
	if (!(bits & 4)) {
		committed.metadata = metadata.data;
		committed.metadata_length = metadata.length;
	}

	enum position_verdict verdict = position_decide(&stored, &committed, &published, &err);
	if (verdict == POSITION_STOP) {
		holds_error(&err, ERR_FATAL);
	} else {
		holds(published >= 0, "sequence %" PRId64, published);
		holds(!committed.present || is_ours(&committed, published),
		      "foreign metadata is believed");
		holds(published <= (stored.present ? stored.sequence : 0),
		      "Kafka may be ahead: %" PRId64, published);
		holds(verdict != POSITION_CONTINUE || stored.present, "continue without a row");
		/* Starting anew where state is would handle the log a second time. */
		holds(verdict != POSITION_START || !stored.present || stored.sequence == 0,
		      "start over at sequence %" PRId64, stored.sequence);
	}
	arena_release(&arena);
	return 0;
}
