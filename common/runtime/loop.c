/*
 * The turn: publish what is ready (under full load a batch does, on its way), recover what is in
 * doubt, fetch, run one batch, do a duty. Every failure comes here and is answered by its kind;
 * nothing else logs errors or backs off.
 */
#include "loop.h"

#include <unistd.h>

#include "fault.h"
#include "heap.h"
#include "instant.h"
#include "log.h"
#include "position_decide.h"

#define IDLE_MS 100
#define FIRST_BACKOFF_US (US_PER_SECOND / 10)
#define LONGEST_BACKOFF_US (5 * US_PER_SECOND)
#define HOLD_AFTER_US US_PER_SECOND
#define DRAIN_MS 6000
#define STUCK_US (60 * US_PER_SECOND)
#define TOLD_AGAIN_US (60 * US_PER_SECOND)

/* The same trouble is told once a minute, however often it is met. */
static void tell_trouble(struct loop *loop, const struct err *err, int64_t now)
{
	bool told = now - loop->told_at < TOLD_AGAIN_US && strcmp(loop->told, err->text) == 0;

	log_emit(told ? LOG_LEVEL_DEBUG : LOG_LEVEL_WARN, "not now; trying again",
		 log_text("error", err->text),
		 log_number("seconds", (double)loop->backoff_us / 1e6),
		 (struct log_field){ .name = NULL });
	if (told)
		return;
	loop->told_at = now;
	snprintf(loop->told, sizeof(loop->told), "%s", err->text);
}

static void note_trouble(struct loop *loop, const struct err *err)
{
	bool kafka = strncmp(err->text, "kafka", 5) == 0;
	int64_t now = monotonic_us();

	if (!loop->outage_since)
		loop->outage_since = now;
	loop->backoff_us = loop->backoff_us ? loop->backoff_us * 2 : FIRST_BACKOFF_US;
	if (loop->backoff_us > LONGEST_BACKOFF_US)
		loop->backoff_us = LONGEST_BACKOFF_US;
	loop->retry_at = now + loop->backoff_us;
	loop->kafka_failed = loop->kafka_failed || kafka;
	metric_add(kafka ? loop->metrics.kafka_retries : loop->metrics.postgres_retries, 1);
	health_set(loop->health, kafka ? HEALTH_KAFKA : HEALTH_POSTGRES, false, err->text);
	tell_trouble(loop, err, now);
}

/* Nothing failed, but nothing can be handled either: if it lasts, nothing is fetched. */
static void note_waiting(struct loop *loop)
{
	if (!loop->outage_since)
		loop->outage_since = monotonic_us();
}

static void note_success(struct loop *loop)
{
	if (loop->backoff_us)
		log_info("going on",
			 log_number("outage_seconds",
				    (double)(monotonic_us() - loop->outage_since) / 1e6));
	loop->outage_since = loop->backoff_us = loop->retry_at = loop->told_at = 0;
	*loop->told = '\0';
	if (!loop->partition_count)
		loop->kafka_failed = false; /* nothing is left that could succeed */
	health_set(loop->health, HEALTH_POSTGRES, true, NULL);
}

static bool ensure_db(struct loop *loop, struct err *err)
{
	if (loop->runner.db && !db_is_broken(loop->runner.db))
		return true;
	db_close(loop->runner.db);
	loop->runner.db = db_connect(&loop->db_options, err);
	return loop->runner.db != NULL;
}

/* Fenced partitions are read again if the group still counts them as ours (the next poll tells);
 * when the connection broke, the commit's result is unknown, so everything is. */
bool loop_run_work(struct loop *loop, const struct work *work, struct err *err)
{
	struct partition **fenced = heap_zeroed(loop->partition_count + 1, sizeof(*fenced));
	struct outbox_row *rows = NULL;
	size_t fenced_count = 0;
	bool ok;

	ok = batch_run(&loop->runner, work, &rows, fenced, &fenced_count, err);
	if (ok)
		loop_enqueue(loop, rows);
	for (size_t i = 0; i < fenced_count; i++)
		loop_distrust(loop, fenced[i]);
	free(fenced);
	if (!ok && db_is_broken(loop->runner.db))
		loop_distrust_all(loop);
	return ok;
}

static bool library_is_behind(struct loop *loop)
{
	return !library_reader_is_current(loop->reader) ||
	       loop->runner.library->number < loop_needed_snapshot(loop);
}

/* A message may ask for what no log has: then it, and not the worker, is at fault. A partition that
 * does so stops: the pattern topic is not the one that its state was made with. */
