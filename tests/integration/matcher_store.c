/*
 * Two instances of matcher that know different halves of one contractor: what was read without a
 * lock is written only if it is still so, and who loses begins anew.
 */
#include "../../workers/matcher/store.h"
#include "database.h"
#include "instant.h"

/* A batch in hand. */
struct instance {
	struct arena arena;
	struct context context;
	struct reading reading;
	struct contractors contractors;
};

static struct test_database database;
static struct instance ours, other;
static struct err err;

static const char *const setting =
	"INSERT INTO business_growth_patterns (pattern_key, version, as_of, from_revenue_tier, to_revenue_tier, pattern_name, "
	"	pattern_type, sample_size, confidence, expected_success, consistency) "
	"VALUES ('a>b/growth', 1, '2024-01-01Z', 'a', 'b', 'From a to b', 'growth', 9, 0.5, 0.5, 0.5);"
	"INSERT INTO contractors (id, revenue_tier, tier_entered_at, occurred_at, event_id, kafka_partition, created_at, "
	"	updated_at) "
	"SELECT id, 'a', '2024-01-01Z', '2024-01-01Z', 'first', 0, '2024-01-01Z', '2024-01-01Z' FROM generate_series(1, 3) AS id;"
	"INSERT INTO contractor_pattern_matches (contractor_id, pattern_id, match_rank, match_score, score, tier_score, focus_score, "
	"	team_score, stage_score, pattern_version) "
	"SELECT id, (SELECT id FROM business_growth_patterns), 1, 0.5, 0.5, 1, 0, 0, 0, 1 FROM generate_series(1, 3) AS id";

static void start(struct instance *instance)
{
	arena_init(&instance->arena);
	instance->context.arena = &instance->arena;
	instance->context.db = test_connect_worker(database.conninfo, "growth_matcher", "matcher");
}

static void stop(struct instance *instance)
{
	db_close(instance->context.db);
	arena_release(&instance->arena);
}

static void set_up(void)
{
	test_database_create(&database);
	test_script(database.admin, setting);
	start(&ours);
	start(&other);
}

static void tear_down(void)
{
	stop(&ours);
	stop(&other);
	test_database_drop(&database);
}

TestSuite(matcher_store, .init = set_up, .fini = tear_down);

static void read_some(struct instance *instance, const int64_t *ids, size_t count)
{
	cr_assert(db_begin(instance->context.db, &err), "%s", err.text);
	cr_assert(
		matcher_ask_contractors(&instance->context, ids, count, &instance->reading, &err));
	cr_assert(matcher_take_group(&instance->context, &instance->reading, 0,
				     &instance->contractors, &err),
		  "%s", err.text);
}

static struct contractor *read_one(struct instance *instance, int64_t id)
{
	read_some(instance, &id, 1);
	return matcher_find_contractor(&instance->contractors, id);
}

static void change_profile(struct contractor *contractor, const char *tier)
{
	contractor->known = contractor->changed = contractor->recast = true;
	contractor->revenue_tier = tier;
	contractor->event_id = tier;
}

static void change_match(struct contractor *contractor, double score)
{
	cr_assert_eq(contractor->matches_count, 1);
	contractor->matches[0].score = score;
	contractor->matches[0].changed = true;
}

static bool save(struct instance *instance)
{
	return matcher_save_profiles(&instance->context, &instance->contractors, &err) &&
	       matcher_save_matches(&instance->context, &instance->contractors, &err);
}

static void commit(struct instance *instance)
{
	cr_assert(save(instance) && db_commit(instance->context.db, &err), "%s", err.text);
}

static void expect_refused(struct instance *instance, const char *why)
{
	cr_expect(!(save(instance) && db_commit(instance->context.db, &err)));
	cr_expect_eq(err.kind, ERR_RETRY, "%s", err.text);
	cr_expect(strstr(err.text, why), "%s", err.text);
	cr_expect(!db_is_broken(instance->context.db));
	db_rollback(instance->context.db);
}

