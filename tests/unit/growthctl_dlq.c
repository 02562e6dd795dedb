/* Dead letters: what one says, which ones are meant, what is sent of it. */
#include <criterion/criterion.h>
#include <string.h>

#include "decide_dlq.h"
#include "instant.h"

static struct arena arena;

static void begin(void)
{
	arena_init(&arena);
}

static void end(void)
{
	arena_release(&arena);
}

TestSuite(dlq, .init = begin, .fini = end);

#define HEADER(header_name, text) \
	{ \
		header_name, \
		{ \
			text, sizeof(text) - 1 \
		} \
	}
#define CONNECT "__connect.errors."

static const struct emit_header headers[] = {
	HEADER("ce_id", "a-1"),
	HEADER(CONNECT "topic", "of a stranger's own"),
	HEADER("ce_source", "crm"),
	HEADER("ce_time", "2024-01-02T03:04:05Z"),
	HEADER("trace", "\xff"),
	HEADER("growth.retry_of", "matcher.dlq:0:3"),
	HEADER(CONNECT "topic", "contractor.updated"),
	HEADER(CONNECT "partition", "3"),
	HEADER(CONNECT "offset", "77"),
	HEADER(CONNECT "stage", "decode"),
	HEADER(CONNECT "exception.class.name", "decode"),
	HEADER(CONNECT "exception.message", "revenue_tier: \"x\033[2J\" is unknown"),
};

#define NOW (INT64_C(1704164645) * US_PER_SECOND)

static struct dead_letter letter_with(size_t count)
{
	struct dead_letter letter = {
		.at = { "matcher.dlq", 0, 12 },
		.worker = "matcher",
		.time = { NOW, true },
		.key = { "7", 1 },
		.value = { "{}", 2 },
		.id = "a-1",
		.source = "crm",
		.event_time = { NOW, true },
	};

	letter_take_headers(&letter, headers, count, &arena);
	return letter;
}

static struct dead_letter letter_(void)
{
	return letter_with(sizeof(headers) / sizeof(headers[0]));
}

Test(dlq, the_last_of_the_workers_headers_is_the_workers)
{
	struct dead_letter letter = letter_();

	cr_expect_str_eq(place_say(&letter.origin, &arena), "contractor.updated:3:77");
	cr_expect_str_eq(letter.error_class, "decode");
	cr_expect_str_eq(letter.retry_of, "matcher.dlq:0:3");
	cr_expect_null(letter.cut);
	cr_expect_eq(letter.headers.count, 5, "%zu headers", letter.headers.count);
	cr_expect_str_eq(letter.headers.items[1].name, CONNECT "topic");
}

Test(dlq, a_reason_cannot_steer_a_terminal)
{
	cr_expect_str_eq(letter_().reason, "revenue_tier: \"x [2J\" is unknown");
	cr_expect_str_eq(one_line((struct bytes){ "a\nb\xff\xc3\xbc", 6 }, &arena), "a b?\xc3\xbc");
}

Test(dlq, what_no_worker_wrote_has_no_origin_and_is_not_sent)
{
	struct dead_letter letter = letter_with(6);

	cr_expect_null(letter.origin.topic);
	cr_expect_not_null(letter_obstacle(&letter));
}

Test(dlq, what_is_incomplete_is_not_sent)
{
	struct dead_letter letter = letter_();

	cr_expect_null(letter_obstacle(&letter));
	letter.value = (struct bytes){ 0 };
	cr_expect_null(letter_obstacle(&letter), "an erasure that says when");
	letter.event_time.present = false;
	cr_expect_not_null(letter_obstacle(&letter));
	letter = letter_();
	letter.cut = "key 1, headers 2, value 4000000";
	cr_expect_not_null(letter_obstacle(&letter));
}

static const char *header_of(const struct emit_line *line, const char *name, size_t *ret_count)
{
	struct emit_header *made;
	const char *found = NULL;
	size_t count;

	*ret_count = 0;
	emit_headers(line, "growthctl/dlq", &arena, &made, &count);
	for (size_t i = 0; i < count; i++) {
		if (strcmp(made[i].name, name) != 0)
			continue;
		found = arena_strndup(&arena, made[i].value.data, made[i].value.length);
		(*ret_count)++;
	}
	return found;
}

