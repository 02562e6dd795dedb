#include "position_decide.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "outbox.h"

bool position_read_metadata(const struct committed_position *committed, int64_t *ret_sequence)
{
	char text[64], again[64];
	long long sequence;

	if (!committed->metadata || committed->metadata_length >= sizeof(text))
		return false;
	memcpy(text, committed->metadata, committed->metadata_length);
	text[committed->metadata_length] = 0;
	if (sscanf(text, OUTBOX_METADATA_FORMAT, &sequence) != 1 || sequence < 0)
		return false;
	/* Nothing in front, nothing behind. */
	int length = snprintf(again, sizeof(again), OUTBOX_METADATA_FORMAT, sequence);

	if (committed->metadata_length != (size_t)length || strcmp(text, again) != 0)
		return false;
	*ret_sequence = sequence;
	return true;
}

enum position_verdict position_decide(const struct stored_position *stored,
				      const struct committed_position *committed,
				      int64_t *ret_published, struct err *err)
{
	int64_t published;

	*ret_published = 0;
	if (!committed->present) {
		if (!stored->present || stored->sequence == 0)
			return POSITION_START;
		err_set(err, ERR_FATAL,
			"Postgres is at offset %" PRId64 " (sequence %" PRId64
			"), but the group has no committed offset: was the group or the topic deleted, or did the offsets expire?",
			stored->next_offset, stored->sequence);
		return POSITION_STOP;
	}
	if (!position_read_metadata(committed, &published)) {
		err_set(err, ERR_FATAL,
			"the group's committed offset %" PRId64
			" was not committed by this product: was it reset by another tool?",
			committed->offset);
		return POSITION_STOP;
	}
	*ret_published = published;
	if (!stored->present && published > 0)
		err_set(err, ERR_FATAL,
			"the group has committed offset %" PRId64 " (sequence %" PRId64
			"), but Postgres has no position: is this the right database?",
			committed->offset, published);
	else if (stored->present && published > stored->sequence)
		err_set(err, ERR_FATAL,
			"Kafka is at sequence %" PRId64 ", Postgres only at %" PRId64
			": was the database restored to an earlier state?",
			published, stored->sequence);
	else
		return stored->present ? POSITION_CONTINUE : POSITION_START;
	return POSITION_STOP;
}

bool position_check_log(const struct stored_position *stored, int64_t start, int64_t end,
			struct err *err)
{
	if (!stored->present || stored->next_offset == 0)
		return true;
	if (stored->next_offset < start)
		return err_set(err, ERR_FATAL,
			       "the log no longer has offset %" PRId64
			       ", where Postgres says we are: it begins at %" PRId64
			       "; were messages deleted that were not handled yet?",
			       stored->next_offset, start);
	return stored->next_offset <= end ||
	       err_set(err, ERR_FATAL,
		       "the log does not have offset %" PRId64
		       ", where Postgres says we are: it ends at %" PRId64
		       "; was the topic deleted and made anew?",
		       stored->next_offset, end);
}

bool position_check_patterns(int64_t snapshot, int64_t end, struct err *err)
{
	return snapshot <= end || err_set(err, ERR_FATAL,
					  "its state was made with patterns up to offset %" PRId64
					  ", but the pattern topic ends at %" PRId64
					  "; was that topic deleted and made anew?",
					  snapshot, end);
}
