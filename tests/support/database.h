/* A database of its own for a test, with all migrations applied; the server is that of
 * tests/run. */
#pragma once

#include <criterion/criterion.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "db.h"

struct test_database {
	char name[64];
	char conninfo[512]; /* without a user */
	char admin[600];    /* as the server's owner */
};

static inline struct db *test_connect(const char *conninfo)
{
	struct err err = { 0 };
	struct db *db = db_connect(&(struct db_options){ .conninfo = conninfo,
							 .default_user = "postgres",
							 .application_name = "test" },
				   &err);

	cr_assert(db, "%s", err.text);
	return db;
}

/* As a worker does: its role, its schema. */
static inline struct db *test_connect_worker(const char *conninfo, const char *role,
					     const char *schema)
{
	struct err err = { 0 };
	struct db *db = db_connect(&(struct db_options){ .conninfo = conninfo,
							 .default_user = role,
							 .schema = schema,
							 .application_name = "test",
							 .by_key = true,
							 .statement_timeout_ms = 30000 },
				   &err);

	cr_assert(db, "%s", err.text);
	return db;
}

static inline void test_script(const char *conninfo, const char *sql)
{
	struct db *db = test_connect(conninfo);
	struct err err = { 0 };

	cr_assert(db_script(db, sql, &err), "%s", err.text);
	db_close(db);
}

static inline char *test_read_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	char *text;
	long size;

	cr_assert(file, "%s cannot be read", path);
	fseek(file, 0, SEEK_END);
	size = ftell(file);
	rewind(file);
	text = calloc(1, (size_t)size + 1);
	cr_assert(fread(text, 1, (size_t)size, file) == (size_t)size);
	fclose(file);
	return text;
}

static inline void test_database_create(struct test_database *database)
{
	const char *server = getenv("GROWTH_POSTGRES_CONNINFO");
	char sql[128];
	glob_t files;

	cr_assert(server, "GROWTH_POSTGRES_CONNINFO is not set: run this by tests/run");
	snprintf(database->name, sizeof(database->name), "test_%d", (int)getpid());
	snprintf(database->conninfo, sizeof(database->conninfo), "%s dbname=%s", server,
		 database->name);
	snprintf(database->admin, sizeof(database->admin), "%s user=postgres", database->conninfo);
	snprintf(sql, sizeof(sql), "CREATE DATABASE %s", database->name);
	test_script(server, sql);
	cr_assert(glob(TEST_SOURCE_DIR "/schemas/sql/*.sql", 0, NULL, &files) == 0);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		char *text = test_read_file(files.gl_pathv[i]);

		test_script(database->admin, text);
		free(text);
	}
	globfree(&files);
}

static inline void test_database_drop(const struct test_database *database)
{
	char sql[128];

	snprintf(sql, sizeof(sql), "DROP DATABASE %s WITH (FORCE)", database->name);
	test_script(getenv("GROWTH_POSTGRES_CONNINFO"), sql);
}

/* Until somebody in this database waits for a lock. */
static inline void test_await_lock(const char *conninfo)
{
	test_script(
		conninfo,
		"DO $$ DECLARE patience TIMESTAMPTZ := clock_timestamp() + interval '20 s'; BEGIN "
		"WHILE NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock') LOOP "
		"	IF clock_timestamp() > patience THEN RAISE 'nobody waits'; END IF; "
		"	PERFORM pg_stat_clear_snapshot(); "
		"END LOOP; END $$");
}
