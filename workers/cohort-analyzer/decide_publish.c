#include "decide.h"

#include "instant.h"

static bool is_live(const struct pattern *stored)
{
	return stored && stored->status != PATTERN_REMOVED;
}

static bool moves_safely(const struct contributions *before, const struct contributions *now,
			 int64_t k)
{
	return contributions_equal(before, now) || contributions_may_follow(before, now, k);
}

static bool voters_move_safely(const struct fingerprints *before, const struct fingerprints *now,
			       int64_t k)
{
	int64_t differing = fingerprints_differing(before, now);

	return differing == 0 || differing >= k;
}

/* Why the numbers found now may not be published; NULL: they may. */
static const char *reason_to_wait(const struct pattern_case *c, struct arena *arena)
{
	if (c->parent_held)
		return "frozen: with the whole cohort's pattern";
	if (!c->publication)
		return NULL;
	if (moves_safely(&c->publication->inside, &c->found->inside, c->k) &&
	    moves_safely(&c->publication->outside, &c->found->outside, c->k))
		return NULL;
	return arena_printf(arena, "frozen: fewer than %lld contractors differ", (long long)c->k);
}

struct optional_time erased_since(const struct publication *publication,
				  struct optional_time erased_at, utc_us as_of)
{
	if (publication && publication->erased_since.present)
		return publication->erased_since;
	if (erased_at.present && erased_at.value > as_of)
		erased_at.value = as_of;
	return erased_at;
}

/*
 * The published numbers stay, if they may. Those of a removed pattern that is found again return,
 * as long as nobody in them was erased: they say nothing that was not said before.
 */
static struct ruling keep(const struct pattern_case *c, const char *result)
{
	struct ruling ruling = { .result = result };

	ruling.erased_since = erased_since(c->publication, c->erased_at, c->as_of);
	if (!is_live(c->stored) && (!c->stored || !c->found || ruling.erased_since.present))
		return ruling;
	if (ruling.erased_since.present &&
	    c->as_of - ruling.erased_since.value > ERASED_MAX_DAYS * US_PER_DAY) {
		ruling.removed = "withdrawn until its numbers are of others only";
		ruling.result = "withdrawn: somebody in its numbers was erased";
		return ruling;
	}
	ruling.stands = true;
	ruling.pattern = *c->stored;
	if (!is_live(c->stored)) {
		ruling.pattern.status = PATTERN_ACTIVE;
		ruling.pattern.status_reason = NULL;
	}
	return ruling;
}

static bool has_failed(const struct pattern_case *c)
{
	return c->found && c->found->pattern.held_out.result == HELD_OUT_FAILED;
}

static struct ruling downgrade(const struct pattern_case *c)
{
	struct ruling ruling;

	if (!is_live(c->stored))
		return (struct ruling){
			.result = "held back: held-out test failed",
			.erased_since = erased_since(c->publication, c->erased_at, c->as_of),
		};
	ruling = keep(c, "downgraded: held-out test failed");
	if (!ruling.stands)
		return ruling;
	ruling.pattern.status = PATTERN_DOWNGRADED;
	ruling.pattern.status_reason = "what it says did not hold for contractors held out";
	ruling.pattern.held_out = (struct held_out_test){ .result = HELD_OUT_FAILED };
	return ruling;
}

/* What the votes say of partners moves on its own. */
static void settle_outcomes(struct ruling *ruling, const struct pattern_case *c,
			    struct arena *arena)
{
	const struct publication *publication = c->publication;
	const struct pattern *found = &c->found->pattern;
	pattern_items *partners = &ruling->pattern.common_partners;
	const pattern_items *said = &found->common_partners;

	ruling->outcomes_renewed = !publication ||
				   voters_move_safely(&publication->voters, &c->voters, c->k);
	if (!ruling->outcomes_renewed)
		said = c->erased_at.present || publication->erased_since.present ||
				       !is_live(c->stored)
			       ? NULL
			       : &c->stored->common_partners;
	*partners = partners_with_outcomes_of(&found->common_partners, said, arena);
	order_partners(partners);
}

struct ruling rule_on_pattern(const struct pattern_case *c, struct arena *arena)
{
	struct ruling ruling;
	const char *wait;

	if (!c->found)
		return keep(c, "unchanged: nothing new");
	if (has_failed(c))
		return downgrade(c);
	if (c->retired && is_live(c->stored))
		return keep(c, "retired");
	wait = reason_to_wait(c, arena);
	if (wait)
		return keep(c, wait);
	ruling = (struct ruling){
		.stands = true,
		.pattern = c->found->pattern,
		.renewed = true,
		.result = c->found->pattern.held_out.result == HELD_OUT_TOO_SMALL
				  ? "published, too small for the held-out test"
				  : "published",
	};
	settle_outcomes(&ruling, c, arena);
	return ruling;
}
