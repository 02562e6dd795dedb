/*
 * Sending letters again, once, although Postgres and Kafka share no transaction. A run is up to
 * RUN_MOST messages: recorded as pending in Postgres, then sent in one Kafka transaction that also
 * commits the run's number as a group's offset, then recorded as done. Who dies between leaves a
 * pending run. The next sender takes over the transactional id, which ends what is open, and the
 * committed number says whether the run is in Kafka: then it is done, else undone, and its letters
 * are open again.
 */
#include "decide_pipeline.h"
#include "dlq.h"
#include "emit.h"
#include "fault.h"
#include "instant.h"
#include "kafka_groups.h"

#define RUN_MOST 2000
#define SOURCE "growthctl/dlq" /* of a line that tells none; every letter's event has one */

static void on_delivery(const rd_kafka_message_t *report, void *closure)
{
	struct dlq_sender *sender = closure;
	struct dlq_message *message = report->_private;

	if (!report->err) {
		message->sent_partition = report->partition;
		message->sent_offset = report->offset;
	} else if (!sender->failed) {
		sender->failed = message->letters[0];
		snprintf(sender->failure, sizeof(sender->failure), "%s",
			 rd_kafka_err2str(report->err));
	}
}

/* Ends the error. */
static bool fail(struct dlq_sender *sender, rd_kafka_error_t *error, const char *what,
		 struct err *err)
{
	rd_kafka_resp_err_t code = rd_kafka_error_code(error);

	if (code == RD_KAFKA_RESP_ERR__FENCED)
		err_set(err, ERR_RETRY, "%s: another growthctl dlq has taken over", what);
	else
		err_set(err, ERR_RETRY, "%s at %s: %s%s%s", what,
			sender->dlq->ctl->config.kafka.bootstrap_servers,
			rd_kafka_error_string(error), *sender->producer.complaint ? "; last: " : "",
			sender->producer.complaint);
	rd_kafka_error_destroy(error);
	return false;
}

/* ---- the number of the last run that Kafka has ---- */

static rd_kafka_topic_partition_list_t *number_place(const struct dlq_sender *sender)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
	const char *topic = arena_printf(sender->dlq->arena, "%s%s.dlq",
					 sender->dlq->ctl->config.kafka.topic_prefix,
					 pipeline[0].name);

	rd_kafka_topic_partition_list_add(list, topic, 0);
	return list;
}

static bool read_number(struct dlq_sender *sender, int64_t *ret_number, struct err *err)
{
	rd_kafka_topic_partition_list_t *place = number_place(sender);
	rd_kafka_topic_partition_list_t *found = kafka_group_committed(
		&sender->dlq->reader, sender->group, place, sender->dlq->timeout_ms, err);

	rd_kafka_topic_partition_list_destroy(place);
	if (!found)
		return false;
	*ret_number = found->cnt && found->elems[0].offset > 0 ? found->elems[0].offset : 0;
	rd_kafka_topic_partition_list_destroy(found);
	return true;
}

static rd_kafka_error_t *commit_number(struct dlq_sender *sender, int64_t run)
{
	rd_kafka_topic_partition_list_t *place = number_place(sender);
	rd_kafka_consumer_group_metadata_t *group =
		rd_kafka_consumer_group_metadata_new(sender->group);
	rd_kafka_error_t *error;

	place->elems[0].offset = run;
	error = rd_kafka_send_offsets_to_transaction(sender->producer.client, place, group,
						     (int)sender->dlq->timeout_ms);
	rd_kafka_consumer_group_metadata_destroy(group);
	rd_kafka_topic_partition_list_destroy(place);
	return error;
}

static bool settle(struct dlq_sender *sender, struct err *err)
{
	struct dlq_runs runs;
	int64_t number;

	if (!dlq_read_runs(sender->dlq->db, &runs, err) || !read_number(sender, &number, err))
		return false;
	/* A restored database counts from less than Kafka has. */
	sender->last_run = runs.last > number ? runs.last : number;
	if (!runs.pending)
		return true;
	if (number >= runs.pending)
		ctl_say(sender->dlq->ctl,
			"a former run died after Kafka had its messages; they are sent");
	else if (number || runs.pending == 1)
		ctl_say(sender->dlq->ctl,
			"a former run died before Kafka had its messages; they are open again");
	else
		ctl_say(sender->dlq->ctl,
			"whether Kafka has the messages of a former run is not known any more: the offset of "
			"group %s has expired. They are open again; a copy has the same id and is ignored",
			sender->group);
	return dlq_record_settled(sender->dlq->db, runs.pending, number >= runs.pending, err);
}

bool dlq_sender_open(struct dlq_sender *sender, struct dlq *dlq, struct err *err)
{
	const char *name =
		arena_printf(dlq->arena, "%sgrowthctl.dlq", dlq->ctl->config.kafka.topic_prefix);
	const char *const properties[] = { "transactional.id",
					   name,
					   "transaction.timeout.ms",
					   "60000",
					   "message.timeout.ms",
					   "30000",
					   "partitioner",
					   "murmur2_random",
					   "linger.ms",
					   "5",
					   "message.max.bytes",
					   "4194304",
					   NULL };
	rd_kafka_error_t *error;

	*sender = (struct dlq_sender){ .dlq = dlq, .group = name };
	sender->producer.on_delivery = on_delivery;
	sender->producer.closure = sender;
	if (!dlq_lock(dlq->db, err) ||
	    !kafka_open(&sender->producer, &dlq->ctl->config, RD_KAFKA_PRODUCER, properties, err))
		return false;
	error = rd_kafka_init_transactions(sender->producer.client, (int)dlq->timeout_ms);
	if (error)
		return fail(sender, error, "beginning Kafka transactions", err);
	return settle(sender, err);
}

