/* Which profiles are kept, in any order of arrival. */
#include <criterion/criterion.h>

#include "decide.h"
#include "instant.h"

#define SILENT 730
#define DAY(n) ((n)*US_PER_DAY)

struct arrival {
	const char *id;
	int64_t day;
	const char *tier;
};

struct row {
	const char *id;
	int64_t day, heard;
	const char *tier;
};

struct observe_case {
	const char *name;
	struct arrival arrivals[6]; /* ended by an id NULL */
	struct row rows[6];
};

static const struct observe_case cases[] = {
	{ "first sight", { { "a", 1, "low" } }, { { "a", 1, 1, "low" } } },
	{ "the same again is heard",
	  { { "a", 1, "low" }, { "b", 5, "low" }, { "c", 9, "low" } },
	  { { "a", 1, 9, "low" } } },
	{ "a change is a row",
	  { { "a", 1, "low" }, { "b", 5, "high" } },
	  { { "a", 1, 1, "low" }, { "b", 5, 5, "high" } } },
	{ "a repeated event changes nothing",
	  { { "a", 1, "low" }, { "b", 5, "high" }, { "a", 1, "low" }, { "b", 5, "high" } },
	  { { "a", 1, 1, "low" }, { "b", 5, 5, "high" } } },
	{ "one that was heard already changes nothing when it is repeated",
	  { { "a", 1, "low" }, { "b", 5, "low" }, { "c", 9, "low" }, { "b", 5, "low" } },
	  { { "a", 1, 9, "low" } } },
	{ "730 days are no silence",
	  { { "a", 1, "low" }, { "b", 731, "low" } },
	  { { "a", 1, 731, "low" } } },
	{ "after a silence a row begins",
	  { { "a", 1, "low" }, { "b", 732, "low" } },
	  { { "a", 1, 1, "low" }, { "b", 732, 732, "low" } } },
	{ "silence counts from when he was last heard",
	  { { "a", 1, "low" }, { "b", 700, "low" }, { "c", 1400, "low" } },
	  { { "a", 1, 1400, "low" } } },
	{ "late and different between two rows",
	  { { "a", 1, "low" }, { "c", 9, "high" }, { "b", 5, "middle" } },
	  { { "a", 1, 1, "low" }, { "b", 5, 5, "middle" }, { "c", 9, 9, "high" } } },
	{ "late and first of all",
	  { { "b", 5, "low" }, { "a", 1, "low" } },
	  { { "a", 1, 1, "low" }, { "b", 5, 5, "low" } } },
	{ "late and different within what was heard",
	  { { "a", 1, "low" }, { "c", 9, "low" }, { "b", 5, "high" } },
	  { { "a", 1, 5, "low" }, { "b", 5, 5, "high" }, { "a", 9, 9, "low" } } },
	{ "two that are late, the later one first",
	  { { "m", 1, "low" }, { "n", 700, "low" }, { "b", 500, "high" }, { "c", 300, "middle" } },
	  { { "m", 1, 300, "low" },
	    { "c", 300, 300, "middle" },
	    { "b", 500, 500, "high" },
	    { "m", 700, 700, "low" } } },
	{ "two that are late, the earlier one first",
	  { { "m", 1, "low" }, { "n", 700, "low" }, { "c", 300, "middle" }, { "b", 500, "high" } },
	  { { "m", 1, 300, "low" },
	    { "c", 300, 300, "middle" },
	    { "b", 500, 500, "high" },
	    { "m", 700, 700, "low" } } },
	{ "at the same instant the greater id is later",
	  { { "b", 5, "high" }, { "a", 5, "low" } },
	  { { "a", 5, 5, "low" }, { "b", 5, 5, "high" } } },
};

static struct arena arena;

static void set_up(void)
{
	arena_init(&arena);
}

static void tear_down(void)
{
	arena_release(&arena);
}

TestSuite(observe, .init = set_up, .fini = tear_down);

static struct contractor_updated profile_of(const struct arrival *arrival)
{
	return (struct contractor_updated){
		.contractor_id = 7,
		.occurred_at = DAY(arrival->day),
		.revenue_tier = arrival->tier,
	};
}

static void take(struct contractor_log *log, const struct arrival *arrival)
{
	struct contractor_updated profile = profile_of(arrival);

	log_observe(log, &profile, arrival->id, SILENT, &arena);
}

static void expect_rows(const char *name, const struct contractor_log *log, const struct row *rows)
{
	size_t count = 0;

	while (count < 6 && rows[count].id)
		count++;
	cr_assert(log->count == count, "%s: %zu rows, not %zu", name, log->count, count);
	for (size_t i = 0; i < count; i++) {
		const struct kept_profile *kept = &log->rows[i];

		cr_expect(strcmp(kept->event_id, rows[i].id) == 0 &&
				  kept->profile.occurred_at == DAY(rows[i].day) &&
				  kept->heard_until == DAY(rows[i].heard) &&
				  strcmp(kept->profile.revenue_tier, rows[i].tier) == 0,
			  "%s: row %zu is %s on day %lld until %lld, %s", name, i, kept->event_id,
			  (long long)(kept->profile.occurred_at / US_PER_DAY),
			  (long long)(kept->heard_until / US_PER_DAY), kept->profile.revenue_tier);
	}
}

