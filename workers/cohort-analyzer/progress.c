#include "progress.h"

#include "instant.h"
#include "log.h"
#include "metrics.h"
#include "store_changes.h"

#define LOG_EVERY_US (10 * US_PER_SECOND)

static const char *const phase_names[] = {
	[PHASE_STARTING] = "starting",
	[PHASE_OUTCOMES] = "reading outcomes",
	[PHASE_HISTORY] = "reading history",
	[PHASE_PATTERNS] = "finding patterns",
};

/* Of a finding's result, up to which text it is the same for all: labels are a fixed list. */
static const char *const results[] = { "published", "unchanged",  "not enough data", "removed",
				       "frozen",    "downgraded", "held back",       "withdrawn" };
#define RESULTS (sizeof(results) / sizeof(results[0]))

struct progress_metrics {
	struct metric *running, *done, *total, *seconds, *found[RESULTS], *other;
};

static struct metric *result_metric(const char *result)
{
	struct buffer labels = { 0 };
	struct metric *metric;

	metrics_label(&labels, "result", result);
	metric = metric_register(METRIC_COUNTER, "growth_recalculated_transitions_total",
				 labels.bytes, "What recalculations came to, by transition");
	buffer_release(&labels);
	return metric;
}

static struct progress_metrics metrics(void)
{
	struct progress_metrics metrics = {
		.running = metric_register(METRIC_GAUGE, "growth_recalculation_phase", NULL,
					   "Of the running recalculation: 1 starting, 2 reading "
					   "outcomes, 3 reading history, 4 finding patterns; 0: "
					   "none runs"),
		.done = metric_register(METRIC_GAUGE, "growth_recalculation_rows", NULL,
					"Rows of the history read by the running recalculation"),
		.total = metric_register(METRIC_GAUGE, "growth_recalculation_rows_expected", NULL,
					 "Rows of the history, as estimated when it began"),
		.seconds = metric_register(METRIC_GAUGE, "growth_recalculation_seconds", NULL,
					   "How long the last recalculation took"),
		.other = result_metric("other"),
	};

	for (size_t i = 0; i < RESULTS; i++)
		metrics.found[i] = result_metric(results[i]);
	return metrics;
}

void progress_begin(struct progress *progress)
{
	progress->started_us = progress->logged_us = monotonic_us();
	metric_set(metrics().running, 1);
}

void progress_leave(void)
{
	struct progress_metrics gauges = metrics();

	metric_set(gauges.running, 0);
	metric_set(gauges.done, 0);
	metric_set(gauges.total, 0);
}

static void log_progress(struct progress *progress, const char *event_id, const char *phase,
			 long long done, long long total)
{
	int64_t now = monotonic_us();

	if (now - progress->logged_us < LOG_EVERY_US)
		return;
	log_info("recalculating", log_text("request", event_id), log_text("phase", phase),
		 log_int("rows", done), log_int("rows_expected", total),
		 log_number("rows_per_second", (double)(done - progress->logged_done) /
						       ((double)(now - progress->logged_us) / 1e6)),
		 log_number("seconds", (double)(now - progress->started_us) / 1e6));
	progress->logged_us = now;
	progress->logged_done = done;
}

bool progress_watch(struct progress *progress, struct context *ctx, const char *event_id,
		    struct err *err)
{
	int phase = atomic_load(&progress->phase);
	long long done = atomic_load(&progress->done), total = atomic_load(&progress->total);
	struct progress_metrics gauges = metrics();

	metric_set(gauges.running, phase + 1);
	metric_set(gauges.done, (double)done);
	metric_set(gauges.total, (double)total);
	log_progress(progress, event_id, phase_names[phase], done, total);
	return progress_tell(ctx->db, event_id, phase_names[phase], done, total, err);
}

static struct metric *metric_of(const struct progress_metrics *metrics, const char *result)
{
	for (size_t i = 0; i < RESULTS; i++)
		if (strncmp(result, results[i], strlen(results[i])) == 0)
			return metrics->found[i];
	return metrics->other;
}

void progress_end(const struct progress *progress, const struct findings *findings)
{
	struct progress_metrics counters = metrics();

	metric_set(counters.seconds, (double)(monotonic_us() - progress->started_us) / 1e6);
	for (size_t i = 0; findings && i < findings->transitions.count; i++)
		metric_add(metric_of(&counters, findings->transitions.items[i].result), 1);
}
