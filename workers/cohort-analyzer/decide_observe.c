/*
 * Most profiles say what the one before said. Such a one is a sign of life and nothing else: a
 * moved time instead of a row. What must stay true: between a row and its heard_until there is no
 * other row of the contractor.
 */
#include "decide.h"
#include "instant.h"
#include "normalise.h"

void analyzer_normalise_profile(void *updated, const void *config, struct arena *arena)
{
	const struct analyzer_config *analyzer = config;

	normalise_profile(&analyzer->vocabulary, updated, arena);
}

void analyzer_normalise_action(void *recorded, const void *config, struct arena *arena)
{
	const struct analyzer_config *analyzer = config;

	normalise_action(&analyzer->vocabulary, recorded, arena);
}

bool analyzer_check_profile(const void *updated, const void *config, struct err *err)
{
	const struct analyzer_config *analyzer = config;

	return normalised_check(&analyzer->vocabulary, updated, err);
}

static int order_of(utc_us a_time, const char *a_id, utc_us b_time, const char *b_id)
{
	if (a_time != b_time)
		return a_time < b_time ? -1 : 1;
	return strcmp(a_id, b_id);
}

/* How many rows are not after the event. */
static size_t rows_until(const struct contractor_log *log, utc_us time, const char *event_id)
{
	size_t count = log->count;

	while (count > 0 && order_of(log->rows[count - 1].profile.occurred_at,
				     log->rows[count - 1].event_id, time, event_id) > 0)
		count--;
	return count;
}

static struct kept_profile *insert_row(struct contractor_log *log, size_t at,
				       const struct kept_profile *row, struct arena *arena)
{
	log->rows = arena_room(arena, log->rows, log->count, &log->room, sizeof(*log->rows));
	memmove(&log->rows[at + 1], &log->rows[at], (log->count - at) * sizeof(*log->rows));
	log->rows[at] = *row;
	log->count++;
	return &log->rows[at];
}

static bool is_row(const struct kept_profile *row, utc_us time, const char *event_id)
{
	return order_of(row->profile.occurred_at, row->event_id, time, event_id) == 0;
}

void log_add_stored(struct contractor_log *log, const struct kept_profile *row, struct arena *arena)
{
	size_t at = rows_until(log, row->profile.occurred_at, row->event_id);

	if (at == 0 || !is_row(&log->rows[at - 1], row->profile.occurred_at, row->event_id))
		insert_row(log, at, row, arena);
}

/* Compared as text, so that a field added to the message cannot be forgotten here. */
static bool says_the_same(const struct contractor_updated *a, const struct contractor_updated *b,
			  struct arena *arena)
{
	struct contractor_updated undated = *b;
	struct arena_mark mark = arena_mark(arena);
	bool same;

	undated.occurred_at = a->occurred_at;
	same = strcmp(json_encode_text(contractor_updated_fields, a, arena),
		      json_encode_text(contractor_updated_fields, &undated, arena)) == 0;
	arena_rewind(arena, mark);
	return same;
}

/* Another row begins when the one before it was heard last: at most at that time, by an earlier
 * late event. */
static bool is_followed_at_once(const struct contractor_log *log, size_t before)
{
	return before + 1 < log->count &&
	       log->rows[before + 1].profile.occurred_at == log->rows[before].heard_until;
}

/* Ends what was heard of the row before, at the late event; what was heard after it starts anew,
 * unless another row does then. (One that is not in the log is known to the table:
 * add_remainders.sql.) */
static void split_row(struct contractor_log *log, size_t before, utc_us time, struct arena *arena)
{
	struct kept_profile rest = log->rows[before];
	bool followed = is_followed_at_once(log, before);

	rest.profile.occurred_at = rest.heard_until;
	rest.version.present = false;
	rest.added = rest.remainder = true;
	rest.extended = false;
	log->rows[before].heard_until = time;
	log->rows[before].extended = true;
	if (!followed)
		insert_row(log, before + 1, &rest, arena);
}

void log_observe(struct contractor_log *log, const struct contractor_updated *profile,
		 const char *event_id, int64_t silent_days, struct arena *arena)
{
	size_t at = rows_until(log, profile->occurred_at, event_id);
	struct kept_profile *before = at > 0 ? &log->rows[at - 1] : NULL;
	struct kept_profile row = {
		.profile = *profile,
		.event_id = event_id,
		.heard_until = profile->occurred_at,
		.added = true,
	};

	if (before && is_row(before, profile->occurred_at, event_id))
		return;
	if (before && says_the_same(&before->profile, profile, arena)) {
		if (profile->occurred_at <= before->heard_until)
			return;
		if (profile->occurred_at - before->heard_until <= silent_days * US_PER_DAY) {
			before->heard_until = profile->occurred_at;
			before->extended = true;
			return;
		}
	} else if (before && before->heard_until > profile->occurred_at) {
		split_row(log, at - 1, profile->occurred_at, arena);
	}
	insert_row(log, at, &row, arena);
}

const struct kept_profile *log_stored_before(const struct contractor_log *log, utc_us time,
					     const char *event_id)
{
	for (size_t at = rows_until(log, time, event_id); at > 0; at--)
		if (log->rows[at - 1].version.present)
			return &log->rows[at - 1];
	return NULL;
}

bool log_has_changed(const struct contractor_log *log)
{
	for (size_t i = 0; i < log->count; i++)
		if (log->rows[i].added || log->rows[i].extended)
			return true;
	return false;
}