Test(observe, cases)
{
	for (size_t c = 0; c < sizeof(cases) / sizeof(cases[0]); c++) {
		struct contractor_log log = { .contractor_id = 7 };

		for (size_t i = 0; i < 6 && cases[c].arrivals[i].id; i++)
			take(&log, &cases[c].arrivals[i]);
		expect_rows(cases[c].name, &log, cases[c].rows);
	}
}

/* What the store would give the next batch: the row before the event, and nothing else. */
static struct contractor_log reloaded(const struct contractor_log *log, const struct arrival *next)
{
	struct contractor_log fresh = { .contractor_id = 7 };

	for (size_t i = log->count; i-- > 0;) {
		struct kept_profile stored = log->rows[i];

		if (stored.profile.occurred_at > DAY(next->day) ||
		    (stored.profile.occurred_at == DAY(next->day) &&
		     strcmp(stored.event_id, next->id) > 0))
			continue;
		stored.added = stored.extended = false;
		log_add_stored(&fresh, &stored, &arena);
		break;
	}
	return fresh;
}

static bool begins_then(const struct contractor_log *table, const struct kept_profile *kept)
{
	for (size_t i = 0; i < table->count; i++)
		if (table->rows[i].profile.occurred_at == kept->profile.occurred_at &&
		    strcmp(table->rows[i].event_id, kept->event_id) != 0)
			return true;
	return false;
}

/* Writes back, as the store does. */
static void written(struct contractor_log *table, const struct contractor_log *log)
{
	for (size_t i = 0; i < log->count; i++) {
		const struct kept_profile *kept = &log->rows[i];

		if (!kept->remainder || !begins_then(table, kept))
			log_add_stored(table, kept, &arena);
		for (size_t j = 0; kept->extended && j < table->count; j++)
			if (table->rows[j].profile.occurred_at == kept->profile.occurred_at &&
			    strcmp(table->rows[j].event_id, kept->event_id) == 0)
				table->rows[j].heard_until = kept->heard_until;
	}
}

Test(observe, batches_cut_anywhere_give_the_same)
{
	for (size_t c = 0; c < sizeof(cases) / sizeof(cases[0]); c++) {
		struct contractor_log table = { .contractor_id = 7 };

		for (size_t i = 0; i < 6 && cases[c].arrivals[i].id; i++) {
			struct contractor_log log = reloaded(&table, &cases[c].arrivals[i]);

			take(&log, &cases[c].arrivals[i]);
			written(&table, &log);
		}
		expect_rows(cases[c].name, &table, cases[c].rows);
	}
}

Test(observe, marks_what_is_to_be_stored)
{
	struct contractor_log log = { .contractor_id = 7 };
	struct contractor_updated profile = { .contractor_id = 7,
					      .occurred_at = DAY(1),
					      .revenue_tier = "low" };
	struct kept_profile stored = { .profile = profile, .event_id = "a", .heard_until = DAY(1) };

	log_add_stored(&log, &stored, &arena);
	log_add_stored(&log, &stored, &arena);
	cr_assert(log.count == 1);
	take(&log, &(struct arrival){ "a", 1, "low" });
	cr_expect(!log.rows[0].added && !log.rows[0].extended, "a repeated event writes nothing");
	take(&log, &(struct arrival){ "b", 2, "low" });
	cr_expect(!log.rows[0].added && log.rows[0].extended);
	take(&log, &(struct arrival){ "c", 3, "high" });
	cr_expect(log.count == 2 && log.rows[1].added);
}

Test(observe, every_part_of_a_profile_counts)
{
	const char *areas[] = { "x" };
	struct contractor_updated first = { .contractor_id = 7,
					    .occurred_at = DAY(1),
					    .revenue_tier = "low" };
	struct contractor_updated others[7];
	struct contractor_log log;

	for (size_t i = 0; i < 7; i++)
		others[i] = first;
	others[0].team_size = (struct int_or_text){ .number = 3, .present = true };
	others[1].team_size = (struct int_or_text){ .text = "11_50", .present = true };
	others[2].current_stage = "growth";
	others[3].focus_areas = (struct texts){ areas, 1 };
	others[4].annual_revenue = (struct optional_number){ 1e6, true };
	others[5].tier_since = (struct optional_time){ 0, true };
	others[6].status = STATUS_CLOSED;
	for (size_t i = 0; i < 7; i++) {
		log = (struct contractor_log){ .contractor_id = 7 };
		others[i].occurred_at = DAY(2);
		log_observe(&log, &first, "a", SILENT, &arena);
		log_observe(&log, &others[i], "b", SILENT, &arena);
		cr_expect(log.count == 2, "part %zu was overlooked", i);
	}
}

Test(observe, an_unknown_tier_is_refused)
{
	static const struct label tiers[] = { { "low", "Low" } };
	struct analyzer_config config = { .vocabulary.tiers = { tiers, 1 } };
	struct contractor_updated profile = { .revenue_tier = "lowest" };
	struct err err = { 0 };

	cr_expect(!analyzer_check_profile(&profile, &config, &err));
	cr_expect(err.kind == ERR_POISON && strstr(err.text, "\"lowest\""), "%s", err.text);
	profile.revenue_tier = "low";
	cr_expect(analyzer_check_profile(&profile, &config, &err));
}
