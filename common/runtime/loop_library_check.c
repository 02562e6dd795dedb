/*
 * The library is as fresh as its topic; once in a while it is compared with what Postgres has. A
 * version is in Postgres a moment before it is in Kafka, so only a difference that is still there
 * at a second look counts: then the topic is read again from its start, and the log says so.
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

static int64_t interval_of(const struct loop *loop)
{
	return loop->config->library_check_ms * 1000;
}

static int64_t soon(const struct loop *loop)
{
	return interval_of(loop) < SECOND_LOOK_US ? interval_of(loop) : SECOND_LOOK_US;
}

/* A fresh reader, and no batch until it is at the end: nobody sees a library half read. While there
 * can be none, because a password's file is just being replaced, the old one serves. */
static void read_again(struct loop *loop)
{
	struct err err = { 0 };
	struct library_reader *fresh = library_reader_new(loop->config, loop->worker->library,
							  loop->worker->name,
							  &loop->consumer_health, &err);

	if (!fresh) {
		log_warn("the topic cannot be read now; trying again", log_text("error", err.text));
		loop->library_suspect = true;
		loop->library_check_at = monotonic_us() + soon(loop);
		return;
	}
	library_reader_free(loop->reader);
	loop->reader = fresh;
	loop->runner.library = library_reader_library(fresh);
}

static void answer(struct loop *loop, const struct library_version *missing)
{
	bool again = missing && !loop->library_suspect;

	loop->library_suspect = again;
	loop->library_check_at = monotonic_us() + (again ? soon(loop) : interval_of(loop));
	if (!missing || again)
		return;
	metric_add(loop->metrics.library_stale, 1);
	log_error("the pattern library misses what Postgres has; reading its topic again",
		  log_text("pattern", missing->key), log_int("version", missing->version));
	read_again(loop);
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
	ok = db_run(loop->runner.db, source->versions, NULL, 0, &arena, &versions, &count, err);
	if (ok)
		answer(loop, first_missing(loop, versions, count));
	arena_release(&arena);
	return ok;
}
