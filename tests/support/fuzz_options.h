/* What the targets of the configuration share: the options of a worker, and what must hold whatever
 * is loaded. */
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "options.h"

/* One of each kind: a worker's own tables are several times as long, and no different. */
struct fuzz_config {
	const char *servers, *conninfo, *sentence;
	int64_t max, any, wait_ms;
	double z;
	bool on;
	int level;
	struct labels tiers, properties;
	struct texts areas;
};

static const char *const fuzz_levels[] = { "debug", "info", NULL };
static const struct label fuzz_tiers[] = { { "low", "to $1M" }, { "high", "more" } };
static const struct labels fuzz_default_tiers = { fuzz_tiers, 2 };

static const struct config_option fuzz_options[] = {
	OPTION_TEXT(struct fuzz_config, servers, "kafka.bootstrap_servers", "127.0.0.1:9092", ""),
	OPTION_TEMPLATE(struct fuzz_config, sentence, "texts.sentence", "who #months",
			"{months, plural, one {#} other {by {who}}}", ""),
	OPTION_MAP(struct fuzz_config, properties, "kafka.properties", ""),
	OPTION_SECRET(struct fuzz_config, conninfo, "postgres.conninfo", "dbname=growth", ""),
	OPTION_INT(struct fuzz_config, max, "batch.max", "1000", 1, 20000, ""),
	OPTION_DURATION(struct fuzz_config, wait_ms, "batch.wait", "5ms", 0, 60000, ""),
	OPTION_INT(struct fuzz_config, any, "batch.ahead_bytes", "0", 0, 0, ""),
	OPTION_NUMBER(struct fuzz_config, z, "statistics.z", "1.96", -10, 1e300, ""),
	OPTION_BOOL(struct fuzz_config, on, "sweep.on", "true", ""),
	OPTION_CHOICE(struct fuzz_config, level, "log.level", "info", fuzz_levels, ""),
	OPTION_LABELS(struct fuzz_config, tiers, "vocabulary.tiers", &fuzz_default_tiers, ""),
	OPTION_TEXTS(struct fuzz_config, areas, "vocabulary.areas", "a, b", ""),
	OPTION_END
};

static const struct option_group fuzz_groups[] = { { fuzz_options, 0 }, { NULL, 0 } };

/* libconfig 1.5 forgets a string at some errors of syntax. A file is read once, and such a file
 * ends the process. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libconfig.so";
}

/* A file in memory, and the name under which it can be opened. */
struct fuzz_file {
	int descriptor;
	char path[32];
};

static inline struct fuzz_file fuzz_file_new(const void *bytes, size_t length)
{
	struct fuzz_file file = { .descriptor = memfd_create("fuzz", MFD_CLOEXEC) };

	snprintf(file.path, sizeof(file.path), "/proc/self/fd/%d", file.descriptor);
	if (file.descriptor < 0 || write(file.descriptor, bytes, length) != (ssize_t)length)
		abort();
	return file;
}

static inline void fuzz_file_free(const struct fuzz_file *file)
{
	close(file->descriptor);
}

static inline char *fuzz_print(const struct fuzz_config *config)
{
	char *text;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	options_print(fuzz_groups, config, out);
	fclose(out);
	return text;
}

/* What is printed is a file that says the same: loaded and printed again, it is the same text. */
static inline void fuzz_check_printed(const struct fuzz_config *config, struct arena *arena)
{
	struct fuzz_config *again = arena_new(arena, struct fuzz_config);
	char *once = fuzz_print(config), *twice;
	struct fuzz_file file = fuzz_file_new(once, strlen(once));
	struct option_sources sources = { .file = file.path };
	struct err err = { 0 };

	holds(options_load(fuzz_groups, NULL, &sources, again, arena, &err),
	      "what was printed is refused: %s\n%s", err.text, once);
	twice = fuzz_print(again);
	holds(strcmp(once, twice) == 0, "printed, loaded and printed:\n%s\nbecame:\n%s", once,
	      twice);
	fuzz_file_free(&file);
	free(once);
	free(twice);
}

static inline void fuzz_load(const struct option_sources *sources, struct arena *arena)
{
	struct fuzz_config *config = arena_new(arena, struct fuzz_config);
	struct err err = { 0 };

	if (options_load(fuzz_groups, NULL, sources, config, arena, &err))
		fuzz_check_printed(config, arena);
	else
		holds_error(&err, ERR_USAGE);
}
