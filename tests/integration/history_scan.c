/*
 * The fast reading of the history gives, to the last bit, the cohorts and patterns of the histories
 * themselves: those that the test has made up and stored in any order. They are full of what is
 * hard: several rows at one instant that contradict each other, the same said twice, tiers nobody
 * knows, ends, silences, rows behind as_of, absent values, ids of any sign.
 */
#include <criterion/criterion.h>

#include "database.h"
#include "instant.h"
#include "pattern.h"
#include "rows.h"
#include "seeded.h"
#include "store.h"

#define START (INT64_C(1500000000) * US_PER_SECOND)
#define AS_OF (START + 2500 * US_PER_DAY)
#define CONTRACTORS 400
#define ROWS_MAX 24
#define TIERS 4 /* that they are in */

struct person {
	int64_t contractor_id;
	struct observation_row observations[ROWS_MAX];
	struct action_row actions[ROWS_MAX];
	size_t observations_count, actions_count;
};

static const char *const stages[] = { NULL, "startup", "growth", "größer" };
static const char *const bands[] = { NULL, "11_50", "201_plus" };
static const char *const statuses[] = { NULL, "active", "inactive", "closed" };
static const char *const areas[] = {
	NULL,
	"[]",
	"[\"closing_sales\"]",
	"[\"closing_sales\", \"referral_growth\"]",
	"[\"a \\\"quoted\\\" one\", \"closing_sales\"]",
};
static const char *const kinds[] = { "milestone", "partner", "book", "focus_area" };
static const char *const items[] = { "1", "2", "closing_sales", "ab", "a" };
static const char *const labels[] = { NULL, "One", "Two", "b" };

#define ANY(random, array) \
	((array)[seeded_below((random), (int)(sizeof(array) / sizeof((array)[0])))])

/* Few instants, so that many rows share one; some lie behind as_of. */
static utc_us any_time(struct seeded *random)
{
	return START + seeded_below(random, 90) * 30 * US_PER_DAY + seeded_below(random, 2);
}

static struct observation_row any_observation(struct seeded *random, int64_t contractor_id,
					      const char *event_id)
{
	const struct labels *tiers = &default_vocabulary.tiers;
	struct observation_row row = {
		.contractor_id = contractor_id,
		.occurred_at = any_time(random),
		.event_id = event_id,
		.revenue_tier = seeded_below(random, 20) == 0
					? "elsewhere"
					: tiers->items[seeded_below(random, TIERS)].name,
		.team_size = { seeded_below(random, 60), seeded_below(random, 3) > 0 },
		.current_stage = ANY(random, stages),
		.focus_areas = ANY(random, areas),
		.annual_revenue = { 1e6 * seeded_unit(random), seeded_below(random, 3) > 0 },
		.tier_since = { START - seeded_below(random, 900) * US_PER_DAY,
				seeded_below(random, 3) == 0 },
		.status = seeded_below(random, 4) ? NULL : ANY(random, statuses),
	};

	if (!row.team_size.present)
		row.team_band = ANY(random, bands);
	row.heard_until = row.occurred_at + seeded_below(random, 700) * US_PER_DAY;
	return row;
}

static struct action_row any_action(struct seeded *random, int64_t contractor_id,
				    const char *event_id)
{
	return (struct action_row){
		.contractor_id = contractor_id,
		.occurred_at = any_time(random),
		.event_id = event_id,
		.kind = ANY(random, kinds),
		.item = ANY(random, items),
		.name = ANY(random, labels),
		.satisfaction = { 1 + seeded_below(random, 5), seeded_below(random, 2) },
	};
}

/* As a sequence gives them, with a common factor, or anything that fits. */
enum ids { SEQUENCE, MULTIPLES, ANYTHING, KINDS_OF_IDS };

static int64_t id_of(int number, enum ids ids)
{
	if (ids == SEQUENCE)
		return number;
	if (ids == MULTIPLES)
		return number * 4194304;
	return number % 3 == 0 ? -number : number % 3 == 1 ? number * 256 : number * 5000011;
}

