/*
 * Families (a name with its kind and help) hold their metrics (labels with a value) in the order of
 * registration, so that the exposition has a family's lines together. The registry is guarded by a
 * mutex, a value is the bits of a double in an atomic: updates never wait. All memory is the
 * registry's and is never given back.
 *
 * A histogram's buckets count each observation once; they become cumulative when rendered, and its
 * count is their sum, so that +Inf and _count agree while others observe.
 */
#include "metrics.h"

#include <assert.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "arena.h"
#include "fields.h"
#include "metrics_internal.h"

struct family {
	struct family *next;
	const char *name, *help;
	enum metric_kind kind;
	struct metric *first, **end;
};

struct metric {
	struct metric *next;
	struct family *family;
	const char *labels;    /* "" when there are none */
	_Atomic uint64_t bits; /* the value; a histogram's sum */
	const double *bounds;  /* histograms */
	int bounds_count;
	_Atomic uint64_t *buckets; /* bounds_count + 1: the last is for what is above all bounds */
};

static struct {
	pthread_mutex_t mutex;
	struct arena arena;
	struct family *first, **end;
} registry = { .mutex = PTHREAD_MUTEX_INITIALIZER, .end = &registry.first };

static double from_bits(uint64_t bits)
{
	double value;

	memcpy(&value, &bits, sizeof(value));
	return value;
}

static uint64_t to_bits(double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof(bits));
	return bits;
}

static struct family *find_family(enum metric_kind kind, const char *name, const char *help)
{
	struct family *family = registry.first;

	while (family && strcmp(family->name, name) != 0)
		family = family->next;
	if (family) {
		assert(family->kind == kind && strcmp(family->help, help) == 0);
		return family;
	}
	family = arena_new(&registry.arena, struct family);
	family->name = arena_strdup(&registry.arena, name);
	family->help = arena_strdup(&registry.arena, help);
	family->kind = kind;
	family->end = &family->first;
	*registry.end = family;
	registry.end = &family->next;
	return family;
}

struct metric *metric_find(const char *name, const char *labels)
{
	struct metric *found = NULL;

	pthread_mutex_lock(&registry.mutex);
	for (const struct family *family = registry.first; family; family = family->next) {
		if (strcmp(family->name, name) != 0)
			continue;
		for (struct metric *metric = family->first; metric; metric = metric->next)
			found = strcmp(metric->labels, labels) == 0 ? metric : found;
	}
	pthread_mutex_unlock(&registry.mutex);
	return found;
}

static struct metric *find_metric(struct family *family, const char *labels, const double *bounds,
				  int bounds_count)
{
	struct metric *metric = family->first;

	while (metric && strcmp(metric->labels, labels) != 0)
		metric = metric->next;
	if (metric)
		return metric;
	metric = arena_new(&registry.arena, struct metric);
	metric->family = family;
	metric->labels = arena_strdup(&registry.arena, labels);
	metric->bounds = bounds;
	metric->bounds_count = bounds_count;
	metric->buckets = arena_array(&registry.arena, _Atomic uint64_t, (size_t)bounds_count + 1);
	*family->end = metric;
	family->end = &metric->next;
	return metric;
}

static struct metric *register_metric(enum metric_kind kind, const char *name, const char *labels,
				      const char *help, const double *bounds, int bounds_count)
{
	pthread_mutex_lock(&registry.mutex);
	struct family *family = find_family(kind, name, help);
	struct metric *metric = find_metric(family, labels ? labels : "", bounds, bounds_count);
	pthread_mutex_unlock(&registry.mutex);
	return metric;
}

struct metric *metric_register(enum metric_kind kind, const char *name, const char *labels,
			       const char *help)
{
	assert(kind != METRIC_HISTOGRAM);
	return register_metric(kind, name, labels, help, NULL, 0);
}

struct metric *metric_histogram(const char *name, const char *labels, const char *help,
				const double *bounds, int bounds_count)
{
	for (int i = 1; i < bounds_count; i++)
		assert(bounds[i - 1] < bounds[i]);
	return register_metric(METRIC_HISTOGRAM, name, labels, help, bounds, bounds_count);
}

static void add_value(struct metric *metric, double amount)
{
	uint64_t seen = atomic_load_explicit(&metric->bits, memory_order_relaxed);

	while (!atomic_compare_exchange_weak_explicit(&metric->bits, &seen,
						      to_bits(from_bits(seen) + amount),
						      memory_order_relaxed, memory_order_relaxed))
		;
}

