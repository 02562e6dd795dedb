/*
 * The pure functions that every event passes through, for unit/instructions.sh to count their
 * instructions under callgrind, which starts anew at each start() and writes what it counted at
 * each stop(). Messages are seeded, so a count is the same in every run.
 */
#include <gnu/libc-version.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <valgrind/callgrind.h>

#include "messages.h"
#include "normalise.h"
#include "score.h"
#include "seeded.h"

#define MESSAGES 1000 /* of each kind; as many as the script divides by */
#define PATTERNS 9

struct texts_of_messages {
	char *items[MESSAGES];
};

static struct arena arena;
static struct seeded seed = { 20240701, 20240701 };
static struct pattern patterns[PATTERNS];
static const struct pattern *library[PATTERNS];
static struct contractor_updated profiles[MESSAGES];
static struct contractor_matched matches[MESSAGES];

static int64_t below(int64_t limit)
{
	return (int64_t)(seeded_bits(&seed) % (uint64_t)limit);
}

static const char *any_name(const struct labels *labels)
{
	return labels->items[below((int64_t)labels->count)].name;
}

static void start(void)
{
	CALLGRIND_ZERO_STATS;
}

#define stop(what) CALLGRIND_DUMP_STATS_AT(what)

static void decode(const char *text, const struct json_field *fields, void *object, size_t size)
{
	struct err err = { 0 };

	if (!json_decode(text, strlen(text), fields, object, size, &arena, &err)) {
		fprintf(stderr, "bench-instructions: %s: %s\n", err.text, text);
		exit(70);
	}
}

static void decode_profiles(void)
{
	const struct vocabulary *vocabulary = &default_vocabulary;
	struct texts_of_messages texts;

	for (int i = 0; i < MESSAGES; i++)
		texts.items[i] = arena_printf(
			&arena,
			"{\"contractor_id\":%d,\"occurred_at\":\"2024-07-01T00:%02d:%02dZ\",\"revenue_tier\":\"%s\",\"team_size\":%d,"
			"\"current_stage\":\"%s\",\"focus_areas\":[\"%s\",\"%s\"],\"annual_revenue\":%d,\"status\":\"active\"}",
			i + 1, i / 60, i % 60, any_name(&vocabulary->tiers), (int)(1 + below(60)),
			any_name(&vocabulary->stages), any_name(&vocabulary->focus_areas),
			any_name(&vocabulary->focus_areas), (int)below(9000000));
	start();
	for (int i = 0; i < MESSAGES; i++) {
		decode(texts.items[i], contractor_updated_fields, &profiles[i],
		       sizeof(profiles[i]));
		normalise_profile(vocabulary, &profiles[i], &arena);
	}
	stop("decode contractor.updated");
}

static void decode_actions(void)
{
	struct texts_of_messages texts;
	struct action_recorded action;

	for (int i = 0; i < MESSAGES; i++)
		texts.items[i] = arena_printf(
			&arena,
			"{\"contractor_id\":%d,\"occurred_at\":\"2024-07-01T00:00:00Z\",\"kind\":\"%s\",\"item\":\"%d\","
			"\"name\":\"BuildPro\",\"satisfaction\":%d}",
			i + 1, action_kind_names[1 + below(6)], (int)below(100),
			(int)(1 + below(5)));
	start();
	for (int i = 0; i < MESSAGES; i++)
		decode(texts.items[i], action_recorded_fields, &action, sizeof(action));
	stop("decode action.recorded");
}

static void decode_goals(void)
{
	struct texts_of_messages texts;
	struct goal_created goal;

	for (int i = 0; i < MESSAGES; i++)
		texts.items[i] = arena_printf(
			&arena,
			"{\"goal_id\":\"5e0c3d1c-8a52-4b6f-9d2e-0b1f5f1f%04d\",\"contractor_id\":%d,\"occurred_at\":\"2024-07-01T00:00:00Z\","
			"\"goal_type\":\"%s\",\"goal_description\":\"Close more of the leads that come in\",\"priority_score\":%d,"
			"\"data_gaps\":[\"close_rate\",\"lead_sources\"]}",
			i, i + 1, any_name(&default_vocabulary.goal_types), (int)(1 + below(10)));
	start();
	for (int i = 0; i < MESSAGES; i++)
		decode(texts.items[i], goal_created_fields, &goal, sizeof(goal));
	stop("decode goal.created");
}