/* Half of the contractors are simple: without contradictions, so that both ways of the scan are
 * walked. */
static void make_person(struct person *person, int64_t contractor_id, struct seeded *random,
			struct arena *arena)
{
	int rows = seeded_below(random, 2) ? ROWS_MAX : 5;

	person->contractor_id = contractor_id;
	person->observations_count = (size_t)seeded_below(random, rows / 3);
	person->actions_count = (size_t)seeded_below(random, rows);
	for (size_t i = 0; i < person->observations_count; i++)
		person->observations[i] =
			any_observation(random, person->contractor_id,
					arena_printf(arena, "o%d", seeded_below(random, 1000000)));
	for (size_t i = 0; i < person->actions_count; i++)
		person->actions[i] =
			any_action(random, person->contractor_id,
				   arena_printf(arena, "A%d", seeded_below(random, 1000000)));
	/* The same said again at the same instant, and at another. */
	if (person->actions_count > 3) {
		person->actions[0] = person->actions[1];
		person->actions[0].event_id = "again";
		person->actions[2].item = person->actions[1].item;
		person->actions[2].kind = person->actions[1].kind;
	}
	/* Two ratings of one partner at one instant: the greater event id has the last word. */
	if (person->actions_count > 4 && seeded_below(random, 3) == 0) {
		person->actions[3].kind = person->actions[4].kind = "partner";
		person->actions[4].item = person->actions[3].item;
		person->actions[4].occurred_at = person->actions[3].occurred_at;
		person->actions[3].satisfaction = (struct optional_int){ 1, true };
		person->actions[4].satisfaction = (struct optional_int){ 5, true };
	}
	if (person->observations_count > 2) {
		person->observations[0] = person->observations[1];
		person->observations[0].event_id = "Again";
	}
}

static void shuffle(void *rows, size_t count, size_t size, struct seeded *random)
{
	char kept[sizeof(struct observation_row)], *row = rows;

	for (size_t i = count; i > 1; i--) {
		char *other = row + (size_t)seeded_below(random, (int)i) * size;

		memcpy(kept, other, size);
		memcpy(other, row + (i - 1) * size, size);
		memcpy(row + (i - 1) * size, kept, size);
	}
}

static void store(struct db *owner, struct db *db, const struct person *people,
		  struct seeded *random, struct arena *arena)
{
	size_t room = (size_t)CONTRACTORS * ROWS_MAX, observations_count = 0, actions_count = 0;
	struct observation_row *observations = arena_array(arena, struct observation_row, room);
	struct action_row *actions = arena_array(arena, struct action_row, room);
	struct err err = { 0 };

	for (int i = 0; i < CONTRACTORS; i++) {
		for (size_t j = 0; j < people[i].observations_count; j++)
			observations[observations_count++] = people[i].observations[j];
		for (size_t j = 0; j < people[i].actions_count; j++)
			actions[actions_count++] = people[i].actions[j];
	}
	shuffle(observations, observations_count, sizeof(*observations), random);
	shuffle(actions, actions_count, sizeof(*actions), random);
	cr_assert(db_script(owner, "TRUNCATE contractor_observations, contractor_actions", &err),
		  "%s", err.text);
	/* Row by row: a statement of all rows would sort them. */
	for (size_t i = 0; i < observations_count; i += 7)
		cr_assert(db_execute(db, &analyzer_statements.add_observations, &observations[i],
				     observations_count - i < 7 ? observations_count - i : 7, &err),
			  "%s", err.text);
	for (size_t i = 0; i < actions_count; i += 7)
		cr_assert(db_execute(db, &analyzer_statements.add_actions, &actions[i],
				     actions_count - i < 7 ? actions_count - i : 7, &err),
			  "%s", err.text);
}

