/*
 * What `growthctl diff` compares, how, and which differences are no fault: a table of all tables
 * and columns, one of the rules that explain. Pure: diff_read.c streams the rows, diff.c tells.
 */
#pragma once

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"

enum diff_use {
	DIFF_KEY,      /* names the row, the same in both databases */
	DIFF_COMPARED, /* must be equal */
	DIFF_BESIDE,   /* no column of the table: for rules alone */
	DIFF_LEFT_OUT, /* of the database itself; `text` says why */
};

struct diff_column {
	const char *name; /* as the catalogue has it; NULL: of none of its columns */
	enum diff_use use;
	const char *as; /* as it is told; NULL: name */
	/* SQL over the table, which is t, and its joins; NULL: t.name. LEFT_OUT: the reason */
	const char *text;
};

struct diff_table {
	const char *name;  /* schema.table */
	const char *joins; /* what translates serial ids to public keys; NULL: nothing */
	const struct diff_column *columns; /* ends with as and name NULL; NULL: all are left out */
	const char *left_out;              /* why, then */
};
/* Each table of schemas/sql, in the order in which they are told; ends with name NULL. */
extern const struct diff_table diff_tables[];

/*
 * The table's rows as two texts, `key` and `content`: JSON of its keys, and of what is compared;
 * what a rule wants beside it has a name that begins with '@'. In the byte order of the key.
 */
const char *diff_query(const struct diff_table *table, struct arena *arena);

/* ---- one row ---- */

struct difference {
	/* "common_partners[2].usage_rate"; NULL: the whole row is on one side alone */
	const char *path;
	const char *left, *right; /* JSON; NULL: not there */
	const char *explained;    /* why it may be so; NULL: it may not */
};

struct differences {
	struct difference *items;
	size_t count;
};

/* Where two contents are not of equal value: numbers by their value, objects by member, lists by
 * place. */
struct differences diff_compare(struct json_object *left, struct json_object *right,
				struct arena *arena);

/* The one difference of a row that only one side has; the other content is NULL. */
struct differences diff_alone(struct json_object *left, struct json_object *right,
			      struct arena *arena);

/* ---- why it may be ---- */

/* One of the two databases, as far as its positions tell. */
struct diff_side {
	bool behind; /* it has not handled all that the other has, or what follows from it */
	/* The time of the latest event that it has stored, as JSON of a timestamptz in UTC; NULL:
	 * none. */
	const char *latest;
	/* Contractors, ascending, with events that the other has handled and this one was not
	 * given. */
	const int64_t *unfed;
	size_t unfed_count;
	/* Versions were made of which nobody has recorded what they were calculated from, or by
	 * other votes. */
	bool unrecorded;
	/* it was fed live's: those of goals that live does not have are not there */
	bool others_votes;
};

struct diff_pair {
	const struct diff_table *table;
	struct json_object *left, *right; /* contents; NULL: no such row */
	int64_t contractor;               /* whom it is about; 0: that is not told */
	struct diff_side sides[2];
};

struct diff_rule {
	const char *name;
	const char *table; /* NULL: any */
	const char *const *
		columns; /* the first parts of paths, ended by NULL; NULL: any, the whole row too */
	bool (*applies)(const struct diff_pair *pair);
	const char *reason;
};
extern const struct diff_rule diff_rules[]; /* ends with name NULL */

/* Whom a row is about, by its key or its content; 0: neither tells. */
int64_t diff_contractor(struct json_object *key, struct json_object *content);
/* Sets `explained` to the reason of the first rule that applies. */
void diff_explain(const struct diff_pair *pair, struct difference *difference);