Test(matcher_store, a_contractor_changed_meanwhile_is_not_overwritten)
{
	/* His profile. */
	change_profile(read_one(&ours, 1), "c");
	change_profile(read_one(&other, 1), "b");
	commit(&other);
	expect_refused(&ours, "changed by another instance");
	cr_expect_str_eq(read_one(&ours, 1)->revenue_tier, "b");
	change_profile(&ours.contractors.items[0], "c");
	change_match(&ours.contractors.items[0], 0.4);
	commit(&ours);

	/* His matches alone. */
	change_profile(read_one(&ours, 2), "c");
	change_match(read_one(&other, 2), 0.7);
	commit(&other);
	expect_refused(&ours, "changed by another instance");
	cr_expect_eq(read_one(&ours, 2)->matches[0].score, 0.7);
	cr_expect_str_eq(ours.contractors.items[0].revenue_tier, "a");
	db_rollback(ours.context.db);

	/* Both his matches alone, and the other one has not committed yet when we write. */
	change_match(read_one(&ours, 3), 0.6);
	change_match(read_one(&other, 3), 0.7);
	cr_assert(save(&other));
	cr_assert(db_script(other.context.db, "SELECT 1", &err), "%s", err.text); /* it is done */
	cr_assert(save(&ours));
	test_await_lock(database.admin);
	cr_assert(db_commit(other.context.db, &err), "%s", err.text);
	cr_expect(!db_commit(ours.context.db, &err));
	cr_expect_eq(err.kind, ERR_RETRY, "%s", err.text);
	db_rollback(ours.context.db);
	cr_expect_eq(read_one(&ours, 3)->matches[0].score, 0.7);
}

static void change_figures(struct contractor *contractor, double revenue, const char *event_id)
{
	contractor->changed = true;
	contractor->annual_revenue = (struct optional_number){ revenue, true };
	contractor->team_size.present = true;
	contractor->team_size.number = 12;
	contractor->event_id = event_id;
	contractor->occurred_at += US_PER_DAY;
}

#define COUNT_WRITES \
	"CREATE TABLE writes (id INT); " \
	"CREATE FUNCTION count_write() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER AS " \
	"	'BEGIN INSERT INTO public.writes VALUES (NEW.id); RETURN NEW; END'; " \
	"CREATE TRIGGER count_write BEFORE UPDATE ON contractor_pattern_matches FOR EACH ROW EXECUTE FUNCTION count_write()"
#define COUNT_GOALS "UPDATE contractor_pattern_matches SET goals_generated = goals_generated + 1"

static void expect_counted(int64_t id, double score, int goals)
{
	char sql[256];

	cr_expect_eq(read_one(&ours, id)->matches[0].score, score);
	db_rollback(ours.context.db);
	snprintf(
		sql, sizeof(sql),
		"DO $$ BEGIN ASSERT (SELECT goals_generated = %d FROM contractor_pattern_matches WHERE contractor_id = %d); END $$",
		goals, (int)id);
	test_script(database.admin, sql);
}

/* goal-enricher does not hold the contractor. */
Test(matcher_store, a_match_that_is_counted_for_meanwhile_is_changed)
{
	struct db *enricher = test_connect(database.admin);

	change_match(read_one(&ours, 1), 0.4);
	cr_assert(db_script(enricher, COUNT_GOALS, &err), "%s", err.text);
	commit(&ours);
	expect_counted(1, 0.4, 1);

	/* Of two only one is counted for: the other one is not written again. */
	read_some(&ours, (const int64_t[]){ 1, 2 }, 2);
	change_match(&ours.contractors.items[0], 0.6);
	change_match(&ours.contractors.items[1], 0.6);
	cr_assert(db_script(enricher, COUNT_GOALS " WHERE contractor_id = 1;" COUNT_WRITES, &err),
		  "%s", err.text);
	commit(&ours);
	test_script(database.admin, "DO $$ BEGIN ASSERT (SELECT count(*) = 2 FROM writes); END $$");
	expect_counted(1, 0.6, 2);
	expect_counted(2, 0.6, 1);

	/* It has not committed yet when we write. */
	change_match(read_one(&ours, 1), 0.3);
	cr_assert(db_script(enricher, "BEGIN; " COUNT_GOALS, &err), "%s", err.text);
	cr_assert(save(&ours));
	test_await_lock(database.admin);
	cr_assert(db_script(enricher, "COMMIT", &err), "%s", err.text);
	cr_assert(db_commit(ours.context.db, &err), "%s", err.text);
	expect_counted(1, 0.3, 3);
	db_close(enricher);
}

