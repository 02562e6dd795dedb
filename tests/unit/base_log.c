/* Log lines as a collector meets them. stderr is a datagram socket here: a datagram is what one
 * write() wrote. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <json.h>
#include <math.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "instant.h"
#include "log.h"

#define LINE_SIZE 65536

static int kept_stderr;
static int reading = -1;

static void capture(void)
{
	int ends[2];
	int size = 4 * LINE_SIZE;

	cr_assert(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends) == 0);
	setsockopt(ends[1], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	kept_stderr = dup(STDERR_FILENO);
	cr_assert(kept_stderr >= 0 && dup2(ends[1], STDERR_FILENO) >= 0);
	close(ends[1]);
	reading = ends[0];
}

static void uncapture(void)
{
	dup2(kept_stderr, STDERR_FILENO);
	close(kept_stderr);
	close(reading);
}

TestSuite(base_log, .init = capture, .fini = uncapture);

/* What the next write() wrote, "" when there was none. */
static const char *next_write(void)
{
	static char line[LINE_SIZE];
	ssize_t length = recv(reading, line, sizeof(line) - 1, MSG_DONTWAIT);

	line[length > 0 ? length : 0] = '\0';
	return line;
}

/* A JSON line, strictly parsed; the caller puts it. */
static struct json_object *parsed(const char *line)
{
	struct json_tokener *tokener = json_tokener_new();

	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	struct json_object *object = json_tokener_parse_ex(tokener, line, (int)strlen(line));
	cr_assert(json_tokener_get_error(tokener) == json_tokener_success, "%s", line);
	json_tokener_free(tokener);
	return object;
}

static const char *member(struct json_object *object, const char *name)
{
	struct json_object *value;

	return json_object_object_get_ex(object, name, &value) ? json_object_get_string(value)
							       : NULL;
}

static int int_member(struct json_object *object, const char *name)
{
	struct json_object *value;

	return json_object_object_get_ex(object, name, &value) ? json_object_get_int(value) : -1;
}

Test(base_log, a_json_line_has_the_head_and_the_fields_in_order)
{
	char expected[512], time[INSTANT_TEXT_SIZE];
	utc_us logged_at;

	log_init("matcher", LOG_LEVEL_INFO, LOG_FORMAT_JSON);
	utc_us before = instant_now();
	log_info("partition assigned", log_text("topic", "goals"), log_int("partition", -3),
		 log_number("share", 0.25));
	const char *line = next_write();

	cr_assert(sscanf(line, "{\"time\":\"%31[^\"]", time) == 1, "%s", line);
	cr_expect(instant_parse(time, strlen(time), &logged_at), "%s", time);
	cr_expect(logged_at >= before && logged_at <= instant_now(), "%s", time);
	snprintf(
		expected, sizeof(expected),
		"{\"time\":\"%s\",\"level\":\"info\",\"worker\":\"matcher\",\"msg\":\"partition assigned\","
		"\"topic\":\"goals\",\"partition\":-3,\"share\":0.25}\n",
		time);
	cr_expect_str_eq(line, expected);
	cr_expect_str_empty(next_write(), "one line, one write");
}

Test(base_log, a_logfmt_line_has_the_same)
{
	log_init("matcher", LOG_LEVEL_INFO, LOG_FORMAT_LOGFMT);
	log_warn("back off", log_text("topic", "goals"), log_int("partition", 7),
		 log_number("seconds", 1.5));
	const char *line = next_write();

	cr_expect(strncmp(line, "time=2", 6) == 0, "%s", line);
	cr_expect_str_eq(
		strchr(line, ' '),
		" level=warn worker=matcher msg=\"back off\" topic=goals partition=7 seconds=1.5\n");
}

Test(base_log, without_a_worker_there_is_no_such_field)
{
	log_error("no configuration");
	cr_expect_str_eq(strchr(next_write(), ','),
			 ",\"level\":\"error\",\"msg\":\"no configuration\"}\n");
}

Test(base_log, only_the_level_and_above_is_written)
{
	static const char *const names[] = { "debug", "info", "warn", "error" };

	for (int level = LOG_LEVEL_DEBUG; level <= LOG_LEVEL_ERROR; level++) {
		log_init("w", (enum log_level)level, LOG_FORMAT_LOGFMT);
		log_debug("m");
		log_info("m");
		log_warn("m");
		log_error("m");
		for (int wanted = level; wanted <= LOG_LEVEL_ERROR; wanted++) {
			const char *line = next_write();

			cr_expect(strstr(line, names[wanted]), "level %s: %s", names[level], line);
		}
		cr_expect_str_empty(next_write(), "level %s", names[level]);
	}
}