/* One for each tier but the last. */
static void make_library(void)
{
	for (int i = 0; i < PATTERNS; i++) {
		const struct labels *tiers = &default_vocabulary.tiers;
		char *text = arena_printf(
			&arena,
			"{\"pattern_key\":\"%s>%s/revenue_growth\",\"version\":3,\"status\":\"active\",\"as_of\":\"2024-06-01T00:00:00Z\","
			"\"from_revenue_tier\":\"%s\",\"to_revenue_tier\":\"%s\",\"pattern_name\":\"n\",\"pattern_type\":\"revenue_growth\","
			"\"common_focus_areas\":[{\"item\":\"closing_sales\",\"users\":10,\"usage_rate\":0.55,\"at_least\":false},"
			"{\"item\":\"referral_growth\",\"users\":8,\"usage_rate\":0.45,\"at_least\":false}],\"timeline\":{\"low\":6,\"median\":9,"
			"\"high\":14},\"sample_size\":20,\"confidence_score\":0.6,\"expected_success\":0.6,\"consistency\":0.5,"
			"\"outcome_voters\":0,\"team_median\":9,\"stages\":[{\"stage\":\"growth\",\"share\":0.6},{\"stage\":\"scaling\",\"share\":0.4}]}",
			tiers->items[i].name, tiers->items[i + 1].name, tiers->items[i].name,
			tiers->items[i + 1].name);

		decode(text, pattern_fields, &patterns[i], sizeof(patterns[i]));
		library[i] = &patterns[i];
	}
}

static struct profile profile_of(const struct contractor_updated *updated)
{
	return (struct profile){
		.revenue_tier = updated->revenue_tier,
		.team_size = updated->team_size,
		.current_stage = updated->current_stage,
		.focus_areas = updated->focus_areas,
		.months_in_tier = { .value = (double)(updated->contractor_id % 20),
				    .present = true },
		.annual_revenue = updated->annual_revenue,
	};
}

/* As matcher does it: sentences are kept for a batch. */
static void score_profiles(void)
{
	struct match_texts *texts = match_texts_new(PATTERNS, &arena);

	start();
	for (int i = 0; i < MESSAGES; i++) {
		struct profile profile = profile_of(&profiles[i]);

		matches[i].matches = find_matching_patterns(&default_vocabulary, &profile, library,
							    PATTERNS, texts, &arena);
	}
	stop("score a profile");
}

static void encode_matches(void)
{
	struct buffer out = { 0 };

	for (int i = 0; i < MESSAGES; i++) {
		const struct contractor_updated *updated = &profiles[i];
		pattern_matches found = matches[i].matches;

		matches[i] = (struct contractor_matched){
			.contractor_id = updated->contractor_id,
			.occurred_at = updated->occurred_at,
			.revenue_tier = updated->revenue_tier,
			.team_size = updated->team_size,
			.current_stage = updated->current_stage,
			.focus_areas = updated->focus_areas,
			.annual_revenue = updated->annual_revenue,
			.status = updated->status,
			.tier_entered_at = updated->occurred_at,
			.snapshot = 9,
			.matches = found,
		};
	}
	start();
	for (int i = 0; i < MESSAGES; i++) {
		buffer_clear(&out);
		json_encode(contractor_matched_fields, &matches[i], &out);
	}
	stop("encode contractor.matched");
	buffer_release(&out);
}

static void encode_goals(void)
{
	static const char text[] =
		"{\"goal_id\":\"5e0c3d1c-8a52-4b6f-9d2e-0b1f5f1f3a77\",\"contractor_id\":56,\"occurred_at\":\"2024-07-01T00:00:00Z\","
		"\"created_at\":\"2024-06-01T00:00:00Z\",\"goal_type\":\"lead_improvement\",\"goal_description\":\"Optimize lead generation\","
		"\"priority_score\":9,\"next_milestone\":\"Implemented a CRM\",\"pattern_key\":\"0_5_million>5_10_million/revenue_growth\","
		"\"pattern_version\":3,\"pattern_status\":\"active\",\"pattern_source\":\"47 contractors who went from $0-5M to $5-10M\","
		"\"pattern_confidence\":0.8912345678901234,\"match_score\":0.8123456789012345,\"success_criteria\":[\"Reach $5-10M\"],"
		"\"status\":\"active\",\"expected_months_low\":8,\"expected_months_high\":12,\"timeline\":\"8 to 12 months\","
		"\"checklist\":[{\"checklist_item\":\"Implement a CRM\",\"item_type\":\"milestone\",\"item\":\"implemented_crm\","
		"\"usage_rate\":0.8936170212765957,\"status\":\"pending\"},{\"checklist_item\":\"Contact BuildPro\",\"item_type\":\"partner\","
		"\"item\":\"5\",\"usage_rate\":0.6170212765957447,\"status\":\"pending\"}]}";
	struct goal_enriched goal;
	struct buffer out = { 0 };

	decode(text, goal_enriched_fields, &goal, sizeof(goal));
	start();
	for (int i = 0; i < MESSAGES; i++) {
		buffer_clear(&out);
		json_encode(goal_enriched_fields, &goal, &out);
	}
	stop("encode goal.enriched");
	buffer_release(&out);
}

/* What else the counts depend on. */
static void print_toolchain(void)
{
#ifdef __clang__
	printf("%s", __VERSION__);
#else
	printf("gcc %s", __VERSION__);
#endif
	printf("; glibc %s; json-c %s\n", gnu_get_libc_version(), json_c_version());
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "--toolchain") == 0) {
		print_toolchain();
		return 0;
	}
	arena_init(&arena);
	make_library();
	decode_profiles();
	decode_actions();
	decode_goals();
	score_profiles();
	encode_matches();
	encode_goals();
	arena_release(&arena);
	return 0;
}
