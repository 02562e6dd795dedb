/*
 * Counters, gauges and histograms in Prometheus's text format. Registered once at start (a fixed
 * list: labels are bounded by construction), updated from any thread with atomics, read by the
 * health endpoint.
 */
#pragma once

#include <stdint.h>

#include "buffer.h"

enum metric_kind { METRIC_COUNTER, METRIC_GAUGE, METRIC_HISTOGRAM };

struct metric; /* lives as long as the process */

/* name: growth_… with base unit and _total where it is a counter; labels: NULL or
 * `topic="x",partition="0"`, already escaped (metrics_label()). The same name and labels give the
 * same metric; one name has one kind and help. */
struct metric *metric_register(enum metric_kind kind, const char *name, const char *labels,
			       const char *help);
/* NULL: it is not registered. */
struct metric *metric_find(const char *name, const char *labels);
/* Buckets' upper bounds in ascending order, without +Inf; kept, not copied. */
struct metric *metric_histogram(const char *name, const char *labels, const char *help,
				const double *bounds, int bounds_count);

void metric_add(struct metric *metric, double amount); /* counters and gauges */
void metric_set(struct metric *metric,
		double value); /* gauges; NAN: it has no value now, and is not shown */
void metric_observe(struct metric *metric, double value);
double metric_value(const struct metric *metric); /* counters and gauges; a histogram's count */

/* Appends name="value" with \, " and newline escaped, after a comma if out is not empty. */
void metrics_label(struct buffer *out, const char *name, const char *value);
/* The whole exposition, with the process_* metrics of Prometheus's conventions, grouped by name. */
void metrics_render(struct buffer *out);
