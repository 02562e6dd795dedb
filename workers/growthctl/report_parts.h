/* What the sections of the report are made of. */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "decide_markup.h"
#include "report.h"

/* NAN: there is none. */
double number_at(struct json_object *object, const char *path);
/* "30 June 2024"; of text that is no instant, and NULL: NULL. */
const char *date_text(utc_us time, struct arena *arena);
const char *date_at(struct json_object *object, const char *path, struct arena *arena);
/* A share as texts.percent has it; NAN: NULL. */
const char *share_text(const struct report *report, double share);
const char *usage_text(const struct report *report, struct json_object *item);
const char *tier_text(const struct report *report, struct json_object *story, const char *path);
/* "$0-5M → $5-10M"; "Revenue growth" */
const char *transition_text(const struct report *report, struct json_object *story);
const char *type_text(struct json_object *story, struct arena *arena);
/* What people call an item. */
const char *item_text(struct json_object *item, struct arena *arena);
/* "worked on cash flow" */
const char *did_text(const struct report *report, struct json_object *item);
/* "most who get there take 8 to 12 months", of a pattern; NULL: not known. */
const char *range_text(const struct report *report, struct json_object *story);
/* Transitions that have no pattern. */
size_t missing_steps(const struct report *report);
/* "supported", of a grade; NULL: none. */
const char *grade_meaning(const char *grade);
/* "growth-3-million-5-million-revenue-growth": of a pattern's or a transition's key, for the page's
 * own links. */
const char *anchor_of(const char *key, struct arena *arena);

/* A landmark with a heading of the second level. */
void section_begin(struct buffer *out, const char *id, const char *heading);
void section_end(struct buffer *out);

/* A badge with the grade; nothing for NULL. */
void grade_badge(struct buffer *out, const char *grade);

/* ---- data tables ---- */

/* A table that scrolls by itself where it is too wide, and can be reached by the keyboard for that.
 * Headings end with NULL; one that starts with '>' is of a column of numbers. */
void data_table_begin(struct buffer *out, const char *caption, const char *const *headings);
void data_row_begin(struct buffer *out);
/* The row's heading, which comes first. */
void data_name(struct buffer *out, const char *text);
void data_cell(struct buffer *out, const char *text);
void data_number(struct buffer *out, const char *text);
void data_row_end(struct buffer *out);
void data_table_end(struct buffer *out);

/* More behind a click, as the data beside its chart; `of` is for those who do not see where it
 * stands. */
void figures_begin(struct buffer *out, const char *what, const char *of);
void figures_end(struct buffer *out);

/* ---- dots with intervals, all on one axis from 0 to 100 % ---- */

struct dot_row {
	const char *what;  /* in words */
	const char *grade; /* NULL: none */
	double value;      /* NAN: not known */
	double low, high;  /* the interval; NAN: none */
	bool at_least;     /* value is a lower bound */
	double other;      /* what it is compared with; NAN: nothing */
	const char *figures;
};

/* For the two signs: what is a dot, and what a diamond. */
void dots_begin(struct buffer *out, const char *dot, const char *diamond);
void dots_heading(struct buffer *out, const char *text);
void dots_row(struct buffer *out, const struct dot_row *row);
void dots_end(struct buffer *out);

/* ---- charts with two axes ---- */

/*
 * An SVG as wide as there is room and of a height in px, so that letters keep their size on a
 * phone. x is in per cent of the width, y in px. Shapes whose places are per cent in both are drawn
 * between shapes_begin() and shapes_end(), in coordinates of 0 to 1000.
 */
void chart_begin(struct buffer *out, const char *id, const char *title, const char *description,
		 double height);
void chart_end(struct buffer *out);
void shapes_begin(struct buffer *out, double height);
void shapes_end(struct buffer *out);
/* Lines and labels at 0, 25, … 100 %, from `height` up to 0. */
void share_axis(struct buffer *out, double height);