static bool is_out_of_reach(struct loop *loop)
{
	int64_t end;
	bool found = false;

	if (!library_reader_end(loop->reader, &end))
		return false;
	loop->runner.snapshot_end = end;
	if (loop->runner.needed_snapshot > end) {
		loop->runner.needed_snapshot = 0;
		found = true;
	}
	for (size_t i = 0; i < loop->partition_count; i++) {
		struct partition *partition = loop->partitions[i];
		struct err err = { 0 };

		if (partition->state == PARTITION_RECOVERED &&
		    !position_check_patterns(partition->snapshot, end, &err)) {
			loop_stop_partition(loop, partition, err.text);
			found = true;
		}
	}
	return found;
}

static bool library_is_ready(struct loop *loop, struct err *err)
{
	if (!loop->reader)
		return true;
	if (library_reader_poll(loop->reader, 0) ||
	    (library_is_behind(loop) && library_reader_poll(loop->reader, IDLE_MS)))
		loop->library_changed_at = monotonic_us();
	if (!library_is_behind(loop)) {
		loop->runner.needed_snapshot = 0;
		loop->runner.snapshot_end = INT64_MAX;
		health_set(loop->health, HEALTH_PATTERNS, true, NULL);
		return true;
	}
	if (library_reader_is_current(loop->reader) && is_out_of_reach(loop))
		return true;
	health_set(loop->health, HEALTH_PATTERNS, false, library_reader_waits_for(loop->reader));
	return err_set(err, ERR_NONE, "the pattern library is behind");
}

void loop_meanwhile(void *closure)
{
	struct loop *loop = closure;

	if (!loop->full)
		return;
	loop_publish_meanwhile(loop);
	kafka_fetch_on(loop->consumer);
}

static bool work_a_batch(struct loop *loop, struct err *err)
{
	bool busy = loop->pending > 0 && !loop_lingers(loop), full = loop_has_full_batch(loop);
	size_t before = loop->pending;
	int64_t start = monotonic_us();

	loop->full = full;
	if (busy && !loop_run_messages(loop, err)) {
		loop->full = false;
		return false;
	}
	if (busy) {
		loop->full = full && loop->pending < before;
		loop->messages_at = monotonic_us();
		loop->waited = loop->pending > 0;
		loop->batch_us += (loop->messages_at - start - loop->batch_us) / 8;
		metric_add(loop->metrics.in, (double)(before - loop->pending));
		loop_observe_lag(loop);
	}
	return loop_do_duty(loop, busy, &loop->more_duties, err);
}

/* The end of a Kafka transaction wakes the poll, so only what nothing wakes for is not waited
 * for. */
static int idle_ms(const struct loop *loop)
{
	int64_t rest_ms = (loop->sweep_at - monotonic_us() + 999) / 1000;

	if (loop->full || loop->more_duties || loop->reassign || loop_needs_recovery(loop))
		return loop->retry_at ? 10 : 0;
	if (rest_ms > 0 && rest_ms < IDLE_MS)
		return (int)rest_ms;
	return IDLE_MS;
}

/* Between two polls of a time when nothing can be handled. */
static void pause_briefly(const struct loop *loop)
{
	struct timespec moment = { .tv_nsec = 20 * 1000 * 1000 };

	if (loop->pending)
		nanosleep(&moment, NULL);
}

static bool publish(struct loop *loop, struct err *err)
{
	if (loop_publish(loop, err))
		return true;
	loop_distrust_all(loop);
	return err_wrap(err, "kafka transaction");
}

/* False with ERR_NONE: nothing failed, but no batch can run now. */
static bool turn(struct loop *loop, struct err *err)
{
	if ((!loop->full || loop->publish_failed.kind) && !publish(loop, err))
		return false;
	loop_review_stopped(loop);
	loop_fetch(loop, idle_ms(loop));
	loop->full = false;
	if (!loop_has_full_batch(loop) && !publish(loop, err))
		return false;
	if (monotonic_us() < loop->retry_at) {
		pause_briefly(loop);
		return false;
	}
	if (!ensure_db(loop, err))
		return false;
	if (loop_needs_recovery(loop) && !loop_recover(loop, err))
		return false;
	if (!library_is_ready(loop, err)) {
		note_waiting(loop);
		return false;
	}
	if (loop_is_ahead(loop)) {
		note_waiting(loop);
		publisher_wait(loop->publisher, IDLE_MS / 2);
		return false;
	}
	if (loop->reassign && !loop_assign(loop, err))
		return false;
	if (!work_a_batch(loop, err))
		return false;
	note_success(loop);
	return true;
}

