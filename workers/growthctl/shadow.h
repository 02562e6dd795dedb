/*
 * A shadow: what a replay is made into, beside live and apart from it. Its database stands in
 * live's server and is named <database>_shadow_NAME; its topics and consumer groups have live's
 * topic prefix and shadow.NAME. in front of their names. So everything of a shadow is known by its
 * name alone.
 */
#pragma once

#include "ctl.h"
#include "kafka.h"

/* What success-tracker of a shadow publishes, where the votes that are learnt from are live's. */
#define SHADOW_OWN "own."

struct shadow {
	struct ctl *live;
	struct ctl ctl; /* the same command with the shadow's database and topic prefix */
	const char *name, *database;
	const char *prefix; /* of its topics and groups, live's included */
};

/* Letters, digits and _ of lower case, 20 at most: what both servers take unquoted. */
bool shadow_name_is_fine(const char *name);
/* live_database as Postgres names it. The arena is live's. ERR_USAGE: the conninfo cannot be
 * parsed. */
bool shadow_init(struct shadow *shadow, struct ctl *live, const char *name,
		 const char *live_database, struct err *err);
void shadow_release(struct shadow *shadow);
/* The same conninfo with another database; without user and password where keep_user is false. NULL
 * is a failure. */
const char *shadow_conninfo(const char *conninfo, const char *database, bool keep_user,
			    struct arena *arena, struct err *err);

/* A name of a database as SQL has it. */
const char *shadow_quoted(const char *name, struct arena *arena);
/* The database that a connection is to; the arena's. */
bool shadow_live_database(struct db *db, struct arena *arena, const char **ret_name,
			  struct err *err);
/* The names (NAME) of live's shadows. */
bool shadow_list(struct db *db, const char *live_database, struct arena *arena,
		 struct texts *ret_names, struct err *err);

/* The topics that are missing, with as many partitions as live's; own_topics: SHADOW_OWN's, too. */
bool shadow_make_topics(struct shadow *shadow, bool own_topics, int64_t timeout_ms,
			struct err *err);
/* Makes what is missing: the database and its tables, the topics. db: live's. */
bool shadow_create(struct shadow *shadow, struct db *db, bool exists, bool own_topics,
		   int64_t timeout_ms, struct err *err);
/* Deletes its topics and groups; counts them. */
bool shadow_drop_topics(struct shadow *shadow, int64_t timeout_ms, size_t *ret_topics,
			size_t *ret_groups, struct err *err);
bool shadow_drop_database(struct shadow *shadow, struct db *db, struct err *err);
