/* The exposition as Prometheus reads it. Each test has a process, and so a registry, of its own. */
#include <criterion/criterion.h>
#include <math.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "metrics.h"

static struct buffer out;

static const char *rendered(void)
{
	buffer_clear(&out);
	metrics_render(&out);
	return out.bytes;
}

static void release(void)
{
	buffer_release(&out);
}

TestSuite(base_metrics, .fini = release);

/* The value of the sample that begins with this name and labels; NaN when there is none. */
static double sample(const char *text, const char *name)
{
	size_t length = strlen(name);

	for (const char *line = text; line && *line; line = strchr(line, '\n') + 1) {
		if (strncmp(line, name, length) == 0 && line[length] == ' ')
			return strtod(line + length, NULL);
	}
	return (double)NAN;
}

Test(base_metrics, families_come_with_help_and_type_and_stay_together)
{
	struct metric *errors =
		metric_register(METRIC_COUNTER, "growth_errors_total", "topic=\"a\"", "Errors.");
	struct metric *lag =
		metric_register(METRIC_GAUGE, "growth_lag", NULL, "Lag \\ of\nall \"topics\".");
	struct metric *others =
		metric_register(METRIC_COUNTER, "growth_errors_total", "topic=\"b\"", "Errors.");

	metric_add(errors, 2);
	metric_add(errors, 0.5);
	metric_add(others, 123456789);
	metric_set(lag, 7);
	metric_add(lag, -9);
	const char *text = rendered();
	const char *expected = "# HELP growth_errors_total Errors.\n"
			       "# TYPE growth_errors_total counter\n"
			       "growth_errors_total{topic=\"a\"} 2.5\n"
			       "growth_errors_total{topic=\"b\"} 123456789\n"
			       "# HELP growth_lag Lag \\\\ of\\nall \"topics\".\n"
			       "# TYPE growth_lag gauge\n"
			       "growth_lag -2\n"
			       "# HELP process_";
	cr_expect(strncmp(text, expected, strlen(expected)) == 0, "%s", text);
	cr_expect_eq(metric_value(errors), 2.5);
	cr_expect_eq(metric_value(lag), -2);
}

Test(base_metrics, the_same_name_and_labels_are_the_same_metric)
{
	struct metric *one = metric_register(METRIC_GAUGE, "growth_lag", "p=\"0\"", "Lag.");

	cr_expect_eq(metric_register(METRIC_GAUGE, "growth_lag", "p=\"0\"", "Lag."), one);
	cr_expect_neq(metric_register(METRIC_GAUGE, "growth_lag", "p=\"1\"", "Lag."), one);
	cr_expect_neq(metric_register(METRIC_GAUGE, "growth_lag", NULL, "Lag."), one);
}

Test(base_metrics, texts_are_copied)
{
	char name[] = "growth_lag", labels[] = "p=\"0\"", help[] = "Lag.";

	metric_register(METRIC_GAUGE, name, labels, help);
	name[0] = labels[0] = help[0] = 'X';
	cr_expect_eq(sample(rendered(), "growth_lag{p=\"0\"}"), 0);
	cr_expect(strstr(out.bytes, "# HELP growth_lag Lag.\n"));
}

Test(base_metrics, histogram_buckets_are_cumulative_and_end_with_inf)
{
	static const double bounds[] = { 0.005, 0.5, 10 };
	struct metric *metric =
		metric_histogram("growth_seconds", "topic=\"a\"", "Time.", bounds, 3);
	static const double observed[] = { 0.005, 0.006, 0.5, 10.0001, 1e9, -1 };

	for (size_t i = 0; i < sizeof(observed) / sizeof(*observed); i++)
		metric_observe(metric, observed[i]);
	const char *text = rendered();
	const char *expected = "# HELP growth_seconds Time.\n"
			       "# TYPE growth_seconds histogram\n"
			       "growth_seconds_bucket{topic=\"a\",le=\"0.005\"} 2\n"
			       "growth_seconds_bucket{topic=\"a\",le=\"0.5\"} 4\n"
			       "growth_seconds_bucket{topic=\"a\",le=\"10\"} 4\n"
			       "growth_seconds_bucket{topic=\"a\",le=\"+Inf\"} 6\n"
			       "growth_seconds_sum{topic=\"a\"} 1000000009.5111\n"
			       "growth_seconds_count{topic=\"a\"} 6\n";
	cr_expect(strncmp(text, expected, strlen(expected)) == 0, "%s", text);
	cr_expect_eq(metric_value(metric), 6);
}

