/* Which migrations are to be applied: the files of the folder against what the database remembers.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "err.h"
#include "values.h"

struct migration {
	int64_t version;      /* 1 for 0001_name.sql */
	const char *name;     /* 0001_name */
	const char *checksum; /* SHA-256 in hexadecimal */
	const char *sql;      /* NULL for what the database remembers */
	struct optional_time applied_at;
};

struct migrations {
	struct migration *items; /* in the order of their versions */
	size_t count;
};

/* The version in "0001_name.sql", and the name without ".sql". False: it is not of that form. */
bool migration_name(const char *file, struct arena *arena, struct migration *ret_migration);

/* Sorts the files, and takes over applied_at from those that were applied. Refused (ERR_POISON),
 * with the name of the file at fault: a version that occurs twice or is left out, a file that has
 * changed since it was applied, one that was applied and is not there, one not applied that stands
 * before an applied one. */
bool migrate_plan(struct migrations *files, const struct migrations *applied, struct err *err);
