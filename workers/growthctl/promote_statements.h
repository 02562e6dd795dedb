/* Rows and statements of the files of `growthctl promote`. */
#pragma once

#include "decide_promote.h"
#include "db.h"
#include "rows.h"

struct last_row {
	int64_t id;
	const char *shadow, *former;
	bool undone;
};
struct own_row {
	const char *worker, *topic;
	int64_t partition, next_offset, sequence, epoch;
};
struct carried_row {
	const char *carried;
};
struct session_row {
	const char *database;
	int64_t pid;
	const char *role, *application, *host;
};
struct pair_row {
	const char *first, *second;
};
struct id_row {
	int64_t id;
};
struct goal_id_row {
	struct uuid goal_id;
};
struct insert_row {
	const char *topic;
	int64_t partition, next_offset, epoch, sequence, patterns_end;
};
struct worker_row {
	const char *schema, *carried;
};
struct end_row {
	int64_t patterns_end;
};
struct version_row {
	const char *pattern_key;
	int64_t old_version, version;
	bool same;
};
struct letters_row {
	int64_t letters, last;
};

extern const struct statement read_promotion, read_migration, read_own, read_contents, read_carry,
	read_sessions, insert_positions, read_matched, read_recommended, read_goals, place_erased,
	displace_parked, place_parked, set_snapshots, set_inputs, take_records, set_versions,
	record_promotion, record_undone, read_locales, read_likeness;