static void say_unreachable(struct loop *loop)
{
	const char *refusal = atomic_load(&loop->consumer_health.refusal);
	char detail[1024];

	if (!refusal)
		refusal = atomic_load(&loop->producer_health.refusal);
	snprintf(detail, sizeof(detail), "no broker can be reached: %s%s%s",
		 loop->config->kafka.bootstrap_servers, refusal ? "; " : "",
		 refusal ? refusal : "");
	health_set(loop->health, HEALTH_KAFKA, false, detail);
}

static void say_producer_not_ready(struct loop *loop)
{
	const char *refusal = atomic_load(&loop->producer_health.refusal);
	char detail[1024];

	snprintf(detail, sizeof(detail), "the transactional producer is not ready%s%s",
		 refusal ? ": " : "", refusal ? refusal : "");
	health_set(loop->health, HEALTH_KAFKA, false, detail);
}

/* A broker that was away is asked until it answers: nothing else would tell while no messages
 * flow. */
static void watch_brokers(struct loop *loop)
{
	bool down = atomic_load(&loop->consumer_health.brokers_down) ||
		    atomic_load(&loop->producer_health.brokers_down) ||
		    atomic_load(&loop->consumer_health.refusal);
	const struct rd_kafka_metadata *metadata;
	const char *refused = loop_refusal(loop);

	if (down && !rd_kafka_metadata(loop->consumer, 0, NULL, &metadata, 100)) {
		rd_kafka_metadata_destroy(metadata);
		atomic_store(&loop->consumer_health.brokers_down, false);
		atomic_store(&loop->producer_health.brokers_down, false);
		kafka_clear_refusal(&loop->consumer_health);
		down = false;
	}
	if (down)
		say_unreachable(loop);
	else if (loop->kafka_failed)
		return; /* note_trouble() has said why */
	else if (refused)
		health_set(loop->health, HEALTH_KAFKA, false, refused);
	else if (!publisher_is_ready(loop->publisher))
		say_producer_not_ready(loop);
	else
		health_set(loop->health, HEALTH_KAFKA, true, NULL);
}

/* Its thread cannot be ended either, so the process is: nothing is lost at any instruction. While
 * no broker answers, the call has a reason to wait, and for a while after: what counts is how long
 * it has been asked in vain since a broker answers again. */
static void give_up_stuck_producer(struct loop *loop)
{
	int64_t call_us = publisher_call_us(loop->publisher), now = monotonic_us();
	const struct rd_kafka_metadata *metadata;

	if (call_us < STUCK_US || rd_kafka_metadata(loop->consumer, 0, NULL, &metadata, 1000)) {
		loop->answers_since = 0;
		return;
	}
	rd_kafka_metadata_destroy(metadata);
	if (!loop->answers_since)
		loop->answers_since = now;
	if (now - loop->answers_since < STUCK_US)
		return;
	log_error("a call of the transactional producer does not return; leaving for a new start",
		  log_number("seconds", (double)call_us / 1e6));
	_exit(75);
}

static int leave(struct loop *loop, int code)
{
	struct err ignored = { 0 };

	health_stopping(loop->health);
	crash_point("leave.begin");
	/* What Postgres has and Kafka has not, the next start would publish; better now. */
	if (code == 0 && !loop_drain(loop, DRAIN_MS))
		log_warn("leaving with rows that the next start will publish",
			 log_int("rows", (int64_t)loop->queued_rows));
	if (code == 0 && ensure_db(loop, &ignored)) {
		loop->tidied_at = 0;
		loop_tidy(loop, &ignored);
	}
	return code;
}

int loop_run(struct loop *loop, const volatile sig_atomic_t *stop)
{
	while (!*stop) {
		struct err err = { 0 };
		int fatal = atomic_load(&loop->consumer_health.fatal);

		health_beat(loop->health);
		loop_review_refusals(loop);
		watch_brokers(loop);
		loop_observe_waiting(loop);
		give_up_stuck_producer(loop);
		if (fatal) {
			log_error("the consumer cannot go on; leaving for a new start",
				  log_text("error", rd_kafka_err2name((rd_kafka_resp_err_t)fatal)));
			return leave(loop, 75);
		}
		if (turn(loop, &err))
			continue;
		if (err.kind == ERR_RETRY || err.kind == ERR_FENCED) {
			note_trouble(loop, &err);
		} else if (err.kind != ERR_NONE) {
			log_error("cannot go on", log_text("error", err.text),
				  log_text("code", err.code));
			return leave(loop, 78);
		}
		if (loop->outage_since && monotonic_us() - loop->outage_since > HOLD_AFTER_US)
			loop_hold(loop);
	}
	return leave(loop, 0);
}