Test(matcher_store, figures_alone_leave_the_words_as_they_are)
{
	struct contractor *contractor = read_one(&ours, 1);
	utc_us before = contractor->occurred_at;

	change_profile(contractor, "c");
	commit(&ours);
	change_figures(read_one(&ours, 1), 5e6, "second");
	ours.contractors.items[0].revenue_tier = "not looked at";
	change_figures(read_one(&other, 1), 6e6, "late");
	commit(&ours);
	expect_refused(&other, "changed by another instance");

	contractor = read_one(&other, 1);
	cr_expect_eq(contractor->annual_revenue.value, 5e6);
	cr_expect_eq(contractor->team_size.number, 12);
	cr_expect_str_eq(contractor->event_id, "second");
	cr_expect_eq(contractor->occurred_at, before + US_PER_DAY);
	cr_expect_str_eq(contractor->revenue_tier, "c");
}

Test(matcher_store, a_contractor_who_came_meanwhile_is_not_overwritten)
{
	change_profile(read_one(&ours, 9), "c");
	change_profile(read_one(&other, 9), "b");
	commit(&other);
	expect_refused(&ours, "inserted by another instance");
	cr_expect_str_eq(read_one(&ours, 9)->revenue_tier, "b");
}

Test(matcher_store, who_changes_nothing_disturbs_nobody)
{
	int64_t id = 1;

	/* No lock is held by who has read alone. */
	read_one(&ours, 1);
	cr_assert(save(&ours));
	test_script(database.admin, "SELECT FROM contractors FOR UPDATE NOWAIT");

	/* And a lock alone, which partner.scored takes, is no change. */
	cr_assert(db_begin(other.context.db, &err));
	cr_assert(matcher_lock_known(&other.context, &id, 1, &other.contractors, &err), "%s",
		  err.text);
	cr_assert_eq(other.contractors.items[0].matches_count, 1);
	cr_assert(db_commit(other.context.db, &err), "%s", err.text);
	change_profile(&ours.contractors.items[0], "c");
	commit(&ours);
	cr_expect_str_eq(read_one(&other, 1)->revenue_tier, "c");
}

Test(matcher_store, groups_are_all_of_them)
{
	enum { COUNT = 3 * READ_GROUP_LEAST + 7 };
	int64_t ids[COUNT], expected = 1;

	test_script(
		database.admin,
		"INSERT INTO contractors (id, revenue_tier, tier_entered_at, occurred_at, event_id, kafka_partition, created_at, "
		"	updated_at) "
		"SELECT id, 'a', '2024-01-01Z', '2024-01-01Z', 'x', 0, '2024-01-01Z', '2024-01-01Z' FROM generate_series(4, 1000) AS id");
	for (size_t i = 0; i < COUNT; i++)
		ids[i] = (int64_t)(COUNT - i);
	cr_assert(db_begin(ours.context.db, &err));
	cr_assert(matcher_ask_contractors(&ours.context, ids, COUNT, &ours.reading, &err));
	cr_expect_eq(ours.reading.group_count, 3);
	for (size_t i = 0; i < ours.reading.group_count; i++) {
		cr_assert(matcher_take_group(&ours.context, &ours.reading, i, &ours.contractors,
					     &err),
			  "%s", err.text);
		for (size_t k = 0; k < ours.contractors.count; k++, expected++) {
			cr_assert_eq(ours.contractors.items[k].id, expected);
			cr_assert(ours.contractors.items[k].stored);
			cr_assert_eq(ours.contractors.items[k].matches_count, expected <= 3);
		}
	}
	cr_expect_eq(expected, COUNT + 1);
}