/* As the domain says: from the rows to the history, sorted by (time, event id). */
static void feed(struct cohorts *cohorts, const struct person *person, struct arena *arena)
{
	struct observation observations[ROWS_MAX];
	struct action actions[ROWS_MAX];
	struct err err = { 0 };

	for (size_t i = 0; i < person->observations_count; i++) {
		const struct observation_row *row = &person->observations[i];

		observations[i] = (struct observation){
			.time = row->occurred_at,
			.event_id = row->event_id,
			.tier_rank = vocabulary_tier_rank(&default_vocabulary, row->revenue_tier),
			.team_size = { .number = row->team_size.value,
				       .text = row->team_band,
				       .present = row->team_size.present || row->team_band },
			.stage = row->current_stage,
			.annual_revenue = row->annual_revenue,
			.tier_since = row->tier_since,
			.status = (enum contractor_status)name_index(contractor_status_names,
								     row->status),
			.heard_until = row->heard_until,
		};
		cr_assert(focus_areas_read(row->focus_areas, &observations[i].focus_areas, arena,
					   &err));
	}
	for (size_t i = 0; i < person->actions_count; i++) {
		const struct action_row *row = &person->actions[i];

		actions[i] = (struct action){
			.time = row->occurred_at,
			.event_id = row->event_id,
			.kind = (enum action_kind)name_index(action_kind_names, row->kind),
			.item = row->item,
			.name = row->name,
			.satisfaction = row->satisfaction,
		};
	}
	history_sort(observations, person->observations_count, actions, person->actions_count);
	if (person->observations_count > 0)
		analyze_revenue_transitions(
			cohorts,
			&(struct history){ observations, person->observations_count, actions,
					   person->actions_count, person->contractor_id });
}

static struct cohorts *new_cohorts(struct arena *arena, const bool *wanted)
{
	struct cohorts *cohorts =
		cohorts_new(arena, &default_vocabulary, &default_constants, AS_OF);

	for (size_t i = 0; i < cohorts->count; i++)
		cohorts->items[i].wanted = wanted[i];
	return cohorts;
}

static const struct name *name_of(const struct cohorts *cohorts, uint32_t number)
{
	return &cohorts->names.items[number];
}

