#include "decide_promote.h"

#include <inttypes.h>
#include <string.h>

static int64_t highest(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* ---- positions ---- */

static bool refuse(const struct switch_position *position, struct err *err, const char *why)
{
	return err_set(err, ERR_POISON, "%s, %s[%" PRId64 "]: %s", position->worker,
		       position->current->topic, position->current->partition, why);
}

/* Whether live may be left as it is. */
static bool is_done(const struct switch_position *position, struct err *err)
{
	const struct position *current = position->current;

	if (current->waiting)
		return refuse(position, err,
			      "live has not published all that it has decided; start its workers, "
			      "wait with growthctl status --wait, stop them");
	if (position->needs_feeding && !position->fed.present)
		return refuse(position, err, "the replay was not fed from this partition");
	if (position->fed_from.present && position->fed_from.value > current->log_start)
		return refuse(
			position, err,
			"the replay has left out the beginning of the log, so the state is not "
			"all that live has");
	if (!position->fed.present && position->behind)
		return refuse(
			position, err,
			"live has not handled what its own workers have told; start them, wait "
			"with growthctl status --wait, stop them");
	if (position->fed.present && position->behind && position->fed.value > current->next_offset)
		return refuse(
			position, err,
			"the replay is ahead of live, whose outputs of what lies between would "
			"never be; let live catch up");
	return true;
}

static int64_t place_after_promotion(const struct switch_position *position)
{
	int64_t live = position->current->next_offset;

	/* Where the replay is further, but live is not behind, there are but markers of
	 * transactions. */
	return position->fed.present && position->fed.value < live ? position->fed.value : live;
}

static int64_t place_after_undo(const struct switch_position *position)
{
	return position->derived  ? position->current->log_end
	       : position->stored ? position->next_offset
				  : position->current->next_offset;
}

bool switch_position_decide(enum switch_kind kind, const struct switch_position *position,
			    struct new_position *ret_position, struct err *err)
{
	const struct position *current = position->current;
	struct new_position new = { 0 };

	if (current->word == POSITION_STOPPED)
		return refuse(position, err, current->reason);
	if (kind == SWITCH_PROMOTE && !is_done(position, err))
		return false;
	new.next_offset = kind == SWITCH_PROMOTE ? place_after_promotion(position)
						 : place_after_undo(position);
	if (new.next_offset &&new.next_offset < current->log_start)
		return refuse(position, err,
			      "its log no longer has what would be handled next; see growthctl "
			      "positions");
	if (new.next_offset < current->next_offset)
		new.again = current->next_offset - highest(new.next_offset, current->log_start);
	new.sequence =
		highest(current->stored ? current->sequence : 0,
			highest(current->published.value,
				kind == SWITCH_UNDO && position->stored ? position->sequence : 0));
	new.epoch = 1 + highest(current->epoch, position->stored ? position->epoch : 0);
	*ret_position = new;
	return true;
}

/* ---- patterns ---- */

static bool is_removed(const char *status)
{
	return strcmp(status, "removed") == 0;
}

static struct pattern_switch decide(const struct stored_pattern *current,
				    const struct stored_pattern *next, bool all)
{
	const struct stored_pattern *known = next ? next : current;
	bool same = current && next && strcmp(current->content, next->content) == 0;
	struct pattern_switch pattern = { .pattern_key = known->pattern_key,
					  .old_version = next ? next->version : 0,
					  .withdrawn = !next };

	if (same && !all && current->version >= next->version) {
		pattern.version = current->version;
		return pattern;
	}
	pattern.version = 1 + highest(current ? current->version : 0, next ? next->version : 0);
	pattern.content = known->content;
	pattern.removed = !next || is_removed(next->status);
	return pattern;
}

void patterns_switch(const struct stored_pattern *current, size_t current_count,
		     const struct stored_pattern *next, size_t next_count, bool all,
		     struct arena *arena, struct pattern_switch **ret_patterns, size_t *ret_count)
{
	struct pattern_switch *patterns =
		arena_array(arena, struct pattern_switch, current_count + next_count);
	size_t c = 0, n = 0, count = 0;

	while (c < current_count || n < next_count) {
		int order = c == current_count ? 1
			    : n == next_count  ? -1
					      : strcmp(current[c].pattern_key, next[n].pattern_key);
		const struct stored_pattern *a = order <= 0 ? &current[c++] : NULL;
		const struct stored_pattern *b = order >= 0 ? &next[n++] : NULL;

		/* What readers have forgotten already, they need not be told to forget. */
		if (a && !b && is_removed(a->status))
			continue;
		patterns[count++] = decide(a, b, all);
	}
	*ret_patterns = patterns;
	*ret_count = count;
}