Test(base_metrics, an_unlabelled_empty_histogram_is_whole_too)
{
	metric_histogram("growth_seconds", NULL, "Time.", NULL, 0);
	const char *expected =
		"# HELP growth_seconds Time.\n# TYPE growth_seconds histogram\n"
		"growth_seconds_bucket{le=\"+Inf\"} 0\ngrowth_seconds_sum 0\ngrowth_seconds_count 0\n";

	cr_expect(strncmp(rendered(), expected, strlen(expected)) == 0, "%s", out.bytes);
}

Test(base_metrics, infinities_have_their_names)
{
	struct metric *metric = metric_register(METRIC_GAUGE, "growth_ratio", NULL, "Ratio.");

	metric_set(metric, (double)INFINITY);
	cr_expect(strstr(rendered(), "\ngrowth_ratio +Inf\n"));
	metric_set(metric, -(double)INFINITY);
	cr_expect(strstr(rendered(), "\ngrowth_ratio -Inf\n"));
}

Test(base_metrics, label_values_are_escaped)
{
	struct buffer labels = { 0 };

	metrics_label(&labels, "topic", "goal.completed");
	metrics_label(&labels, "path", "a\\b \"c\"\nd {},=\xc3\xa4");
	metrics_label(&labels, "empty", "");
	cr_expect_str_eq(
		labels.bytes,
		"topic=\"goal.completed\",path=\"a\\\\b \\\"c\\\"\\nd {},=\xc3\xa4\",empty=\"\"");
	buffer_release(&labels);
}

Test(base_metrics, the_process_is_described)
{
	double started = sample(rendered(), "process_start_time_seconds");
	struct rlimit limit;

	/* The process may be as old as its tick, and the clocks are read one after the other. */
	cr_expect(started > (double)time(NULL) - 60 && started <= (double)time(NULL) + 1, "%f",
		  started);
	cr_expect(sample(out.bytes, "process_resident_memory_bytes") > 1e5);
	cr_expect(sample(out.bytes, "process_virtual_memory_bytes") >
		  sample(out.bytes, "process_resident_memory_bytes"));
	cr_assert(getrlimit(RLIMIT_NOFILE, &limit) == 0);
	cr_expect_eq(sample(out.bytes, "process_max_fds"), (double)limit.rlim_cur);

	double open = sample(out.bytes, "process_open_fds");
	int more = dup(STDERR_FILENO);
	cr_expect_eq(sample(rendered(), "process_open_fds"), open + 1);
	close(more);
	cr_expect_eq(sample(rendered(), "process_open_fds"), open);
	cr_expect_eq(sample(out.bytes, "process_start_time_seconds"), started);

	double before = sample(out.bytes, "process_cpu_seconds_total");
	while (clock() < CLOCKS_PER_SEC / 5)
		;
	cr_expect(sample(rendered(), "process_cpu_seconds_total") > before);
}

#define THREADS 4
#define ROUNDS 500000

static struct metric *shared_counter, *shared_histogram;
static pthread_barrier_t start; /* so that the threads meet */

static void *update(void *unused)
{
	pthread_barrier_wait(&start);
	for (int i = 0; i < ROUNDS; i++) {
		metric_add(shared_counter, 0.5);
		metric_observe(shared_histogram, i % 2 ? 1 : 3);
	}
	return unused;
}

