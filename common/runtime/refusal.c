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

static void keep(struct loop *loop, const struct refusal *refusal, const char *said)
{
	const char *advice = diagnose_kafka(said);

	/* With advice it is told below. Each attempt to join a group fails alike: it is told once. */
	if (!advice && strcmp(loop->refusal.text, said) != 0)
		log_warn("Kafka refuses; trying on",
			 log_text("client", rd_kafka_name(loop->consumer)),
			 log_text("detail", said));
	loop->refusal = *refusal;
	loop->refusal.asked_at = monotonic_us();
	snprintf(loop->refusal.text, sizeof(loop->refusal.text), "%s%s%s", said, advice ? "; " : "",
		 advice ? advice : "");
	kafka_note_refusal(&loop->consumer_health, rd_kafka_name(loop->consumer), said);
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

bool loop_note_refusal(struct loop *loop, const rd_kafka_message_t *kafka)
{
	const char *said = rd_kafka_message_errstr(kafka);
	struct refusal refusal = { .code = kafka->err };

	if (is_refusal_of_topic(kafka->err)) {
		/* What concerns a partition was said of a fetch; of the subscription otherwise. */
		refusal.by_fetch = kafka->partition >= 0;
		refusal.route = route_of(loop, kafka->rkt ? rd_kafka_topic_name(kafka->rkt) : said);
	} else if (!is_refusal_of_group(kafka->err, said)) {
		return false;
	}
	keep(loop, &refusal, said);
	return true;
}

void loop_end_refusal(struct loop *loop, const struct route *route)
{
	if (*loop->refusal.text && loop->refusal.route == route) {
		loop->refusal = (struct refusal){ 0 };
		kafka_clear_refusal(&loop->consumer_health);
	}
}

/* NO_ERROR: the topic is not refused. An answer that does not come says nothing. */
static rd_kafka_resp_err_t refusal_of(struct loop *loop, const struct route *route)
{
	char topic[512];
	rd_kafka_resp_err_t code;

	snprintf(topic, sizeof(topic), "%s%s", loop->config->kafka.topic_prefix, route->topic);
	if (!kafka_ask_topic(loop->consumer, topic, ASK_MS, &code))
		code = loop->refusal.route == route ? loop->refusal.code : code;
	return is_refusal_of_topic(code) ? code : RD_KAFKA_RESP_ERR_NO_ERROR;
}

void loop_review_refusal(struct loop *loop)
{
	const struct refusal *refusal = &loop->refusal;

	if (!*refusal->text || !refusal->route || refusal->by_fetch ||
	    monotonic_us() - refusal->asked_at < ASK_US)
		return;
	for (const struct route *route = loop->worker->routes; route->topic; route++) {
		rd_kafka_resp_err_t code = refusal_of(loop, route);
		char said[512];

		if (!code)
			continue;
		snprintf(said, sizeof(said), "%s%s: %s", loop->config->kafka.topic_prefix,
			 route->topic, rd_kafka_err2str(code));
		keep(loop, &(struct refusal){ .route = route, .code = code }, said);
		return;
	}
	loop_end_refusal(loop, refusal->route);
}