void metric_add(struct metric *metric, double amount)
{
	assert(metric->family->kind == METRIC_GAUGE ||
	       (metric->family->kind == METRIC_COUNTER && amount >= 0));
	add_value(metric, amount);
}

void metric_set(struct metric *metric, double value)
{
	assert(metric->family->kind == METRIC_GAUGE);
	atomic_store_explicit(&metric->bits, to_bits(value), memory_order_relaxed);
}

void metric_observe(struct metric *metric, double value)
{
	int bucket = 0;

	assert(metric->family->kind == METRIC_HISTOGRAM);
	while (bucket < metric->bounds_count && !(value <= metric->bounds[bucket]))
		bucket++;
	atomic_fetch_add_explicit(&metric->buckets[bucket], 1, memory_order_relaxed);
	add_value(metric, value);
}

static double bucket_value(const struct metric *metric, int bucket)
{
	return (double)atomic_load_explicit(&metric->buckets[bucket], memory_order_relaxed);
}

double metric_value(const struct metric *metric)
{
	double count = 0;

	if (metric->family->kind != METRIC_HISTOGRAM)
		return from_bits(atomic_load_explicit(&metric->bits, memory_order_relaxed));
	for (int i = 0; i <= metric->bounds_count; i++)
		count += bucket_value(metric, i);
	return count;
}

/* Backslash and newline, and the quote where the text stands in quotes. */
static void add_escaped(struct buffer *out, const char *text, bool quoted)
{
	for (const char *c = text; *c; c++) {
		if (*c == '\n')
			buffer_add_text(out, "\\n");
		else if (*c == '\\' || (quoted && *c == '"'))
			buffer_printf(out, "\\%c", *c);
		else
			buffer_add_char(out, *c);
	}
}

void metrics_label(struct buffer *out, const char *name, const char *value)
{
	buffer_printf(out, "%s%s=\"", out->length ? "," : "", name);
	add_escaped(out, value, true);
	buffer_add_char(out, '"');
}

void metrics_write_value(struct buffer *out, double value)
{
	if (isfinite(value))
		json_write_number(out, value);
	else
		buffer_add_text(out, isnan(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf");
}

static void add_sample(struct buffer *out, const struct metric *metric, const char *suffix,
		       const char *more_labels, double value)
{
	bool both = *metric->labels && *more_labels;

	buffer_printf(out, "%s%s", metric->family->name, suffix);
	if (*metric->labels || *more_labels)
		buffer_printf(out, "{%s%s%s}", metric->labels, both ? "," : "", more_labels);
	buffer_add_char(out, ' ');
	metrics_write_value(out, value);
	buffer_add_char(out, '\n');
}

static void add_histogram(struct buffer *out, const struct metric *metric)
{
	struct buffer label = { 0 };
	double count = 0;

	for (int i = 0; i <= metric->bounds_count; i++) {
		count += bucket_value(metric, i);
		buffer_clear(&label);
		buffer_add_text(&label, "le=\"");
		metrics_write_value(&label, i < metric->bounds_count ? metric->bounds[i]
								     : (double)INFINITY);
		buffer_add_char(&label, '"');
		add_sample(out, metric, "_bucket", label.bytes, count);
	}
	buffer_release(&label);
	add_sample(out, metric, "_sum", "",
		   from_bits(atomic_load_explicit(&metric->bits, memory_order_relaxed)));
	add_sample(out, metric, "_count", "", count);
}

static void add_family(struct buffer *out, const struct family *family)
{
	static const char *const kinds[] = { "counter", "gauge", "histogram" };

	buffer_printf(out, "# HELP %s ", family->name);
	add_escaped(out, family->help, false);
	buffer_printf(out, "\n# TYPE %s %s\n", family->name, kinds[family->kind]);
	for (const struct metric *metric = family->first; metric; metric = metric->next) {
		if (family->kind == METRIC_HISTOGRAM)
			add_histogram(out, metric);
		else if (!isnan(metric_value(metric)))
			add_sample(out, metric, "", "", metric_value(metric));
	}
}

void metrics_render(struct buffer *out)
{
	pthread_mutex_lock(&registry.mutex);
	for (const struct family *family = registry.first; family; family = family->next)
		add_family(out, family);
	metrics_add_process(out);
	pthread_mutex_unlock(&registry.mutex);
}
