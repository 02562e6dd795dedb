/* The sentences, as a product team writes them and people read them. */
#include <criterion/criterion.h>
#include <unistd.h>

#include "pattern_text.h"
#include "score.h"
#include "seeded.h"

struct config {
	struct vocabulary vocabulary;
};

static const struct option_group groups[] = {
	{ vocabulary_options, offsetof(struct config, vocabulary) },
	{ wording_options, offsetof(struct config, vocabulary.wording) },
	{ NULL, 0 },
};

static struct arena arena;
static struct config config;
static struct err err;

static void set_up(void)
{
	arena_init(&arena);
}

static void tear_down(void)
{
	arena_release(&arena);
}

TestSuite(wording, .init = set_up, .fini = tear_down);

static bool load_file(const char *text)
{
	char path[] = "/tmp/wording-XXXXXX";
	int file = mkstemp(path);
	struct option_sources sources = { .file = path };
	bool loaded;

	cr_assert(file >= 0 && write(file, text, strlen(text)) == (ssize_t)strlen(text));
	close(file);
	err = (struct err){ 0 };
	loaded = options_load(groups, NULL, &sources, &config, &arena, &err);
	unlink(path);
	return loaded;
}

static void load(const char *text)
{
	cr_assert(load_file(text), "%s", err.text);
}

static struct pattern_item partners[] = {
	{ .item = "5", .name = "BuildPro", .usage_rate = 0.89 },
	{ .item = "6", .usage_rate = 0.5, .at_least = true },
};

static struct pattern pattern_of(int64_t contractors)
{
	return (struct pattern){
		.pattern_key = "0_5_million>5_10_million/revenue_growth",
		.pattern_type = "revenue_growth",
		.from_revenue_tier = "0_5_million",
		.to_revenue_tier = "5_10_million",
		.sample_size = contractors,
		.confidence_score = 0.89,
		.timeline = { .basis = "tier_entry", .low = { 8, true }, .high = { 12, true } },
	};
}

static const char *described(const struct pattern *pattern)
{
	return pattern_description_of(pattern, &config.vocabulary, &arena);
}

Test(wording, numbers_and_their_nouns_agree)
{
	struct pattern pattern = pattern_of(1);

	load("");
	pattern.timeline.low.value = pattern.timeline.high.value = 1;
	cr_expect_str_eq(described(&pattern),
			 "Based on 1 contractor who went from $0-5M to $5-10M, most of them within "
			 "1 to 1 month.");
	pattern = pattern_of(4453);
	cr_expect_str_eq(described(&pattern),
			 "Based on 4,453 contractors who went from $0-5M to $5-10M, most of them "
			 "within 8 to 12 months.");
	cr_expect_str_eq(evidence_text(&pattern, &config.vocabulary.wording, &arena),
			 "High confidence: 4,453 contractors");
}

Test(wording, rates_are_percentages_and_say_when_they_are_bounds)
{
	static const struct {
		double rate;
		bool at_least;
		const char *words;
	} cases[] = {
		{ 0.89, false, "89%" },          { 0.29, true, "at least 29%" },
		{ 0.5, true, "at least 50%" },   { 1, false, "100%" },
		{ 0.005, false, "1%" },          { 0.57, true, "at least 57%" },
		{ 0.955, true, "at least 95%" }, { 0.07, false, "7%" },
	};

	load("");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		cr_expect_str_eq(rate_text(&config.vocabulary.wording, cases[i].rate,
					   cases[i].at_least, &arena),
				 cases[i].words);
	load("texts = { percent = \"{percent} percent\"; at_least = \"{rate} or more\"; };");
	cr_expect_str_eq(rate_text(&config.vocabulary.wording, 0.89, false, &arena), "89 percent");
	cr_expect_str_eq(rate_text(&config.vocabulary.wording, 0.5, true, &arena),
			 "50 percent or more");
}

Test(wording, enumerations)
{
	static const char *const words[] = { "a", "b", "c" };

	load("");

	const struct wording *wording = &config.vocabulary.wording;

	cr_expect_null(enumerate(wording, words, 0, SENTENCE_LIST_AND, &arena));
	cr_expect_str_eq(enumerate(wording, words, 1, SENTENCE_LIST_AND, &arena), "a");
	cr_expect_str_eq(enumerate(wording, words, 2, SENTENCE_LIST_AND, &arena), "a and b");
	cr_expect_str_eq(enumerate(wording, words, 3, SENTENCE_LIST_AND, &arena), "a, b and c");
	cr_expect_str_eq(enumerate(wording, words, 3, SENTENCE_LIST_OR, &arena), "a, b or c");
	cr_expect_str_eq(enumerate(wording, words, 3, SENTENCE_LIST_MORE, &arena), "a, b, c");
}

