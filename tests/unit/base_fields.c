/* Messages whose text is JSON: a table decodes and encodes them; what does not fit it is named by
 * its path. */
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "fields.h"
#include "identity.h"

enum outcome { OUTCOME_NONE, OUTCOME_COMPLETED, OUTCOME_ABANDONED };

static const char *const outcome_names[] = { NULL, "completed", "abandoned", NULL };

struct partner {
	const char *name;
	struct optional_number match_score;
};

struct location {
	const char *city;
	double latitude; /* carries no presence */
};

struct message {
	int64_t id;
	struct uuid goal_id;
	utc_us occurred_at;
	enum outcome outcome;
	const char *notes;
	struct optional_int rating;
	struct optional_number revenue;
	struct optional_time since;
	struct optional_bool urgent;
	int64_t attempts; /* carries no presence */
	struct int_or_text team_size;
	struct texts focus_areas;
	struct location location;
	LIST_OF(struct partner) partners;
};

static const struct json_field partner_fields[] = {
	FIELD_TEXT(struct partner, name, "name", REQUIRED),
	FIELD_NUMBER(struct partner, match_score, "match_score", OPTIONAL, 0, 1), FIELD_END
};

static const struct json_field location_fields[] = {
	FIELD_TEXT(struct location, city, "city", REQUIRED),
	FIELD_NUMBER(struct location, latitude, "latitude", REQUIRED, -90, 90), FIELD_END
};

static const struct json_field message_fields[] = {
	FIELD_INT(struct message, id, "id", REQUIRED, 1, 9e18),
	FIELD_UUID(struct message, goal_id, "goal_id", OPTIONAL),
	FIELD_TIME(struct message, occurred_at, "occurred_at", OPTIONAL),
	FIELD_ENUM(struct message, outcome, "outcome", OPTIONAL, outcome_names),
	FIELD_TEXT(struct message, notes, "notes", OPTIONAL),
	FIELD_INT(struct message, rating, "rating", OPTIONAL, 1, 5),
	FIELD_NUMBER(struct message, revenue, "revenue", OPTIONAL, 0, 0),
	FIELD_TIME(struct message, since, "since", OPTIONAL),
	FIELD_BOOL(struct message, urgent, "urgent", OPTIONAL),
	FIELD_INT(struct message, attempts, "attempts", OPTIONAL, 0, 0),
	FIELD_INT_OR_TEXT(struct message, team_size, "team_size", OPTIONAL),
	FIELD_TEXTS(struct message, focus_areas, "focus_areas", OPTIONAL),
	FIELD_OBJECT(struct message, location, "location", OPTIONAL, location_fields),
	FIELD_OBJECTS(struct message, partners, "partners", OPTIONAL, partner_fields),
	FIELD_END
};

/* One of each kind, all required. */
struct strict {
	struct uuid goal_id;
	enum outcome outcome;
	const char *notes;
	struct int_or_text team_size;
};

static const struct json_field strict_fields[] = {
	FIELD_UUID(struct strict, goal_id, "goal_id", REQUIRED),
	FIELD_ENUM(struct strict, outcome, "outcome", REQUIRED, outcome_names),
	FIELD_TEXT(struct strict, notes, "notes", REQUIRED),
	FIELD_INT_OR_TEXT(struct strict, team_size, "team_size", REQUIRED), FIELD_END
};

static struct arena arena;
static struct buffer out;
static struct err err;
static struct message message;

static void set_up(void)
{
	arena_init(&arena);
}

static void tear_down(void)
{
	arena_release(&arena);
	buffer_release(&out);
}

TestSuite(fields, .init = set_up, .fini = tear_down);

/* From memory of its own, so that a read past the end is seen. */
static bool decode(const char *text, size_t length)
{
	char *exact = malloc(length ? length : 1);

	memcpy(exact, text, length);
	err = (struct err){ .kind = ERR_NONE };
	bool decoded =
		json_decode(exact, length, message_fields, &message, sizeof(message), &arena, &err);
	free(exact);
	return decoded;
}

static const char *encoded(void)
{
	buffer_clear(&out);
	json_encode(message_fields, &message, &out);
	return out.bytes;
}

/* ---- what is refused ---- */

