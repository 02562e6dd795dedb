#include <inttypes.h>

#include "diagnosis.h"
#include "instant.h"
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

static void keep(struct loop *loop, const struct route *route, bool by_fetch, const char *said)
{
	const char *advice = diagnose_kafka(said);

	loop->refusal = (struct refusal){ .route = route,
					  .by_fetch = by_fetch,
					  .asked_at = monotonic_us() };
	snprintf(loop->refusal.text, sizeof(loop->refusal.text), "%s%s%s", said, advice ? "; " : "",
		 advice ? advice : "");
	kafka_note_refusal(&loop->consumer_health, rd_kafka_name(loop->consumer), said);
}

bool loop_note_refusal(struct loop *loop, const rd_kafka_message_t *kafka)
{
	if (kafka->err != RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED &&
	    kafka->err != RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED)
		return false;
	/* What concerns a partition was said of a fetch; of the subscription otherwise. */
	keep(loop,
	     kafka->err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED
		     ? route_of(loop, kafka->rkt ? rd_kafka_topic_name(kafka->rkt)
						 : rd_kafka_message_errstr(kafka))
		     : NULL,
	     kafka->partition >= 0, rd_kafka_message_errstr(kafka));
	return true;
}

void loop_end_refusal(struct loop *loop, const struct route *route)
{
	if (*loop->refusal.text && loop->refusal.route == route) {
		loop->refusal = (struct refusal){ 0 };
		kafka_clear_refusal(&loop->consumer_health);
	}
}

/* An answer that does not come says nothing. */
static bool is_refused(struct loop *loop, const struct route *route)
{
	char topic[512];
	rd_kafka_resp_err_t code;

	snprintf(topic, sizeof(topic), "%s%s", loop->config->kafka.topic_prefix, route->topic);
	if (!kafka_ask_topic(loop->consumer, topic, ASK_MS, &code))
		return loop->refusal.route == route;
	return code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED;
}

void loop_review_refusal(struct loop *loop)
{
	const struct refusal *refusal = &loop->refusal;

	if (!*refusal->text || !refusal->route || refusal->by_fetch ||
	    monotonic_us() - refusal->asked_at < ASK_US)
		return;
	for (const struct route *route = loop->worker->routes; route->topic; route++) {
		char said[512];

		if (!is_refused(loop, route))
			continue;
		snprintf(said, sizeof(said), "%s%s: %s", loop->config->kafka.topic_prefix,
			 route->topic,
			 rd_kafka_err2str(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED));
		keep(loop, route, false, said);
		return;
	}
	loop_end_refusal(loop, refusal->route);
}