Test(wording, tiers_and_their_money_are_labels_of_the_vocabulary)
{
	struct pattern pattern = pattern_of(47);

	load("vocabulary = { tiers = ( { name = \"0_5_million\"; label = \"$3M\"; }, "
	     "{ name = \"5_10_million\"; label = \"€4.5 million\"; } ); };");
	cr_expect_str_eq(pattern_name_of(&pattern, &config.vocabulary, &arena),
			 "Revenue growth from $3M to €4.5 million");
}

static const char *tier_reason(double revenue)
{
	const struct pattern pattern = pattern_of(47), *list[] = { &pattern };
	const struct profile profile = {
		.revenue_tier = "0_5_million",
		.annual_revenue = { revenue, revenue > 0 },
	};

	return find_matching_patterns(&config.vocabulary, &profile, list, 1, NULL, &arena)
		.items[0]
		.reasons.items[0];
}

Test(wording, money)
{
	load("texts = { match = { tier = \"{tier}{revenue, select, none {} other { with {revenue} a "
	     "year}}\"; }; };");
	cr_expect_str_eq(tier_reason(3540000), "$0-5M with $3.5M a year");
	cr_expect_str_eq(tier_reason(450000.4), "$0-5M with $450K a year");
	cr_expect_str_eq(tier_reason(0), "$0-5M");
	cr_expect_str_eq(tier_reason(1e300), "$0-5M with $1000000T a year");
	load("texts = { money = \"{amount, number, ::currency/USD precision-integer}\"; match = { tier = "
	     "\"{revenue}\"; }; };");
	cr_expect_str_eq(tier_reason(3540000), "$3,540,000");
}

Test(wording, a_product_team_changes_a_sentence)
{
	struct pattern pattern = pattern_of(47);

	load("texts = {\n"
	     "\tpattern = { name = \"How to get from {from} to {to}\"; };\n"
	     "\tmatch = { confidence = \"{contractors, plural, =1 {just one} other {#}} did it\"; };\n"
	     "};\n");
	cr_expect_str_eq(pattern_name_of(&pattern, &config.vocabulary, &arena),
			 "How to get from $0-5M to $5-10M");
	cr_expect_str_eq(evidence_text(&pattern, &config.vocabulary.wording, &arena), "47 did it");
	pattern.sample_size = 1;
	cr_expect_str_eq(evidence_text(&pattern, &config.vocabulary.wording, &arena),
			 "just one did it");
}

Test(wording, a_bad_template_is_refused_with_file_line_key_and_what_was_expected)
{
	cr_assert_not(load_file("texts = {\n"
				"\tpattern = {\n"
				"\t\tname = \"{typ} from {from}\";\n"
				"\t};\n"
				"\tmatch = { tier = \"{tier\"; team = 3; };\n"
				"};\n"));
	for (char *digit = strstr(err.text, "/tmp/wording-"); digit;
	     digit = strstr(digit + 1, "/tmp/wording-"))
		memcpy(digit, "/tmp/wording-......", 19);
	cr_expect_str_eq(
		err.text,
		"/tmp/wording-......:3: texts.pattern.name: template with {type} {from} "
		"{to} expected, text \"{typ} from {from}\" found: unknown placeholder "
		"{typ} at character 1\n"
		"/tmp/wording-......:5: texts.match.tier: template with {tier} {revenue} expected, "
		"text \"{tier\" found: } or , after the name of a placeholder expected at "
		"character 6\n"
		"/tmp/wording-......:5: texts.match.team: template with {team} {typical} "
		"expected, integer 3 found");
	cr_expect_eq(err.kind, ERR_USAGE);
}

Test(wording, a_key_of_no_sentence_is_refused)
{
	cr_assert_not(load_file("texts = { pattern = { nam = \"x\"; }; };"));
	cr_expect(strstr(err.text, "unknown key \"texts.pattern.nam\"; did you mean "
				   "\"texts.pattern.name\"?"),
		  "%s", err.text);
}

static const char *read_by(const char *rate, const char *book)
{
	return say(&config.vocabulary.wording, SENTENCE_CONTENT, &arena, SAY_TEXT("kind", "book"),
		   SAY_TEXT("item", book), SAY_TEXT("rate", rate), SAY_TEXT("from", "$3M"),
		   SAY_TEXT("to", "$5M"));
}