static int by_text(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static const char *item_text(const struct cohorts *cohorts, const struct cohort_item *item,
			     struct arena *arena)
{
	const struct name *name = name_of(cohorts, item->name);

	return arena_printf(arena, " %d:%s(%s)@%d*%d", (int)name->kind, name->item,
			    name->label ? name->label : "-", (int)item->day, (int)item->rating);
}

/* All that a spell says, the items in a fixed order. */
static const char *spell_text(const struct cohorts *cohorts, const struct cohort_spell *spell,
			      struct arena *arena)
{
	const char **texts = arena_array(arena, const char *, spell->items_count);
	const char *text = arena_printf(
		arena, "%016llx %d-%d %d %d %d %s %a %a %a", (unsigned long long)spell->fingerprint,
		spell->enter, spell->leave, spell->event, spell->held_out, (int)spell->basis,
		spell->stage == NO_NAME ? "-" : name_of(cohorts, spell->stage)->item, spell->team,
		spell->team_after, spell->revenue_growth);

	for (size_t i = 0; i < spell->items_count; i++)
		texts[i] = item_text(cohorts, &spell->items[i], arena);
	if (spell->items_count > 1)
		qsort(texts, spell->items_count, sizeof(*texts), by_text);
	for (size_t i = 0; i < spell->items_count; i++)
		text = arena_printf(arena, "%s%s", text, texts[i]);
	return text;
}

static const char **cohort_texts(const struct cohorts *cohorts, size_t from, struct arena *arena)
{
	const struct cohort *cohort = &cohorts->items[from];
	const char **texts = arena_array(arena, const char *, cohort->count);
	size_t count = 0;

	for (const struct cohort_spell *spell = cohort->first; spell; spell = spell->next)
		texts[count++] = spell_text(cohorts, spell, arena);
	cr_assert_eq(count, cohort->count);
	if (count > 1)
		qsort(texts, count, sizeof(*texts), by_text);
	return texts;
}

static const char *pattern_text(const struct cohorts *cohorts, size_t from, struct arena *arena)
{
	struct found_patterns found = identify_common_patterns(cohorts, from, arena);

	return found.count > 0 ? json_encode_text(pattern_fields, &found.items[0].pattern, arena)
			       : "none";
}

static void compare(const struct cohorts *expected, const struct cohorts *found, int round,
		    struct arena *arena)
{
	for (size_t from = 0; from < expected->count; from++) {
		cr_assert_eq(expected->items[from].count, found->items[from].count,
			     "round %d, transition %zu: %zu spells, %zu found", round, from,
			     expected->items[from].count, found->items[from].count);
		cr_assert_eq(expected->items[from].levellers, found->items[from].levellers);

		const char **as_expected = cohort_texts(expected, from, arena),
			   **as_found = cohort_texts(found, from, arena);

		for (size_t i = 0; i < expected->items[from].count; i++)
			cr_assert_str_eq(as_expected[i], as_found[i], "round %d, transition %zu",
					 round, from);
		cr_assert_str_eq(pattern_text(expected, from, arena),
				 pattern_text(found, from, arena));
	}
}

/* Read by so many connections. */
static const struct analyzer_config *config(int threads)
{
	static struct analyzer_config config;

	config.vocabulary = default_vocabulary;
	config.constants = default_constants;
	config.recalculation.threads = threads;
	return &config;
}

/* Of those who were ever in a wanted tier. */
static int64_t rows_of_wanted(const struct person *people, const bool *wanted)
{
	int64_t rows = 0;

	for (int i = 0; i < CONTRACTORS; i++) {
		const struct person *person = &people[i];
		bool counts = false;

		for (size_t j = 0; j < person->observations_count; j++) {
			int rank = vocabulary_tier_rank(&default_vocabulary,
							person->observations[j].revenue_tier);

			counts |= rank >= 0 && wanted[rank];
		}
		if (counts)
			rows += (int64_t)(person->observations_count + person->actions_count);
	}
	return rows;
}

/* All transitions, or one or two of those that somebody is in. */
static void want(bool *ret_wanted, bool all, struct seeded *random)
{
	int from = seeded_below(random, TIERS);

	for (int i = 0; i < 16; i++)
		ret_wanted[i] = all || i == from;
	if (seeded_below(random, 2))
		ret_wanted[(from + 1) % TIERS] = true;
}

/* Returns how many rows were read. */
static int64_t scan_and_compare(struct db *db, const struct person *people, const bool *wanted,
				int round)
{
	atomic_bool stop = false;
	atomic_llong rows = 0;
	struct err err = { 0 };
	struct arena arena;

	arena_init(&arena);

	struct cohorts *expected = new_cohorts(&arena, wanted),
		       *found = new_cohorts(&arena, wanted);

	for (int i = 0; i < CONTRACTORS; i++)
		feed(expected, &people[i], &arena);
	cr_assert(db_begin_snapshot(db, &err), "%s", err.text);
	cr_assert(history_scan(db, config(1 + round % 3), found, &stop, &rows, &err), "%s",
		  err.text);
	cr_assert(db_commit(db, &err), "%s", err.text);
	compare(expected, found, round, &arena);
	arena_release(&arena);
	return atomic_load(&rows);
}

static struct db *connect_as_worker(const struct test_database *database)
{
	struct err err = { 0 };
	struct db *db = db_connect(&(struct db_options){ .conninfo = database->conninfo,
							 .default_user = "growth_cohort_analyzer",
							 .schema = "cohort_analyzer",
							 .application_name = "test" },
				   &err);

	cr_assert(db, "%s", err.text);
	return db;
}

Test(history_scan, gives_the_cohorts_of_the_histories, .timeout = 300)
{
	struct seeded random = seeded_start("gives_the_cohorts_of_the_histories");
	struct test_database database;
	struct db *owner, *db;

	test_database_create(&database);
	owner = test_connect(database.admin);
	db = connect_as_worker(&database);
	for (int round = 0; round < 6; round++) {
		struct person *people = calloc(CONTRACTORS, sizeof(*people));
		bool wanted[16];
		struct arena arena;
		int64_t rows;

		arena_init(&arena);
		for (int i = 0; i < CONTRACTORS; i++)
			make_person(&people[i], id_of(i, round / 2 % KINDS_OF_IDS), &random,
				    &arena);
		store(owner, db, people, &random, &arena);
		want(wanted, round % 2 == 0, &random);
		rows = scan_and_compare(db, people, wanted, round);
		if (round == 1 || round == 3) {
			cr_expect_gt(rows, 0);
			cr_expect_eq(rows, rows_of_wanted(people, wanted), "round %d", round);
		}
		arena_release(&arena);
		free(people);
	}
	db_close(db);
	db_close(owner);
	test_database_drop(&database);
}

/* Among many others, some of whom a set of bits would let in: their rows alone are read, not both
 * tables. */
Test(history_scan, reads_few_contractors_one_by_one)
{
	const bool wanted[16] = { false, true };
	struct seeded random = seeded_start("reads_few_contractors_one_by_one");
	struct person *people = calloc(CONTRACTORS, sizeof(*people));
	struct test_database database;
	struct db *owner, *db;
	struct arena arena;
	int64_t rows;

	test_database_create(&database);
	owner = test_connect(database.admin);
	db = connect_as_worker(&database);
	arena_init(&arena);
	for (int i = 0; i < 12; i++)
		make_person(&people[i], id_of(i, ANYTHING), &random, &arena);
	/* Number 256, and so is 1048832 modulo 2^20. */
	people[1].observations_count = 1;
	people[1].observations[0] = any_observation(&random, people[1].contractor_id, "one");
	people[1].observations[0].revenue_tier = default_vocabulary.tiers.items[1].name;
	store(owner, db, people, &random, &arena);
	test_script(database.admin,
		    "INSERT INTO contractor_observations SELECT 1048576 + i, 'epoch', i::text, "
		    "'epoch', '300_plus_million' FROM generate_series(1, 100000) i");
	rows = scan_and_compare(db, people, wanted, 0);
	cr_expect_geq(rows, 1);
	cr_expect_eq(rows, rows_of_wanted(people, wanted));
	arena_release(&arena);
	db_close(db);
	db_close(owner);
	test_database_drop(&database);
	free(people);
}

/* Nothing is there, or nothing is wanted. */
Test(history_scan, of_an_empty_history)
{
	const bool all[16] = { true, true, true, true, true, true, true, true, true, true },
		   none[16] = { false };
	struct person *people = calloc(CONTRACTORS, sizeof(*people));
	struct test_database database;
	struct db *db;

	test_database_create(&database);
	db = connect_as_worker(&database);
	scan_and_compare(db, people, all, 0);
	scan_and_compare(db, people, none, 1);
	db_close(db);
	test_database_drop(&database);
	free(people);
}

Test(history_scan, ends_when_it_is_stopped)
{
	const bool all[16] = { true, true, true, true, true, true, true, true, true, true };
	atomic_bool stop = true;
	atomic_llong rows = 0;
	struct test_database database;
	struct err err = { 0 };
	struct arena arena;
	struct db *db;

	test_database_create(&database);
	test_script(database.admin,
		    "INSERT INTO contractor_observations SELECT i, 'epoch', i::text, 'epoch', "
		    "'0_5_million' FROM generate_series(1, 100000) i");
	db = connect_as_worker(&database);
	arena_init(&arena);
	cr_assert(db_begin_snapshot(db, &err));
	cr_expect(!history_scan(db, config(2), new_cohorts(&arena, all), &stop, &rows, &err));
	cr_expect_eq(err.kind, ERR_RETRY, "%s", err.text);
	cr_expect_eq(atomic_load(&rows), 0);
	arena_release(&arena);
	db_close(db);
	test_database_drop(&database);
}