static const struct {
	const char *text, *error;
} unfit[] = {
	{ "{}", "id: required, but absent" },
	{ "{\"id\":null}", "id: required, but absent" },
	{ "{\"ID\":1}", "id: required, but absent" },
	{ "{\"id\":\"1\"}", "id: whole number expected, text found" },
	{ "{\"id\":true}", "id: whole number expected, true or false found" },
	{ "{\"id\":{}}", "id: whole number expected, object found" },
	{ "{\"id\":1.5}", "id: 1.5 is not a whole number" },
	{ "{\"id\":1e-400}", "id: 1e-400 is less than 1" },
	{ "{\"id\":0}", "id: 0 is less than 1" },
	{ "{\"id\":-0}", "id: 0 is less than 1" },
	{ "{\"id\":-1}", "id: -1 is less than 1" },
	{ "{\"id\":9223372036854775808}", "id: 9223372036854775808 is out of range" },
	{ "{\"id\":18446744073709551615}", "id: 18446744073709551615 is out of range" },
	{ "{\"id\":1e18}", "id: 1e18 is out of range" },
	{ "{\"id\":1e400}", "id: 1e400 is out of range" },
	{ "{\"id\":1,\"revenue\":1e400}", "revenue: 1e400 is out of range" },
	{ "{\"id\":1,\"revenue\":-1e400}", "revenue: -1e400 is out of range" },
	{ "{\"id\":1,\"revenue\":\"1\"}", "revenue: number expected, text found" },
	{ "{\"id\":1,\"rating\":6}", "rating: 6 is not between 1 and 5" },
	{ "{\"id\":1,\"rating\":0}", "rating: 0 is not between 1 and 5" },
	{ "{\"id\":1,\"rating\":[]}", "rating: whole number expected, list found" },
	{ "{\"id\":1,\"outcome\":\"done\"}", "outcome: \"done\" is none of completed, abandoned" },
	{ "{\"id\":1,\"outcome\":\"\"}", "outcome: \"\" is none of completed, abandoned" },
	{ "{\"id\":1,\"outcome\":1}", "outcome: text expected, number found" },
	{ "{\"id\":1,\"goal_id\":\"17\"}", "goal_id: \"17\" is not a UUID" },
	{ "{\"id\":1,\"goal_id\":17}", "goal_id: UUID as text expected, number found" },
	{ "{\"id\":1,\"since\":\"yesterday, when all my troubles seemed so far away\"}",
	  "since: \"yesterday, when all my troubles seemed s…\" is not an RFC 3339 time" },
	{ "{\"id\":1,\"since\":1719792184}", "since: time as text expected, number found" },
	{ "{\"id\":1,\"urgent\":\"yes\"}", "urgent: true or false expected, text found" },
	{ "{\"id\":1,\"urgent\":0}", "urgent: true or false expected, number found" },
	{ "{\"id\":1,\"notes\":[\"a\"]}", "notes: text expected, list found" },
	{ "{\"id\":1,\"team_size\":2.5}", "team_size: 2.5 is not a whole number" },
	{ "{\"id\":1,\"team_size\":false}",
	  "team_size: whole number or text expected, true or false found" },
	{ "{\"id\":1,\"focus_areas\":\"a\"}", "focus_areas: list of texts expected, text found" },
	{ "{\"id\":1,\"focus_areas\":[\"a\",7]}", "focus_areas[1]: text expected, number found" },
	{ "{\"id\":1,\"focus_areas\":[null]}", "focus_areas[0]: text expected, null found" },
	{ "{\"id\":1,\"focus_areas\":[\"\"]}", "focus_areas[0]: text is empty" },
	{ "{\"id\":1,\"location\":[]}", "location: object expected, list found" },
	{ "{\"id\":1,\"location\":{\"city\":\"Bonn\"}}",
	  "location.latitude: required, but absent" },
	{ "{\"id\":1,\"location\":{\"city\":\"\",\"latitude\":1}}",
	  "location.city: text is empty" },
	{ "{\"id\":1,\"partners\":{}}", "partners: list of objects expected, object found" },
	{ "{\"id\":1,\"partners\":[{\"name\":\"a\"},7]}",
	  "partners[1]: object expected, number found" },
	{ "{\"id\":1,\"partners\":[{\"name\":\"a\"},{\"name\":\"b\"},{\"name\":\"c\",\"match_"
	  "score\":\"x\"}]}",
	  "partners[2].match_score: number expected, text found" },
	{ "{\"id\":1,\"partners\":[{\"name\":\"a\",\"match_score\":1.01}]}",
	  "partners[0].match_score: 1.01 is not between 0 and 1" },
};

Test(fields, unfit_values_are_refused_with_their_path)
{
	for (size_t i = 0; i < sizeof(unfit) / sizeof(*unfit); i++) {
		cr_expect_not(decode(unfit[i].text, strlen(unfit[i].text)), "%s: accepted",
			      unfit[i].text);
		cr_expect_eq(err.kind, ERR_POISON, "%s", unfit[i].text);
		cr_expect_str_eq(err.text, unfit[i].error, "%s gave: %s", unfit[i].text, err.text);
	}
}

