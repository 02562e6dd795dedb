/* CloudEvents in Kafka's two content modes say the same, and what is wrong with a structured one is
 * told. */
#include <criterion/criterion.h>

#include "raw_message.h"

struct thing {
	int64_t contractor_id;
	double number;
};

static const struct json_field thing_fields[] = {
	FIELD_INT(struct thing, contractor_id, "contractor_id", REQUIRED, 1, 2147483647),
	FIELD_NUMBER(struct thing, number, "number", REQUIRED, -1e9, 1e9),
	FIELD_END,
};

static const struct route route = { .topic = "contractor.updated",
				    .fields = thing_fields,
				    .size = sizeof(struct thing),
				    .key = ROUTE_KEY_CONTRACTOR,
				    .erases = true };

#define TRACE "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
#define ATTRIBUTES "\"specversion\":\"1.0\",\"id\":\"e-1\",\"source\":\"crm\",\"type\":\"t\""
#define DATA "{\"contractor_id\":7,\"number\":0.1}"
#define MODE "application/cloudevents+json; charset=UTF-8"

static struct arena arena;
static struct err err;
static bool ok;

static void begin(void)
{
	arena_init(&arena);
	err = (struct err){ 0 };
}

static void end(void)
{
	arena_release(&arena);
}

TestSuite(cloud_event, .init = begin, .fini = end);

static const struct message *decode(const char *value, const char *const headers[][2], size_t count)
{
	struct raw_message *raw = arena_new(&arena, struct raw_message);

	*raw = (struct raw_message){ .route = &route,
				     .partition = 3,
				     .offset = 12,
				     .timestamp_ms = 1000,
				     .key = "7",
				     .key_length = 1,
				     .value = value,
				     .value_length = value ? strlen(value) : 0 };
	raw->headers = arena_array(&arena, struct outbox_header, count);
	for (size_t i = 0; i < count; i++)
		raw->headers[raw->header_count++] =
			(struct outbox_header){ headers[i][0], strlen(headers[i][0]), headers[i][1],
						strlen(headers[i][1]) };
	return message_decode(raw, NULL, 1000, &arena, &ok, &err);
}

static const struct message *structured(const char *value)
{
	static const char *const headers[][2] = { { "content-type", MODE } };

	return decode(value, headers, 1);
}

static void expect_event(const struct message *message)
{
	const struct thing *thing = message->value;

	cr_assert(ok, "%s", err.text);
	cr_expect_str_eq(message->id, "e-1");
	cr_expect_str_eq(message->source, "crm");
	cr_expect_eq(message->time, 1714550400000000); /* 2024-05-01T08:00:00Z */
	cr_expect_str_eq(message->traceparent, TRACE);
	cr_expect_eq(thing->contractor_id, 7);
	cr_expect_eq(thing->number, 0.1);
}

Test(cloud_event, binary_mode)
{
	static const char *const headers[][2] = {
		{ "ce_specversion", "1.0" }, { "ce_id", "e-1" },
		{ "ce_source", "crm" },      { "ce_time", "2024-05-01T08:00:00Z" },
		{ "traceparent", TRACE },    { "content-type", "application/json" }
	};

	expect_event(decode(DATA, headers, 6));
}

Test(cloud_event, structured_mode_says_the_same)
{
	expect_event(structured("{" ATTRIBUTES ",\"time\":\"2024-05-01T08:00:00Z\",\"data\":" DATA
				",\"traceparent\":\"" TRACE "\"}"));
	expect_event(structured(" { \"x\" : {\"data\":[1,\"}\"]} ,\n" ATTRIBUTES
				" , \"data\" :\t" DATA
				" ,\"y\":\"\\\",\",\"time\":\"2024-05-01T08:00:00Z\","
				"\"traceparent\":\"" TRACE "\"} "));
}

Test(cloud_event, the_hops_trace_goes_before_the_events)
{
	static const char *const headers[][2] = { { "content-type", MODE },
						  { "traceparent", "00-hop" } };
	const struct message *message = decode(
		"{" ATTRIBUTES ",\"data\":" DATA ",\"traceparent\":\"00-event\"}", headers, 2);

	cr_expect_str_eq(message->traceparent, "00-hop");
}

Test(cloud_event, without_attributes_the_place_in_the_log_is_the_id)
{
	const struct message *message = decode(DATA, NULL, 0);

	cr_assert(ok, "%s", err.text);
	cr_expect_str_eq(message->source, "kafka:contractor.updated");
	cr_expect_str_eq(message->id, "contractor.updated/3/00000000000000000012");
	cr_expect_eq(message->time, 1000000);
	cr_expect_null(message->traceparent);
}

static void expect_poison(const char *value, const char *reason)
{
	const struct message *message = structured(value);

	cr_expect_not(ok, "%s", value);
	cr_expect_eq(err.kind, ERR_POISON);
	cr_expect(strstr(err.text, reason), "%s: %s", value, err.text);
	cr_expect(message->id && message->source, "%s", value);
	err = (struct err){ 0 };
}

Test(cloud_event, what_is_wrong_is_told)
{
	static const char *const batch[][2] = { { "content-type",
						  "application/cloudevents-batch+json" } };

	expect_poison("{" ATTRIBUTES "}", "data is missing");
	expect_poison("{" ATTRIBUTES ",\"data_base64\":\"e30=\"}", "data is missing");
	expect_poison("{\"specversion\":\"1.0\",\"source\":\"crm\",\"type\":\"t\",\"data\":" DATA
		      "}",
		      "id");
	expect_poison("{\"specversion\":\"0.3\",\"id\":\"e\",\"source\":\"crm\",\"type\":\"t\","
		      "\"data\":" DATA "}",
		      "specversion 1.0 expected");
	expect_poison("{" ATTRIBUTES ",\"data\":{\"contractor_id\":8,\"number\":1}}",
		      "the key says");
	expect_poison("{" ATTRIBUTES ",\"data\":null}", "expected");
	expect_poison("{" ATTRIBUTES ",\"data\":" DATA, "");
	expect_poison(DATA, "structured CloudEvent");
	decode("[]", batch, 1);
	cr_expect_not(ok);
	cr_expect(strstr(err.text, "application/cloudevents+json expected"), "%s", err.text);
}

Test(cloud_event, a_null_value_erases_in_either_mode)
{
	const struct message *message = structured(NULL);

	cr_expect(ok, "%s", err.text);
	cr_expect_null(message->value);
	cr_expect_eq(message->contractor_id, 7);
}