Test(base_metrics, no_update_of_any_thread_is_lost)
{
	static const double bounds[] = { 2 };
	pthread_t threads[THREADS];

	shared_counter = metric_register(METRIC_COUNTER, "growth_rounds_total", NULL, "Rounds.");
	shared_histogram = metric_histogram("growth_sizes", NULL, "Sizes.", bounds, 1);
	cr_assert(pthread_barrier_init(&start, NULL, THREADS) == 0);
	for (int i = 0; i < THREADS; i++)
		cr_assert(pthread_create(&threads[i], NULL, update, NULL) == 0);
	for (int i = 0; i < 20; i++) { /* what is read meanwhile agrees with itself */
		double all = sample(rendered(), "growth_sizes_bucket{le=\"+Inf\"}");

		cr_expect_eq(sample(out.bytes, "growth_sizes_count"), all);
		cr_expect(sample(out.bytes, "growth_sizes_bucket{le=\"2\"}") <= all);
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	cr_expect_eq(metric_value(shared_counter), THREADS * ROUNDS * 0.5);
	rendered();
	cr_expect_eq(sample(out.bytes, "growth_sizes_count"), THREADS * ROUNDS);
	cr_expect_eq(sample(out.bytes, "growth_sizes_bucket{le=\"2\"}"), THREADS * ROUNDS / 2);
	cr_expect_eq(sample(out.bytes, "growth_sizes_sum"), THREADS * ROUNDS * 2.0);
}

static void *register_same(void *unused)
{
	for (int i = 0; i < 50; i++) {
		char labels[32];

		snprintf(labels, sizeof(labels), "p=\"%d\"", i);
		metric_add(
			metric_register(METRIC_COUNTER, "growth_rounds_total", labels, "Rounds."),
			1);
	}
	return unused;
}

Test(base_metrics, threads_that_register_the_same_share_it)
{
	pthread_t threads[THREADS];

	for (int i = 0; i < THREADS; i++)
		cr_assert(pthread_create(&threads[i], NULL, register_same, NULL) == 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	cr_expect_eq(sample(rendered(), "growth_rounds_total{p=\"0\"}"), THREADS);
	cr_expect_eq(sample(out.bytes, "growth_rounds_total{p=\"49\"}"), THREADS);
}

static void fill_registry(void)
{
	static const double bounds[] = { .005, .01, 1, 10 };
	struct buffer labels = { 0 };

	metrics_label(&labels, "topic", "a\\b \"c\"\nd");
	metric_register(METRIC_COUNTER, "growth_messages_total", labels.bytes, "Messages\nread.");
	metric_register(METRIC_GAUGE, "growth_lag_messages", NULL, "Messages behind.");
	metric_register(METRIC_COUNTER, "growth_messages_total", "topic=\"x\"", "Messages\nread.");
	metric_observe(metric_histogram("growth_batch_seconds", labels.bytes, "Time a batch took.",
					bounds, 4),
		       0.3);
	metric_observe(metric_histogram("growth_batch_seconds", "topic=\"x\"", "Time a batch took.",
					bounds, 4),
		       99);
	buffer_release(&labels);
}

Test(base_metrics, each_name_has_one_help_one_type_and_one_place)
{
	char seen[64][64] = { 0 };
	char family[64] = "";
	int count = 0;

	fill_registry();
	cr_assert_eq(rendered()[out.length - 1], '\n');
	for (const char *line = out.bytes; *line; line = strchr(line, '\n') + 1) {
		char name[64];

		if (sscanf(line, "# HELP %63s", name) == 1) {
			for (int i = 0; i < count; i++)
				cr_expect_str_neq(seen[i], name);
			cr_assert(count < 64);
			snprintf(seen[count++], sizeof(*seen), "%s", name);
			snprintf(family, sizeof(family), "%s", name);
			cr_expect(strncmp(strchr(line, '\n') + 1, "# TYPE ", 7) == 0, "TYPE of %s",
				  name);
			continue;
		}
		cr_assert(sscanf(line, *line == '#' ? "# TYPE %63s" : "%63[a-z_]", name) == 1);
		cr_expect(strncmp(name, family, strlen(family)) == 0, "%s stands among %s", name,
			  family);
	}
	cr_expect_eq(count, 9);
}

Test(base_metrics, promtool_finds_nothing)
{
	if (system("command -v promtool >/dev/null 2>&1") != 0)
		cr_skip("promtool is not on PATH");
	fill_registry();
	rendered();
	FILE *promtool = popen("promtool check metrics >&2", "w");
	cr_assert(promtool && fwrite(out.bytes, 1, out.length, promtool) == out.length);
	cr_expect_eq(pclose(promtool), 0);
}

Test(base_metrics, a_gauge_without_a_value_is_not_shown)
{
	struct metric *gauge = metric_register(METRIC_GAUGE, "growth_gone", "key=\"a\"", "Gone");

	metric_set(gauge, 1);
	cr_expect_eq(metric_find("growth_gone", "key=\"a\""), gauge);
	cr_expect_null(metric_find("growth_gone", "key=\"b\""));
	metric_set(gauge, (double)NAN);
	cr_expect_null(strstr(rendered(), "growth_gone{"));
	metric_set(gauge, 2);
	cr_expect(strstr(rendered(), "\ngrowth_gone{key=\"a\"} 2\n"));
}