Test(wording, day5_content_sentence_of_the_plan)
{
	load("");
	cr_expect_str_eq(read_by("73%", "Traction"),
			 "73% of contractors who scaled to $5M read 'Traction'");
	/* With names that tell the author, as upstream may send them. */
	load("texts = { content = { sentence = "
	     "\"{rate} of contractors who scaled to {to} read {item}\"; }; };");
	cr_expect_str_eq(read_by("73%", "'Traction' by Gino Wickman"),
			 "73% of contractors who scaled to $5M read 'Traction' by Gino Wickman");
}

/* ---- whatever the pattern ---- */

static const char *maybe(struct seeded *random, const char *text)
{
	return seeded_below(random, 3) ? text : NULL;
}

static struct optional_number some_months(struct seeded *random)
{
	return (struct optional_number){ seeded_below(random, 60), seeded_below(random, 3) > 0 };
}

static pattern_items random_items(struct seeded *random)
{
	size_t count = (size_t)seeded_below(random, 4);
	struct pattern_item *items = arena_array(&arena, struct pattern_item, count);

	for (size_t i = 0; i < count; i++)
		items[i] = (struct pattern_item){
			.item = arena_printf(&arena, "item_%d", seeded_below(random, 9)),
			.name = maybe(random, "It's a name"),
			.users = seeded_below(random, 50),
			.usage_rate = seeded_unit(random),
			.at_least = seeded_below(random, 2),
			.avg_satisfaction = { 1 + 4 * seeded_unit(random),
					      seeded_below(random, 2) },
			.first_share = { seeded_unit(random), seeded_below(random, 2) },
		};
	return (pattern_items){ items, count };
}

static struct pattern random_pattern(struct seeded *random)
{
	static const char *const types[] = { "revenue_growth", "lead_improvement", "of_tomorrow" };
	const struct labels *tiers = &default_vocabulary.tiers;
	int from = seeded_below(random, (int)tiers->count - 1);

	return (struct pattern){
		.pattern_key = "k",
		.pattern_type = types[seeded_below(random, 3)],
		.from_revenue_tier = tiers->items[from].name,
		.to_revenue_tier = tiers->items[from + 1].name,
		.sample_size = 1 + seeded_below(random, 2000),
		.confidence_score = seeded_unit(random),
		.timeline = { .basis = seeded_below(random, 2) ? "first_seen" : "tier_entry",
			      .low = some_months(random),
			      .high = some_months(random) },
		.team_median = { 1 + seeded_below(random, 80), seeded_below(random, 2) },
		.common_milestones = random_items(random),
		.common_partners = random_items(random),
		.common_books = random_items(random),
		.common_podcasts = random_items(random),
		.common_events = random_items(random),
		.common_focus_areas = random_items(random),
	};
}

static struct profile random_profile(struct seeded *random, const struct pattern *pattern)
{
	static const char *areas[] = { "item_1", "item_2", "item_3", "item_4" };

	return (struct profile){
		.revenue_tier = pattern->from_revenue_tier,
		.team_size = { .number = 1 + seeded_below(random, 99),
			       .text = maybe(random, "11_50"),
			       .present = seeded_below(random, 2) },
		.current_stage = maybe(random, "growth"),
		.focus_areas = { areas, (size_t)seeded_below(random, 5) },
		.months_in_tier = some_months(random),
	};
}

/* A sentence in words: no placeholder, no C, no blanks where something is left out. */
static void assert_said(const char *text)
{
	cr_assert(*text);
	cr_assert_null(strpbrk(text, "{}#"), "%s", text);
	cr_assert_null(strstr(text, "(null)"), "%s", text);
	cr_assert_null(strstr(text, "  "), "%s", text);
	cr_assert_null(strstr(text, " ,"), "%s", text);
}

Test(wording, no_sentence_shows_its_template)
{
	struct seeded random = seeded_start("no_sentence_shows_its_template");

	for (int i = 0; i < 2000; i++) {
		struct pattern pattern = random_pattern(&random);
		const struct pattern *list[] = { &pattern };
		struct profile profile = random_profile(&random, &pattern);
		pattern_matches matches = find_matching_patterns(&default_vocabulary, &profile,
								 list, 1, NULL, &arena);

		assert_said(pattern_name_of(&pattern, &default_vocabulary, &arena));
		assert_said(pattern_description_of(&pattern, &default_vocabulary, &arena));
		for (size_t j = 0; j < matches.count; j++) {
			assert_said(matches.items[j].match_reason);
			for (size_t k = 0; k < matches.items[j].reasons.count; k++)
				assert_said(matches.items[j].reasons.items[k]);
		}
		arena_reset(&arena);
	}
}

