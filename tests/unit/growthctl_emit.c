/* Lines of events: taken apart, checked, and given headers. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "decide_emit.h"

static struct arena arena;

static void begin(void)
{
	arena_init(&arena);
}

static void end(void)
{
	arena_release(&arena);
}

TestSuite(emit, .init = begin, .fini = end);

#define ACTION \
	"\"value\":{\"contractor_id\":7,\"occurred_at\":\"2024-01-02T03:04:05Z\",\"kind\":" \
	"\"book\",\"item\":\"traction\"}"
#define PROFILE \
	"\"value\":{\"contractor_id\":7,\"occurred_at\":\"2024-01-02T03:04:05Z\",\"revenue_" \
	"tier\":\"0_5_million\"}"

static bool parse(const char *text, struct emit_line *line, struct err *err)
{
	*err = (struct err){ 0 };
	return emit_parse(text, strlen(text), "", &arena, line, err);
}

Test(emit, a_value_is_kept_byte_for_byte)
{
	const char *value = "{\"contractor_id\" : 7, \"x\":[1.50,{\"}\":\"\\\"]\"}],\"y\":1e2}";
	struct emit_line line;
	struct err err = { 0 };
	char text[300];

	snprintf(text, sizeof(text),
		 " { \"key\":\"7\" ,\"value\": %s ,\"topic\":\"action.recorded\",\"id\":\"a-1\" "
		 "}\r\n",
		 value);
	cr_assert(parse(text, &line, &err), "%s", err.text);
	cr_expect_str_eq(line.topic, "action.recorded");
	cr_expect_str_eq(line.id, "a-1");
	cr_expect_eq(line.key.length, 1);
	cr_expect_eq(line.value.length, strlen(value));
	cr_expect_eq(memcmp(line.value.data, value, strlen(value)), 0);
}

Test(emit, lines_of_kcat_are_taken)
{
	const char *text = "{\"topic\":\"dev.action.recorded\",\"partition\":3,\"offset\":12,"
			   "\"tstype\":\"create\",\"ts\":1,\"broker\":1,"
			   "\"headers\":[\"ce_id\",\"a-9\",\"empty\",null],\"key\":\"7\","
			   "\"payload\":\"{\\\"contractor_id\\\":7}\"}";
	struct emit_line line;
	struct err err = { 0 };

	cr_assert(emit_parse(text, strlen(text), "dev.", &arena, &line, &err), "%s", err.text);
	cr_expect_str_eq(line.topic, "action.recorded");
	cr_expect_eq(line.value.length, strlen("{\"contractor_id\":7}"));
	cr_expect_eq(memcmp(line.value.data, "{\"contractor_id\":7}", line.value.length), 0);
	cr_expect_eq(line.headers.count, 2);
	cr_expect_str_eq(line.headers.items[0].name, "ce_id");
	cr_expect_eq(memcmp(line.headers.items[0].value.data, "a-9", 3), 0);
	cr_expect_null(line.headers.items[1].value.data);
}

Test(emit, null_and_empty_are_different)
{
	struct emit_line line;
	struct err err = { 0 };

	cr_assert(parse("{\"topic\":\"t\",\"key\":null,\"value\":null}", &line, &err));
	cr_expect_null(line.key.data);
	cr_expect_null(line.value.data);
	cr_assert(parse("{\"topic\":\"t\",\"key\":\"\",\"payload\":\"\"}", &line, &err));
	cr_expect(line.key.data && line.key.length == 0);
	cr_expect(line.value.data && line.value.length == 0);
	cr_assert(parse("{\"topic\":\"t\",\"payload\":\"a\\u0000b\"}", &line, &err));
	cr_expect_eq(line.value.length, 3);
}

Test(emit, lines_that_cannot_be_taken_apart_say_why)
{
	static const struct {
		const char *line, *reason;
	} cases[] = {
		{ "nonsense", "not a JSON object" },
		{ "[]", "not a JSON object" },
		{ "{", "a member's name expected" },
		{ "{\"topic\"", "':' expected after \"topic\"" },
		{ "{\"topic\":\"a", "the value of \"topic\" has no end" },
		{ "{\"topic\":\"a\",\"value\":{\"x\":[1}", "the value of \"value\" has no end" },
		{ "{\"topic\":\"a\",\"value\":{}", "no end" },
		{ "{\"topic\":\"a\" \"value\":{}}", "no end" },
		{ "{\"topic\":\"a\",\"value\":{}} {}", "more follows" },
		{ "{\"topic\":\"a\",\"topic\":\"b\",\"value\":{}}", "\"topic\" occurs twice" },
		{ "{\"value\":{}}", "no \"topic\"" },
		{ "{\"topic\":\"a\"}", "no \"value\"" },
		{ "{\"topic\":5,\"value\":{}}", "topic: text expected" },
		{ "{\"topic\":\"\",\"value\":{}}", "topic: empty" },
		{ "{\"topic\":\"a\",\"key\":7,\"value\":{}}", "key: text expected" },
		{ "{\"topic\":\"a\",\"value\":{},\"payload\":\"\"}",
		  "both \"value\" and \"payload\"" },
		{ "{\"topic\":\"a\",\"payload\":{}}", "payload: text expected" },
		{ "{\"topic\":\"a\",\"value\":{},\"time\":\"yesterday\"}",
		  "time: RFC 3339 expected" },
		{ "{\"topic\":\"a\",\"value\":{},\"headers\":5}", "headers:" },
		{ "{\"topic\":\"a\",\"value\":{},\"headers\":[\"a\"]}", "headers:" },
		{ "{\"topic\":\"a\",\"value\":{},\"headers\":{\"a\":5}}",
		  "headers.a: text expected" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct emit_line line;
		struct err err = { 0 };

		cr_expect_not(parse(cases[i].line, &line, &err), "%s", cases[i].line);
		cr_expect_eq(err.kind, ERR_POISON);
		cr_expect(strstr(err.text, cases[i].reason), "%s: %s", cases[i].line, err.text);
	}
}

Test(emit, every_prefix_of_a_line_is_refused_or_taken_without_harm)
{
	const char *text = "{\"topic\":\"a\\u00e9\\\"\",\"headers\":{\"a\":\"b\"},\"key\":null,"
			   "\"value\":{\"x\":[1,\"}\"]},\"id\":\"q\"}";

	for (size_t length = 0; length < strlen(text); length++) {
		char *copy = arena_strndup(&arena, text, length);
		struct emit_line line;
		struct err err = { 0 };

		cr_expect_not(emit_parse(copy, length, "", &arena, &line, &err), "%zu", length);
	}
}

static bool check(const char *text, struct emit_line *line, struct err *err)
{
	return parse(text, line, err) && emit_check(line, &arena, err);
}

Test(emit, what_workers_would_dead_letter_is_refused)
{
	static const struct {
		const char *line, *reason;
	} cases[] = {
		{ "{\"topic\":\"action.done\",\"key\":\"7\"," ACTION "}",
		  "topic \"action.done\" is unknown" },
		{ "{\"topic\":\"action.recorded\",\"key\":\"8\"," ACTION "}",
		  "key \"8\" contradicts the value, which says \"7\"" },
		{ "{\"topic\":\"action.recorded\"," ACTION "}", "no key" },
		{ "{\"topic\":\"action.recorded\",\"key\":\"07\"," ACTION "}", "contradicts" },
		{ "{\"topic\":\"action.recorded\",\"key\":\"7\\u0000\"," ACTION "}",
		  "NUL character in the key" },
		{ "{\"topic\":\"action.recorded\",\"key\":\"7\",\"value\":null}",
		  "a null value means nothing here" },
		{ "{\"topic\":\"action.recorded\",\"key\":\"7\",\"value\":7}",
		  "action.recorded: " },
		{ "{\"topic\":\"action.recorded\",\"key\":\"7\",\"value\":{\"contractor_id\":7}}",
		  "action.recorded: occurred_at" },
		{ "{\"topic\":\"action.recorded\",\"key\":\"7\",\"value\":{\"contractor_id\":7,"
		  "\"occurred_at\":"
		  "\"2024-01-02T03:04:05Z\",\"kind\":\"book\",\"item\":\"x\",\"satisfaction\":6}}",
		  "satisfaction: 6 is not between 1 and 5" },
		{ "{\"topic\":\"action.recorded\",\"key\":\"7\",\"payload\":\"{\\\"contractor_"
		  "id\\\":\"}",
		  "not JSON" },
		{ "{\"topic\":\"contractor.updated\",\"key\":\"x\",\"value\":null}",
		  "is no contractor id" },
		{ "{\"topic\":\"contractor.updated\",\"key\":\"0\",\"value\":null}",
		  "is no contractor id" },
		{ "{\"topic\":\"contractor.updated\",\"key\":\"2147483648\",\"value\":null}",
		  "is no contractor id" },
		{ "{\"topic\":\"contractor.updated\",\"value\":null}", "no key" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct emit_line line;
		struct err err = { 0 };

		cr_expect_not(check(cases[i].line, &line, &err), "%s", cases[i].line);
		cr_expect_eq(err.kind, ERR_POISON);
		cr_expect(strstr(err.text, cases[i].reason), "%s: %s", cases[i].line, err.text);
	}
}

Test(emit, what_workers_take_is_taken)
{
	static const char *const lines[] = {
		"{\"topic\":\"action.recorded\",\"key\":\"7\"," ACTION "}",
		"{\"topic\":\"contractor.updated\",\"key\":\"7\"," PROFILE "}",
		"{\"topic\":\"contractor.updated\",\"key\":\"2147483647\",\"value\":null}",
		"{\"topic\":\"pattern.recalculated\",\"key\":\"a>b/c\",\"value\":null}",
		"{\"topic\":\"recalculation.requested\",\"value\":{\"as_of\":\"2024-01-02T03:04:"
		"05Z\",\"reason\":\"manual\"}}",
		"{\"topic\":\"recalculation.requested\",\"key\":\"a>b/"
		"c\",\"value\":{\"as_of\":\"2024-01-02T03:04:05Z\","
		"\"reason\":\"manual\"}}",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct emit_line line;
		struct err err = { 0 };

		cr_expect(check(lines[i], &line, &err), "%s: %s", lines[i], err.text);
	}
}

static const char *header(const struct emit_header *headers, size_t count, const char *name)
{
	const char *found = NULL;

	for (size_t i = 0; i < count; i++) {
		if (strcmp(headers[i].name, name) != 0)
			continue;
		cr_expect_null(found, "%s occurs twice", name);
		found = arena_strndup(&arena, headers[i].value.data, headers[i].value.length);
	}
	return found;
}

#define EXPECT_HEADER(name, wanted) \
	do { \
		const char *found_ = header(headers, count, name); \
		cr_expect(found_ &&strcmp(found_, wanted) == 0, "%s: %s", name, \
			  found_ ? found_ : "absent"); \
	} while (0)

Test(emit, attributes_become_headers)
{
	struct emit_header *headers;
	struct emit_line line;
	struct err err = { 0 };
	size_t count;

	cr_assert(check("{\"topic\":\"action.recorded\",\"key\":\"7\",\"id\":\"a-1\"," ACTION "}",
			&line, &err),
		  "%s", err.text);
	emit_headers(&line, "growthctl/emit", &arena, &headers, &count);
	cr_expect_eq(count, 6);
	EXPECT_HEADER("ce_specversion", "1.0");
	EXPECT_HEADER("ce_id", "a-1");
	EXPECT_HEADER("ce_type", "com.growthpatterns.action.recorded");
	EXPECT_HEADER("ce_source", "growthctl/emit");
	EXPECT_HEADER("ce_time", "2024-01-02T03:04:05Z");
	EXPECT_HEADER("content-type", "application/json");
}

Test(emit, without_an_id_it_is_no_cloud_event)
{
	struct emit_header *headers;
	struct emit_line line;
	struct err err = { 0 };
	size_t count;

	cr_assert(check("{\"topic\":\"action.recorded\",\"key\":\"7\"," ACTION "}", &line, &err));
	emit_headers(&line, "growthctl/emit", &arena, &headers, &count);
	cr_expect_null(header(headers, count, "ce_id"));
	cr_expect_null(header(headers, count, "ce_specversion"));
	EXPECT_HEADER("ce_time", "2024-01-02T03:04:05Z");
}

Test(emit, headers_of_the_line_win)
{
	struct emit_header *headers;
	struct emit_line line;
	struct err err = { 0 };
	size_t count;

	cr_assert(check("{\"topic\":\"contractor.updated\",\"key\":\"7\",\"value\":null,\"id\":"
			"\"a\",\"source\":\"crm\","
			"\"time\":\"2024-05-06T07:08:09Z\",\"headers\":{\"ce_id\":\"b\","
			"\"traceparent\":\"00-x\"}}",
			&line, &err),
		  "%s", err.text);
	emit_headers(&line, "growthctl/emit", &arena, &headers, &count);
	EXPECT_HEADER("ce_id", "b");
	EXPECT_HEADER("ce_source", "crm");
	EXPECT_HEADER("ce_time", "2024-05-06T07:08:09Z");
	EXPECT_HEADER("traceparent", "00-x");
	EXPECT_HEADER("ce_specversion", "1.0");
	cr_expect_null(header(headers, count, "content-type"));
}
