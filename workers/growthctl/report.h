/* growthctl report: what its files share. report_read.c fills a struct report, the others write it
 * as HTML. */
#pragma once

#include <json-c/json.h>

#include "decide_curve.h"
#include "decide_status.h"
#include "decide_validate.h"
#include "ladder.h"

/* What needs the whole history. */
struct report_history {
	struct month_curve *curves; /* by rank of the tier that they start from */
	size_t count;
	/* Expected success against the outcomes of contractors whom it was not learnt from. */
	struct validation_report validation;
};

struct report_wanted {
	utc_us as_of;  /* what the page says that it is of; uptake is counted by then */
	bool uptake;   /* what was taken up of the advice */
	bool history;  /* curves and calibration */
	bool pipeline; /* how far the workers are, which Kafka is asked for */
};

struct report {
	const struct vocabulary *vocabulary;
	const struct constants *constants;
	struct arena *arena;
	struct report_wanted wanted;
	struct json_object *facts;    /* sql/report_facts.sql */
	struct json_object **stories; /* story.h, of the patterns in force */
	size_t stories_count;
	struct json_object *uptake; /* NULL: not wanted */
	struct ladder ladder;
	struct report_history *history; /* NULL: not wanted, or there is none */
	struct status *status;          /* NULL: not wanted */
};

/* All but the pipeline in one snapshot. */
bool report_read(struct ctl *ctl, const struct report_wanted *wanted, struct report *ret_report,
		 struct err *err);

/* The story of the whole cohort of a transition, by the rank of the tier that it starts from; NULL:
 * it has no pattern in force. */
struct json_object *report_step_story(const struct report *report, size_t from);

struct buffer;

/* The page; the parts that follow are its sections. */
void page_write(struct buffer *out, const struct report *report);
void page_summary(struct buffer *out, const struct report *report);
void page_ladder(struct buffer *out, const struct report *report);
void page_patterns(struct buffer *out, const struct report *report);
void page_calibration(struct buffer *out, const struct report *report);
void page_partners(struct buffer *out, const struct report *report);
void page_content(struct buffer *out, const struct report *report);
void page_pipeline(struct buffer *out, const struct report *report);

/* Over all steps with a pattern: who moved up, and who could have. */
void ladder_total(const struct report *report, int64_t *ret_levelled, int64_t *ret_risk);
/* The calibration in words; NULL: nothing was checked. */
const char *calibration_sentence(const struct report *report);
/* Of a pattern's items the one with the best grade, of those the one whose lift is the surest;
 * NULL: none has A or B. */
struct json_object *best_item(struct json_object *story);
/* "0_5_million>5_10_million" */
const char *transition_of(struct json_object *story, struct arena *arena);

/* Of one pattern. */
void page_evidence(struct buffer *out, const struct report *report, struct json_object *story);
void page_curve(struct buffer *out, const struct report *report, struct json_object *story);
void page_confidence(struct buffer *out, const struct report *report, struct json_object *story);
