/* The databases that a comparison or a promotion is about: live's, shadows and former ones, all in
 * one server. */
#pragma once

#include "shadow.h"

struct side {
	const char *title;    /* as it stands on the command line: "live", or a shadow's NAME */
	const char *database; /* as Postgres names it */
	struct ctl ctl;       /* the command's, for that database and its topics */
	struct db *db;        /* NULL: not connected */
	bool is_live;
	bool has_topics; /* live, or a shadow: where its topics are is known */
};

/*
 * Connects. "live" is the configured database; another title a shadow's name, or the whole name of
 * a database that begins as live's does (one that a promotion has kept). ERR_USAGE: there is none;
 * the text lists those that are there. The ctl's connection settings and arena must live as long as
 * the side.
 */
bool side_open(struct side *side, struct ctl *ctl, const char *title, struct err *err);
void side_close(struct side *side);

/* What is beside a database in its server, by name: its shadows, and what promotions have kept. */
bool databases_beside(struct db *db, const char *database, struct arena *arena,
		      struct texts *ret_names, struct err *err);

extern const struct statement *const databases_statements[]; /* all, ended by NULL, for the test */