Test(dlq, a_message_goes_out_under_its_own_id_and_names_its_letter)
{
	struct dead_letter letter = letter_();
	static const struct {
		const char *name, *value;
	} wanted[] = { { "ce_id", "a-1" },
		       { "ce_source", "crm" },
		       { "ce_time", "2024-01-02T03:04:05Z" },
		       { "ce_specversion", "1.0" },
		       { "growth.retry_of", "matcher.dlq:0:12" },
		       { CONNECT "topic", "of a stranger's own" } };
	struct emit_line line;

	letter.id = "a-1";
	line = letter_message(&letter, &arena);
	cr_expect_str_eq(line.topic, "contractor.updated");
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		size_t count;
		const char *value = header_of(&line, wanted[i].name, &count);

		cr_expect(count == 1 && strcmp(value, wanted[i].value) == 0, "%s: %zu times, %s",
			  wanted[i].name, count, value);
	}
}

Test(dlq, a_message_without_headers_becomes_the_event_that_it_was)
{
	struct dead_letter letter = letter_();
	struct emit_line line;
	size_t count;

	letter.headers.count = 0;
	letter.id = "contractor.updated/3/00000000000000000077";
	letter.source = "kafka:contractor.updated";
	letter.event_time.present = false;
	line = letter_message(&letter, &arena);
	cr_expect_str_eq(header_of(&line, "ce_id", &count), letter.id);
	cr_expect_str_eq(header_of(&line, "ce_source", &count), letter.source);
	cr_expect_null(header_of(&line, "ce_time", &count));
}

Test(dlq, places)
{
	static const struct {
		const char *text, *place; /* NULL: refused */
	} cases[] = {
		{ "matcher.dlq:0:12", "matcher.dlq:0:12" },
		{ "dev.matcher.dlq:0:12", "matcher.dlq:0:12" },
		{ "matcher:0:12", "matcher.dlq:0:12" },
		{ "goal-enricher.dlq:2:9223372036854775807",
		  "goal-enricher.dlq:2:9223372036854775807" },
		{ "matcher.dlq", NULL },
		{ "matcher.dlq:0", NULL },
		{ ":0:12", NULL },
		{ "matcher.dlq:-1:12", NULL },
		{ "matcher.dlq:0:12x", NULL },
		{ "matcher.dlq:0:9223372036854775808", NULL },
		{ "matcher.dlq:2147483648:1", NULL },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct letter_place place;
		struct err err = { 0 };
		bool ok = place_parse(cases[i].text, "dev.", &arena, &place, &err);

		cr_expect_eq(ok, cases[i].place != NULL, "%s: %s", cases[i].text, err.text);
		if (ok && cases[i].place)
			cr_expect_str_eq(place_say(&place, &arena), cases[i].place);
		else if (!ok)
			cr_expect_eq(err.kind, ERR_USAGE, "%s", cases[i].text);
	}
}

Test(dlq, a_letter_is_known_by_its_place_and_time)
{
	const struct {
		const char *name;
		struct letter_mark mark;
		bool is;
	} cases[] = {
		{ "its place and time", { { "matcher.dlq", 0, 12 }, { NOW, true } }, true },
		{ "no time, as records had none", { { "matcher.dlq", 0, 12 }, { 0 } }, true },
		{ "the topic was made anew",
		  { { "matcher.dlq", 0, 12 }, { NOW - 1, true } },
		  false },
		{ "another place", { { "matcher.dlq", 0, 13 }, { NOW, true } }, false },
	};
	struct dead_letter letter = letter_();

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		cr_expect_eq(mark_is(&cases[i].mark, &letter), cases[i].is, "%s", cases[i].name);
}

Test(dlq, filters_have_what_fits_all_of_them)
{
	const char *workers[] = { "cohort-analyzer", "matcher" };
	struct letter_place here = { "matcher.dlq", 0, 12 }, there = { "matcher.dlq", 0, 13 };
	const struct {
		const char *name;
		struct letter_filter filter;
		bool has;
	} cases[] = {
		{ "none", { .state = LETTER_OPEN }, true },
		{ "another state", { .state = LETTER_RETRIED }, false },
		{ "a worker", { .workers = { workers, 2 } }, true },
		{ "another worker", { .workers = { workers, 1 } }, false },
		{ "its topic", { .topic = "contractor.updated" }, true },
		{ "another topic", { .topic = "action.recorded" }, false },
		{ "part of the reason", { .reason = "Revenue_TIER" }, true },
		{ "another reason", { .reason = "revenue_tiers" }, false },
		{ "its class", { .error_class = "decode" }, true },
		{ "another class", { .error_class = "22003" }, false },
		{ "from then on", { .from = { NOW, true } }, true },
		{ "until then", { .to = { NOW, true } }, false },
		{ "its place", { .places = { &here, 1 }, .state = LETTER_RETRIED }, true },
		{ "another place", { .places = { &there, 1 } }, false },
	};
	struct dead_letter letter = letter_();

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		cr_expect_eq(filter_has(&cases[i].filter, &letter), cases[i].has, "%s",
			     cases[i].name);
}

