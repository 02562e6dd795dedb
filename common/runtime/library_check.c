/*
 * The library is as fresh as its topic; once in a while it is compared with what Postgres has. A version is in Postgres a moment
 * before it is in Kafka, so only a difference that is still there at a second look counts: then the topic is read again
 * from its start, and the log says so.
 */
#include "instant.h"
#include "log.h"
#include "loop.h"

const struct pg_column library_version_columns[] = {
	PG_TEXT(struct library_version, key),
	PG_INT8(struct library_version, version),
	PG_END,
};

#define SECOND_LOOK_US (10 * US_PER_SECOND)

static const struct library_entry *find(const struct library *library, const char *key)
{
	for (size_t i = 0; i < library->count; i++) {
		if (strcmp(library->entries[i].key, key) == 0)
			return &library->entries[i];
	}
	return NULL;
}

static bool is_held(const struct loop *loop, const struct library_version *version)
{
	const struct library_entry *entry = find(loop->runner.library, version->key);
	int64_t held = 0;

	if (entry)
		memcpy(&held, (const char *)entry->value + loop->worker->library->version_offset,
		       sizeof(held));
	return held >= version->version;
}

static const struct library_version *
first_missing(const struct loop *loop, const struct library_version *versions, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!is_held(loop, &versions[i]))
			return &versions[i];
	}
	return NULL;
}

static bool answer(struct loop *loop, const struct library_source *source,
		   const struct library_version *missing, struct err *err)
{
	int64_t interval = loop->config->library_check_ms * 1000;
	bool again = missing && !loop->library_suspect;

	loop->library_suspect = again;
	loop->library_check_at = monotonic_us() +
				 (again && interval > SECOND_LOOK_US ? SECOND_LOOK_US : interval);
	if (!missing || again)
		return true;
	metric_add(loop->metrics.library_stale, 1);
	log_error("the pattern library misses what Postgres has; reading its topic again",
		  log_text("pattern", missing->key), log_int("version", missing->version));
	/* A fresh reader, and no batch until it is at the end: nobody sees a library half read. */
	library_reader_free(loop->reader);
	loop->reader = library_reader_new(loop->config, source, loop->worker->name,
					  &loop->consumer_health, err);
	loop->runner.library = loop->reader ? library_reader_library(loop->reader) : NULL;
	return loop->reader != NULL;
}

bool loop_check_library(struct loop *loop, struct err *err)
{
	const struct library_source *source = loop->worker->library;
	struct library_version *versions;
	struct arena arena;
	size_t count;
	bool ok;

	if (!source || !source->versions || monotonic_us() < loop->library_check_at)
		return true;
	arena_init(&arena);
	ok = db_run(loop->runner.db, source->versions, NULL, 0, &arena, &versions, &count, err) &&
	     answer(loop, source, first_missing(loop, versions, count), err);
	arena_release(&arena);
	return ok;
}