void dlq_sender_close(struct dlq_sender *sender)
{
	kafka_close(&sender->producer);
}

/* ---- a run ---- */

static rd_kafka_error_t *produce(struct dlq_sender *sender, struct dlq_message *message,
				 struct arena *arena)
{
	const char *topic = kafka_topic_name(&sender->producer, message->line.topic, arena);
	rd_kafka_vu_t *parts;
	size_t count = emit_describe(&message->line, topic, SOURCE, arena, &parts);
	rd_kafka_error_t *error;

	parts[count].vtype = RD_KAFKA_VTYPE_OPAQUE;
	parts[count++].u.ptr = message;
	while ((error = rd_kafka_produceva(sender->producer.client, parts, count)) &&
	       rd_kafka_error_code(error) == RD_KAFKA_RESP_ERR__QUEUE_FULL && !sender->failed) {
		rd_kafka_error_destroy(error);
		rd_kafka_poll(sender->producer.client, 100);
	}
	return error;
}

static bool produce_all(struct dlq_sender *sender, struct dlq_message *messages, size_t count,
			struct err *err)
{
	struct arena arena;
	bool ok = true;

	arena_init(&arena);
	for (size_t i = 0; ok && i < count; i++) {
		rd_kafka_error_t *error;

		messages[i].sent_offset = -1;
		error = produce(sender, &messages[i], &arena);
		if (error)
			ok = fail(sender, error, place_say(&messages[i].letters[0]->at, &arena),
				  err);
		rd_kafka_poll(sender->producer.client, 0);
		arena_reset(&arena);
	}
	arena_release(&arena);
	return ok;
}

enum outcome { SENT, NOT_SENT, UNKNOWN };

static enum outcome commit(struct dlq_sender *sender, struct err *err)
{
	int64_t deadline = monotonic_us() + sender->dlq->timeout_ms * 1000;
	rd_kafka_error_t *error;
	bool abort;

	while ((error = rd_kafka_commit_transaction(sender->producer.client,
						    (int)sender->dlq->timeout_ms)) &&
	       rd_kafka_error_is_retriable(error) && monotonic_us() < deadline)
		rd_kafka_error_destroy(error);
	if (!error)
		return SENT;
	abort = rd_kafka_error_txn_requires_abort(error);
	fail(sender, error, "ending the Kafka transaction", err);
	return abort ? NOT_SENT : UNKNOWN;
}

static enum outcome transact(struct dlq_sender *sender, struct dlq_message *messages, size_t count,
			     int64_t run, struct err *err)
{
	rd_kafka_error_t *error = rd_kafka_begin_transaction(sender->producer.client);
	enum outcome outcome = NOT_SENT;

	if (error) {
		fail(sender, error, "beginning a Kafka transaction", err);
		return NOT_SENT;
	}
	if (produce_all(sender, messages, count, err)) {
		error = commit_number(sender, run);
		crash_point("dlq.produced");
		if (error)
			fail(sender, error, "counting the run", err);
		else
			outcome = commit(sender, err);
	}
	if (outcome != NOT_SENT)
		return outcome;
	error = rd_kafka_abort_transaction(sender->producer.client, (int)sender->dlq->timeout_ms);
	if (!error)
		return NOT_SENT;
	rd_kafka_error_destroy(error); /* the one before says what is wrong */
	return UNKNOWN;
}

static bool send_run(struct dlq_sender *sender, struct dlq_message *messages, size_t count,
		     struct err *err)
{
	struct db *db = sender->dlq->db;
	int64_t run = ++sender->last_run;
	struct err ignored = { 0 };

	if (!dlq_record_run(db, messages, count, run, err))
		return false;
	crash_point("dlq.recorded");
	switch (transact(sender, messages, count, run, err)) {
	case SENT:
		crash_point("dlq.sent");
		return dlq_record_sent(db, messages, count, run, err) ||
		       err_wrap(err,
				"Kafka has the messages; the next growthctl dlq retry will find "
				"that out");
	case NOT_SENT:
		dlq_record_settled(db, run, false, &ignored); /* else the next sender does it */
		if (sender->failed)
			return err_set(err, ERR_POISON, "%s: Kafka does not take it: %s",
				       place_say(&sender->failed->at, sender->dlq->arena),
				       sender->failure);
		return false;
	case UNKNOWN:
		break;
	}
	return err_wrap(err,
			"whether Kafka has the messages will be found out by the next growthctl "
			"dlq retry");
}

static bool check_topics(struct dlq_sender *sender, const struct dlq_message *messages,
			 size_t count, struct err *err)
{
	for (size_t i = 0; i < count; i++)
		if (!kafka_topic(&sender->dlq->reader, sender->dlq->metadata,
				 messages[i].line.topic))
			return err_set(err, ERR_USAGE,
				       "topic %s%s does not exist; nothing was sent. See growthctl "
				       "topics",
				       sender->dlq->ctl->config.kafka.topic_prefix,
				       messages[i].line.topic);
	return true;
}

bool dlq_send(struct dlq_sender *sender, struct dlq_message *messages, size_t count,
	      size_t *ret_sent, struct err *err)
{
	*ret_sent = 0;
	if (!check_topics(sender, messages, count, err))
		return false;
	while (*ret_sent < count) {
		size_t left = count - *ret_sent, some = left < RUN_MOST ? left : RUN_MOST;

		if (!send_run(sender, messages + *ret_sent, some, err))
			return false;
		*ret_sent += some;
	}
	return true;
}