static const struct {
	const char *text, *error;
} blank[] = {
	{ "{\"goal_id\":\"00000000-0000-0000-0000-000000000000\",\"outcome\":\"completed\","
	  "\"notes\":\"a\","
	  "\"team_size\":1}",
	  "goal_id: \"00000000-0000-0000-0000-000000000000\" is the nil UUID" },
	{ "{\"goal_id\":\"89bd5d78-4dc5-5401-a6b6-353886af0adb\",\"outcome\":\"completed\","
	  "\"notes\":\"\","
	  "\"team_size\":1}",
	  "notes: text is empty" },
	{ "{\"goal_id\":\"89bd5d78-4dc5-5401-a6b6-353886af0adb\",\"outcome\":\"completed\","
	  "\"notes\":\"a\","
	  "\"team_size\":\"\"}",
	  "team_size: text is empty" },
};

Test(fields, a_required_value_is_not_blank)
{
	for (size_t i = 0; i < sizeof(blank) / sizeof(*blank); i++) {
		struct strict strict;

		cr_expect_not(json_decode(blank[i].text, strlen(blank[i].text), strict_fields,
					  &strict, sizeof(strict), &arena, &err),
			      "%s: accepted", blank[i].text);
		cr_expect_str_eq(err.text, blank[i].error, "%s gave: %s", blank[i].text, err.text);
	}
}

/* ---- what is accepted ---- */

static const char whole[] =
	"{\"id\":123456,\"goal_id\":\"89bd5d78-4dc5-5401-a6b6-353886af0adb\","
	"\"occurred_at\":\"2024-07-01T00:03:04.500Z\",\"outcome\":\"abandoned\","
	"\"notes\":\"a \\\"b\\\" \\\\ / \\n\\t\\u0001 é 日本 😀\",\"rating\":5,\"revenue\":-12.25,"
	"\"since\":\"1969-12-31T23:59:59Z\",\"urgent\":false,\"attempts\":3,\"team_size\":\"11_"
	"50\","
	"\"focus_areas\":[\"x\",\"y\"],\"location\":{\"city\":\"Bonn\",\"latitude\":50.7},"
	"\"partners\":[{\"name\":\"a\",\"match_score\":0},{\"name\":\"b\"}]}";

Test(fields, everything_comes_back_as_it_was_written)
{
	cr_assert(decode(whole, sizeof(whole) - 1), "%s", err.text);

	cr_expect_eq(message.id, 123456);
	cr_expect(uuid_equal(&message.goal_id, &identity_namespace));
	cr_expect_eq(message.occurred_at, 1719792184500000);
	cr_expect_eq(message.outcome, OUTCOME_ABANDONED);
	cr_expect_str_eq(message.notes, "a \"b\" \\ / \n\t\x01 é 日本 😀");
	cr_expect(message.rating.present && message.rating.value == 5);
	cr_expect(message.revenue.present && message.revenue.value == -12.25);
	cr_expect(message.since.present && message.since.value == -1000000);
	cr_expect(message.urgent.present && !message.urgent.value);
	cr_expect_eq(message.attempts, 3);
	cr_expect(message.team_size.present);
	cr_expect_str_eq(message.team_size.text, "11_50");
	cr_expect_eq(message.focus_areas.count, 2);
	cr_expect_str_eq(message.focus_areas.items[1], "y");
	cr_expect_str_eq(message.location.city, "Bonn");
	cr_expect_eq(message.partners.count, 2);
	cr_expect(message.partners.items[0].match_score.present, "zero is not absent");
	cr_expect_not(message.partners.items[1].match_score.present);

	cr_expect_str_eq(encoded(), whole);
	cr_expect_str_eq(json_encode_text(message_fields, &message, &arena), whole);
}

Test(fields, what_is_absent_stays_absent)
{
	memset(&message, 0xff, sizeof(message));
	cr_assert(decode("{\"id\":1}", 8), "%s", err.text);
	cr_expect_null(message.notes);
	cr_expect_not(message.rating.present);
	cr_expect_not(message.team_size.present);
	cr_expect_null(message.focus_areas.items);
	cr_expect_null(message.partners.items);
	cr_expect_str_eq(encoded(), "{\"id\":1}");
}