Test(dlq, reasons_of_one_cause_are_one_kind)
{
	static const struct {
		const char *reason, *kind;
	} cases[] = {
		{ "the key says contractor 7, the value 12",
		  "the key says contractor #, the value #" },
		{ "revenue_tier: \"5_10_million\" is unknown",
		  "revenue_tier: \"5_10_million\" is unknown" },
		{ "no goal after waiting for goal:0b9e2c7e-6f0c-4f3e-9d53-000000000001",
		  "no goal after waiting for goal:#" },
		{ "", "" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		cr_expect_str_eq(reason_kind(cases[i].reason, &arena), cases[i].kind);
}

Test(dlq, what_became_of_it_in_words)
{
	struct dead_letter letter = letter_();

	cr_expect_str_eq(letter_say(&letter, &arena), "open");
	letter.state = LETTER_DISCARDED;
	letter.decided_at = NOW + 5;
	letter.decided_by = "ann";
	letter.because = "a test";
	cr_expect_str_eq(letter_say(&letter, &arena),
			 "discarded 2024-01-02T03:04:05Z by ann: a test");
	letter.state = LETTER_RETRIED;
	letter.sent = (struct letter_place){ "contractor.updated", 0, -1 };
	cr_expect_str_eq(letter_say(&letter, &arena),
			 "retried 2024-01-02T03:04:05Z to contractor.updated");
}

Test(dlq, a_line_of_an_export_says_which_letter_it_is)
{
	static const struct {
		const char *name, *mark, *complaint; /* NULL: fine */
	} cases[] = {
		{ "as exported",
		  ",\"dead_letter\":{\"at\":\"matcher.dlq:0:12\",\"time\":\"2024-01-02T03:04:05Z\",\"reason\":\"}\"}",
		  NULL },
		{ "without the time", ",\"dead_letter\":{\"at\":\"matcher.dlq:0:12\"}", NULL },
		{ "not a time", ",\"dead_letter\":{\"at\":\"matcher.dlq:0:12\",\"time\":\"then\"}",
		  "time" },
		{ "without", "", "no \"dead_letter\"" },
		{ "empty", ",\"dead_letter\":{}", "at" },
		{ "not a place", ",\"dead_letter\":{\"at\":\"here\"}", "no dead letter such as" },
		{ "not an object", ",\"dead_letter\":\"matcher.dlq:0:12\"", "dead_letter" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *text = arena_printf(
			&arena, "{\"topic\":\"contractor.updated\",\"value\":{\"a\":1}%s}",
			cases[i].mark);
		struct emit_line line;
		struct letter_mark mark;
		struct err err = { 0 };

		cr_assert(emit_parse(text, strlen(text), "", &arena, &line, &err), "%s: %s",
			  cases[i].name, err.text);
		if (letter_of_line(&line, "", &arena, &mark, &err))
			cr_expect(!cases[i].complaint && mark.at.offset == 12 &&
					  mark.time.present ==
						  (strstr(cases[i].mark, "\"time\"") != NULL) &&
					  (!mark.time.present || mark.time.value == NOW),
				  "%s", cases[i].name);
		else
			cr_expect(cases[i].complaint && err.kind == ERR_POISON &&
					  strstr(err.text, cases[i].complaint),
				  "%s: %s", cases[i].name, err.text);
	}
}

Test(dlq, only_an_object_without_a_line_break_stands_on_a_line_as_it_is)
{
	static const struct {
		const char *value;
		bool fits;
	} cases[] = {
		{ "{\"a\":[1.50]}", true },
		{ "{\"a\":\n1}", false },
		{ "{\"a\":", false },
		{ "[1]", false },
		{ "", false },
		{ "{\"a\":\"\xff\"}", false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		cr_expect_eq(is_json_line((struct bytes){ cases[i].value, strlen(cases[i].value) }),
			     cases[i].fits, "%s", cases[i].value);
}
