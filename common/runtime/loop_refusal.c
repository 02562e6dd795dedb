/*
 * What Kafka refuses to the consumer is kept, one text a topic and one of the group, and readiness
 * tells it until it is over. librdkafka says once that it begins, and never that it ends: reading
 * ends it, an assignment, or, of a topic that is missing, an answer.
 */
#include <inttypes.h>

#include "diagnosis.h"
#include "instant.h"
#include "log.h"
#include "loop.h"

#define ASK_US (5 * US_PER_SECOND)
#define ASK_MS 200

/* Of what concerns a subscription only the text names the topic. */
static const struct route *route_of(const struct loop *loop, const char *said)
{
	char topic[512];

	for (const struct route *route = loop->worker->routes; route->topic; route++) {
		snprintf(topic, sizeof(topic), "%s%s", loop->config->kafka.topic_prefix,
			 route->topic);
		if (strstr(said, topic))
			return route;
	}
	return NULL;
}

/* route NULL: the group's. */
static struct refusal *refusal_of(struct loop *loop, const struct route *route)
{
	return &loop->refusals[route ? (size_t)(route - loop->worker->routes) : ROUTES_MAX];
}

static void keep(struct loop *loop, struct refusal *refusal, rd_kafka_resp_err_t code,
		 bool by_fetch, const char *said)
{
	const char *advice = diagnose_kafka(said);

	/* With advice it is told below. Each attempt to join a group fails alike: it is told
	 * once. */
	if (!advice && strcmp(refusal->text, said) != 0)
		log_warn("Kafka refuses; trying on",
			 log_text("client", rd_kafka_name(loop->consumer)),
			 log_text("detail", said));
	*refusal =
		(struct refusal){ .code = code, .by_fetch = by_fetch, .asked_at = monotonic_us() };
	snprintf(refusal->text, sizeof(refusal->text), "%s%s%s", said, advice ? "; " : "",
		 advice ? advice : "");
	kafka_note_refusal(&loop->consumer_health, rd_kafka_name(loop->consumer), said);
}

const char *loop_refusal(const struct loop *loop)
{
	for (size_t i = 0; i <= ROUTES_MAX; i++) {
		if (*loop->refusals[i].text)
			return loop->refusals[i].text;
	}
	return NULL;
}

static void end(struct loop *loop, struct refusal *refusal)
{
	if (!*refusal->text)
		return;
	*refusal = (struct refusal){ 0 };
	if (!loop_refusal(loop))
		kafka_clear_refusal(&loop->consumer_health);
}

static bool is_refusal_of_topic(rd_kafka_resp_err_t code)
{
	return code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED ||
	       code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
}

/* What is wrong with the group has many codes; that it cannot be joined, only the text says. */
static bool is_refusal_of_group(rd_kafka_resp_err_t code, const char *said)
{
	return code == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED ||
	       strncmp(said, "JoinGroup failed", strlen("JoinGroup failed")) == 0;
}

/* Of a partition, not of the subscription: only the text says. librdkafka 2.0.2 leaves the
 * partition 0 where it tells none. */
static bool is_refusal_of_fetch(const char *said)
{
	return strncmp(said, "Fetch from broker", strlen("Fetch from broker")) == 0;
}

bool loop_note_refusal(struct loop *loop, const rd_kafka_message_t *kafka)
{
	const char *said = rd_kafka_message_errstr(kafka);
	bool of_topic = is_refusal_of_topic(kafka->err);
	const struct route *route = NULL;

	if (of_topic)
		route = route_of(loop, kafka->rkt ? rd_kafka_topic_name(kafka->rkt) : said);
	else if (!is_refusal_of_group(kafka->err, said))
		return false;
	keep(loop, refusal_of(loop, route), kafka->err, of_topic && is_refusal_of_fetch(said),
	     said);
	return true;
}

void loop_end_refusal(struct loop *loop, const struct route *route)
{
	end(loop, refusal_of(loop, route));
	end(loop, refusal_of(loop, NULL));
}

/* What fetches anew, librdkafka tells anew; what another instance fetches now, nobody would. */
void loop_end_refusals(struct loop *loop)
{
	for (size_t i = 0; i < ROUTES_MAX; i++) {
		if (loop->refusals[i].by_fetch)
			end(loop, &loop->refusals[i]);
	}
	end(loop, refusal_of(loop, NULL));
}

static void review(struct loop *loop, const struct route *route)
{
	struct refusal *refusal = refusal_of(loop, route);
	rd_kafka_resp_err_t code;
	char topic[512], said[640];

	if (!*refusal->text || refusal->by_fetch || monotonic_us() - refusal->asked_at < ASK_US)
		return;
	snprintf(topic, sizeof(topic), "%s%s", loop->config->kafka.topic_prefix, route->topic);
	/* An answer that does not come says nothing. */
	if (!kafka_ask_topic(loop->consumer, topic, ASK_MS, &code))
		code = refusal->code;
	if (!is_refusal_of_topic(code)) {
		end(loop, refusal);
		return;
	}
	snprintf(said, sizeof(said), "%s: %s", topic, rd_kafka_err2str(code));
	keep(loop, refusal, code, false, said);
}

void loop_review_refusals(struct loop *loop)
{
	for (const struct route *route = loop->worker->routes; route->topic; route++)
		review(loop, route);
}