static const struct {
	const char *text, *again;
} accepted[] = {
	{ " {\t\"id\" :\r\n 1 } ", "{\"id\":1}" },
	{ "{\"id\":3.0}", "{\"id\":3}" },
	{ "{\"id\":3e2}", "{\"id\":300}" },
	{ "{\"id\":9000000000000000000}", "{\"id\":9000000000000000000}" },
	{ "{\"id\":1,\"notes\":null,\"location\":null,\"partners\":null}", "{\"id\":1}" },
	{ "{\"id\":1,\"notes\":\"\",\"team_size\":\"\"}", "{\"id\":1}" },
	{ "{\"id\":1,\"goal_id\":\"00000000-0000-0000-0000-000000000000\"}", "{\"id\":1}" },
	{ "{\"id\":1,\"attempts\":0}", "{\"id\":1}" },
	{ "{\"id\":1,\"attempts\":-9223372036854775808}",
	  "{\"id\":1,\"attempts\":-9223372036854775808}" },
	{ "{\"id\":1,\"attempts\":9223372036854775807}",
	  "{\"id\":1,\"attempts\":9223372036854775807}" },
	{ "{\"id\":1,\"revenue\":-0}", "{\"id\":1,\"revenue\":0}" },
	{ "{\"id\":1,\"revenue\":-0.0}", "{\"id\":1,\"revenue\":0}" },
	{ "{\"id\":1,\"revenue\":1e-400}", "{\"id\":1,\"revenue\":0}" },
	{ "{\"id\":1,\"revenue\":18446744073709551615}",
	  "{\"id\":1,\"revenue\":1.8446744073709552e+19}" },
	{ "{\"id\":1,\"team_size\":12.0}", "{\"id\":1,\"team_size\":12}" },
	{ "{\"id\":1,\"focus_areas\":[],\"partners\":[]}",
	  "{\"id\":1,\"focus_areas\":[],\"partners\":[]}" },
	{ "{\"x\":{\"id\":{},\"rating\":[]},\"id\":1,\"rating\":2}", "{\"id\":1,\"rating\":2}" },
	{ "{\"id\":1,\"x\":\"a:b{\\\"[\",\"y:z\":[[],{\"id\":1}],\"\":18446744073709551615}",
	  "{\"id\":1}" },
	{ "{\"id\":1,\"x\":1e400}", "{\"id\":1}" },
	{ "{\"id\":1,\"notes\":\"\\/\\b\\f\\r\\u00e9\\ud83d\\ude00\"}",
	  "{\"id\":1,\"notes\":\"/\\b\\f\\ré😀\"}" },
	{ "{\"id\":1,\"notes\":\"\xef\xbf\xbf\xf4\x8f\xbf\xbf\x7f\"}",
	  "{\"id\":1,\"notes\":\"\xef\xbf\xbf\xf4\x8f\xbf\xbf\x7f\"}" },
	{ "{\"\\u0069d\":1}", "{\"id\":1}" },
	{ "{\"id\":1,\"location\":{\"latitude\":0,\"city\":\"Tema\"}}",
	  "{\"id\":1,\"location\":{\"city\":\"Tema\",\"latitude\":0}}" },
};

Test(fields, other_spellings_mean_the_same)
{
	for (size_t i = 0; i < sizeof(accepted) / sizeof(*accepted); i++) {
		const char *text = accepted[i].text;

		cr_expect(decode(text, strlen(text)), "%s: %s", text, err.text);
		cr_expect_str_eq(encoded(), accepted[i].again, "%s became %s", text, out.bytes);
	}
}

Test(fields, a_list_of_objects_is_read_and_written)
{
	static const char text[] = "[{\"name\":\"a\",\"match_score\":0.5},{\"name\":\"b\"}]";
	struct any_list list;

	cr_assert(json_decode_list(text, sizeof(text) - 1, partner_fields, sizeof(struct partner),
				   &arena, &list, &err),
		  "%s", err.text);
	cr_expect_eq(list.count, 2);
	json_encode_list(partner_fields, sizeof(struct partner), &list, &out);
	cr_expect_str_eq(out.bytes, text);

	buffer_clear(&out);
	json_encode_list(partner_fields, sizeof(struct partner), &(struct any_list){ NULL, 0 },
			 &out);
	cr_expect_str_eq(out.bytes, "[]");
}

Test(fields, a_bad_item_of_a_list_is_named)
{
	static const char text[] = "[{\"name\":\"a\"},{\"name\":7}]";
	struct any_list list = { &list, 77 };

	cr_expect_not(json_decode_list(text, sizeof(text) - 1, partner_fields,
				       sizeof(struct partner), &arena, &list, &err));
	cr_expect_str_eq(err.text, "[1].name: text expected, number found");
	cr_expect_eq(list.count, 77, "the result is untouched");
	cr_expect_not(json_decode_list("{}", 2, partner_fields, sizeof(struct partner), &arena,
				       &list, &err));
	cr_expect_str_eq(err.text, "list of objects expected, object found");
}

static void *decode_in_a_thread(void *unused)
{
	struct arena own;
	struct message mine;
	struct err mishap = { .kind = ERR_NONE };

	arena_init(&own);
	for (int i = 0; i < 100; i++) {
		cr_assert_not(json_decode("{\"id\":]", 7, message_fields, &mine, sizeof(mine), &own,
					  &mishap));
		cr_assert(json_decode(whole, sizeof(whole) - 1, message_fields, &mine, sizeof(mine),
				      &own, &mishap));
	}
	arena_release(&own);
	return unused;
}

Test(fields, threads_decode_at_the_same_time)
{
	pthread_t threads[3];

	for (int i = 0; i < 3; i++)
		pthread_create(&threads[i], NULL, decode_in_a_thread, NULL);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
}