static const struct {
	const char *name, *text, *json, *logfmt;
} texts[] = {
	{ "word", "abc", "abc", "abc" },
	{ "path and colon", "/a/b:1,{x}", "/a/b:1,{x}", "/a/b:1,{x}" },
	{ "empty", "", "", "\"\"" },
	{ "blank", "a b", "a b", "\"a b\"" },
	{ "equals", "a=b", "a=b", "\"a=b\"" },
	{ "quote", "a\"b", "a\"b", "\"a\\\"b\"" },
	{ "backslash", "a\\b", "a\\b", "\"a\\\\b\"" },
	{ "line feed", "a\nb", "a\nb", "\"a\\nb\"" },
	{ "umlaut", "\xc3\xa4", "\xc3\xa4", "\xc3\xa4" },
	{ "invalid byte",
	  "a\xff"
	  "b",
	  "a\xef\xbf\xbd"
	  "b",
	  "a\xef\xbf\xbd"
	  "b" },
	{ "cut character", "a\xe2\x82", "a\xef\xbf\xbd\xef\xbf\xbd", "a\xef\xbf\xbd\xef\xbf\xbd" },
	{ "surrogate", "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd",
	  "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
};

Test(base_log, any_text_makes_a_valid_line)
{
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		char expected[128];

		log_init("w", LOG_LEVEL_INFO, LOG_FORMAT_JSON);
		log_info(texts[i].text, log_text("field", texts[i].text));
		struct json_object *object = parsed(next_write());
		cr_expect_str_eq(member(object, "msg"), texts[i].json, "%s", texts[i].name);
		cr_expect_str_eq(member(object, "field"), texts[i].json, "%s", texts[i].name);
		json_object_put(object);

		log_init("w", LOG_LEVEL_INFO, LOG_FORMAT_LOGFMT);
		log_info("m", log_text("field", texts[i].text));
		snprintf(expected, sizeof(expected), " msg=m field=%s\n", texts[i].logfmt);
		const char *line = next_write();
		cr_expect_str_eq(strstr(line, " msg"), expected, "%s", texts[i].name);
	}
}

Test(base_log, absent_text_and_odd_numbers_are_no_trouble)
{
	log_init("w", LOG_LEVEL_INFO, LOG_FORMAT_JSON);
	log_info("m", log_text("absent", NULL), log_number("ratio", NAN),
		 log_number("rate", -INFINITY), log_int("lowest", INT64_MIN));
	const char *line = next_write();

	cr_expect_str_eq(
		strstr(line, "\"msg\""),
		"\"msg\":\"m\",\"ratio\":\"NaN\",\"rate\":\"-Inf\",\"lowest\":-9223372036854775808}\n");
	json_object_put(parsed(line));
}

Test(base_log, a_long_line_is_one_write)
{
	static char text[40000];

	memset(text, 'x', sizeof(text) - 1);
	log_init("w", LOG_LEVEL_INFO, LOG_FORMAT_JSON);
	log_info("m", log_text("field", text));
	struct json_object *object = parsed(next_write());
	cr_expect_str_eq(member(object, "field"), text);
	json_object_put(object);
}

Test(base_log, logging_keeps_errno)
{
	log_init("w", LOG_LEVEL_INFO, LOG_FORMAT_JSON);
	close(STDERR_FILENO);
	errno = ENOSPC;
	log_error("nobody listens");
	cr_expect_eq(errno, ENOSPC);
}

#define THREADS 4
#define LINES 300
#define FILLER 5000 /* more than PIPE_BUF: the kernel may take a line in pieces */

static void *log_lines(void *number)
{
	char text[FILLER + 1];

	memset(text, 'a' + *(int *)number, FILLER);
	text[FILLER] = '\0';
	for (int i = 0; i < LINES; i++)
		log_info("m", log_int("thread", *(int *)number), log_int("line", i),
			 log_text("text", text));
	return NULL;
}

/* Each thread's lines, whole and in their order. */
static void expect_lines(FILE *stream)
{
	int next[THREADS] = { 0 };
	char *line = NULL;
	size_t size = 0;

	for (int i = 0; i < THREADS * LINES; i++) {
		cr_assert(getline(&line, &size, stream) > 0, "line %d", i);
		struct json_object *object = parsed(line);
		int thread = int_member(object, "thread");
		cr_assert(thread >= 0 && thread < THREADS);
		cr_expect_eq(int_member(object, "line"), next[thread]++);
		cr_expect_eq(strlen(member(object, "text")), FILLER);
		json_object_put(object);
	}
	free(line);
}

Test(base_log, lines_of_several_threads_do_not_mix, .timeout = 60)
{
	pthread_t threads[THREADS];
	int numbers[THREADS];
	int ends[2];

	cr_assert(pipe2(ends, O_CLOEXEC) == 0 && dup2(ends[1], STDERR_FILENO) >= 0);
	close(ends[1]);
	/* Non-blocking, as a parent that shares its terminal may leave it. */
	cr_assert(fcntl(STDERR_FILENO, F_SETFL, O_NONBLOCK) == 0);
	log_init("w", LOG_LEVEL_INFO, LOG_FORMAT_JSON);
	for (int i = 0; i < THREADS; i++) {
		numbers[i] = i;
		cr_assert(pthread_create(&threads[i], NULL, log_lines, &numbers[i]) == 0);
	}
	FILE *stream = fdopen(ends[0], "r");
	expect_lines(stream);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	fclose(stream);
}