/* A template that shows every argument that its sentence has, as name=value. */
static const char *revealing(const char *arguments)
{
	const char *text = "";

	for (const char *at = arguments; *at; at += strspn(at, " ")) {
		size_t mark = *at == '#', length = strcspn(at, " ");
		int name = (int)(length - mark);

		if (mark)
			text = arena_printf(&arena, "%s%.*s={%.*s};", text, name, at + mark, name,
					    at + mark);
		else
			text = arena_printf(&arena,
					    "%s%.*s={%.*s, select, none {absent} other {{%.*s}}};",
					    text, name, at, name, at, name, at);
		at += length;
	}
	return text;
}

static void assert_same_sentences(const pattern_matches *kept, const pattern_matches *anew)
{
	cr_assert_eq(kept->count, anew->count);
	for (size_t i = 0; i < kept->count; i++) {
		const struct pattern_match *a = &kept->items[i], *b = &anew->items[i];

		cr_assert_str_eq(a->match_reason, b->match_reason);
		cr_assert_eq(a->reasons.count, b->reasons.count);
		for (size_t k = 0; k < a->reasons.count; k++)
			cr_assert_str_eq(a->reasons.items[k], b->reasons.items[k]);
	}
}

static void compare_kept_sentences(const struct vocabulary *vocabulary)
{
	enum { LIBRARY = 20, PROFILES = 1000 };
	static struct stage_share shares[] = { { "growth", 0.6 }, { "a word of theirs", 0.4 } };
	struct seeded random = seeded_start("kept_sentences");
	struct pattern patterns[LIBRARY];
	const struct pattern *list[LIBRARY];
	struct match_texts *texts = match_texts_new(LIBRARY, &arena);

	for (int i = 0; i < LIBRARY; i++) {
		patterns[i] = random_pattern(&random);
		patterns[i].pattern_key = arena_printf(&arena, "%d", i);
		patterns[i].stages.items = shares;
		patterns[i].stages.count = 2;
		list[i] = &patterns[i];
	}
	for (int i = 0; i < PROFILES; i++) {
		struct profile profile =
			random_profile(&random, list[seeded_below(&random, LIBRARY)]);
		pattern_matches kept, anew;

		if (seeded_below(&random, 3) == 0)
			profile.current_stage = "a word of theirs";
		profile.annual_revenue =
			(struct optional_number){ .value = (double)seeded_below(&random, 100000),
						  .present = seeded_below(&random, 2) };
		kept = find_matching_patterns(vocabulary, &profile, list, LIBRARY, texts, &arena);
		anew = find_matching_patterns(vocabulary, &profile, list, LIBRARY, NULL, &arena);
		assert_same_sentences(&kept, &anew);
	}
}

Test(wording, what_is_kept_from_match_to_match_is_what_would_be_said_anew)
{
	compare_kept_sentences(&default_vocabulary);
	load("");
	for (int i = SENTENCE_MATCH_REASON; i <= SENTENCE_MATCH_CONFIDENCE; i++)
		config.vocabulary.wording.templates[i] = revealing(wording_options[i].arguments);
	compare_kept_sentences(&config.vocabulary);
}

Test(wording, sentences_hand_over_the_arguments_that_are_declared)
{
	struct pattern pattern = pattern_of(47);
	struct wording *wording = &config.vocabulary.wording;

	load("");
	pattern.common_partners = (pattern_items){ partners, 1 };
	for (int i = SENTENCE_PATTERN_NAME; i < SENTENCES; i++)
		wording->templates[i] = revealing(wording_options[i].arguments);
	cr_expect_str_eq(pattern_name_of(&pattern, &config.vocabulary, &arena),
			 "type=Revenue growth;from=$0-5M;to=$5-10M;");
	cr_expect_str_eq(described(&pattern),
			 "contractors=47;focus=absent;from=$0-5M;to=$5-10M;low=8;high=12;"
			 "basis=tier_entry;examples=kind=absent;item=BuildPro;rate=89%;;");
	cr_expect_str_eq(evidence_text(&pattern, wording, &arena), "level=high;contractors=47;");
}
