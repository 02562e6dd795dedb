/*
 * Every sentence that people read, in one place: a template (template.h) for each, with its
 * arguments, its default and what it is for, as options texts.*. Whoever has something to say hands
 * over values; words, their order, plurals and what is left out are the template's, so a product
 * team changes them without a compiler.
 *
 * Rates, money, tiers, names and enumerations are handed over as texts ready to be shown: rates
 * come from rate_text(), money from money_text(), enumerations from enumerate(), tiers are the
 * vocabulary's labels. Counts and months are numbers, but where they may be absent texts. What is
 * absent is NULL, and says nothing or takes a select's branch `none`.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "options.h"
#include "template.h"

enum sentence {
	SENTENCE_PERCENT,
	SENTENCE_AT_LEAST,
	SENTENCE_MONEY,
	SENTENCE_LIST_MORE,
	SENTENCE_LIST_AND,
	SENTENCE_LIST_OR,

	SENTENCE_PATTERN_NAME,
	SENTENCE_PATTERN_DESCRIPTION,
	SENTENCE_PATTERN_EXAMPLE,
	SENTENCE_PATTERN_STANDING,

	SENTENCE_MATCH_REASON,
	SENTENCE_MATCH_PART,
	SENTENCE_MATCH_TIER,
	SENTENCE_MATCH_FOCUS,
	SENTENCE_MATCH_TEAM,
	SENTENCE_MATCH_STAGE,
	SENTENCE_MATCH_MONTHS,
	SENTENCE_MATCH_CONFIDENCE,

	SENTENCE_PARTNER,
	SENTENCE_PARTNER_LIKE_YOU,
	SENTENCE_CONTENT,

	SENTENCE_GOAL_SOURCE,
	SENTENCE_GOAL_SOURCE_DOWNGRADED,
	SENTENCE_GOAL_SOURCE_WITHDRAWN,
	SENTENCE_GOAL_BEGAN,
	SENTENCE_GOAL_REACH,
	SENTENCE_GOAL_TEAM_DOUBLED,
	SENTENCE_GOAL_REVENUE_INCREASED,
	SENTENCE_GOAL_LEAD_FLOW_IMPROVED,

	SENTENCE_CHECKLIST_GAP,
	SENTENCE_CHECKLIST_MILESTONE,
	SENTENCE_CHECKLIST_PARTNERS,
	SENTENCE_CHECKLIST_BOOK,
	SENTENCE_CHECKLIST_PODCAST,
	SENTENCE_CHECKLIST_EVENT,
	SENTENCE_HINT,

	SENTENCE_TIMELINE,
	SENTENCE_TIMELINE_FIRST_SEEN,
	SENTENCE_TIMELINE_SHARE,
	SENTENCE_TIMELINE_LONGER,
	SENTENCE_TIMELINE_NONE,
	SENTENCE_TIMELINE_REACHED,

	SENTENCE_FEEDBACK_QUESTION,

	SENTENCE_REPORT_LIBRARY,
	SENTENCE_REPORT_SUREST,
	SENTENCE_REPORT_FINDING,
	SENTENCE_REPORT_CALIBRATION,
	SENTENCE_REPORT_MISSING,
	SENTENCE_REPORT_PIPELINE,
	SENTENCE_REPORT_STEP,
	SENTENCE_REPORT_RANGE,
	SENTENCE_REPORT_EVIDENCE,
	SENTENCE_REPORT_CURVE,
	SENTENCE_REPORT_CONFIDENCE,

	SENTENCES
};

/* Zeros are the defaults. Only read once loaded, so threads share it. */
struct wording {
	const char *templates[SENTENCES]; /* NULL: the default */
};

/* The options that fill a struct wording; sentence s is option s. */
extern const struct config_option wording_options[];

/* A sentence over values, in the arena: say(wording, SENTENCE_MATCH_TIER, arena, SAY_TEXT("tier",
 * label)). All arguments of the sentence must be among them. Where a
 * configured template leaves nothing to say the default's words are said, because no message may
 * hold an empty text; what is put to another sentence may be nothing. */
#define say(wording, sentence, arena, ...) \
	say_values(wording, sentence, arena, \
		   (struct template_value[]){ __VA_ARGS__, { .name = NULL } })
const char *say_values(const struct wording *wording, enum sentence sentence, struct arena *arena,
		       const struct template_value *values);
#define SAY_TEXT(argument, words) \
	{ \
		.name = (argument), .text = (words) \
	}
#define SAY_NUMBER(argument, count) \
	{ \
		.name = (argument), .number = {(count), true } \
	}
/* False: the sentence is the same whatever the argument is. */
bool wording_mentions(const struct wording *wording, enum sentence sentence, const char *argument);
/* "89%"; a lower bound is cut, not rounded, and says so: "at least 50%". rate: 0-1. */
const char *rate_text(const struct wording *wording, double rate, bool at_least,
		      struct arena *arena);

/* "$7.2M"; absent: NULL. amount: USD. */
const char *money_text(const struct wording *wording, struct optional_number amount,
		       struct arena *arena);

/* "a", "a and b", "a, b and c", by `last` SENTENCE_LIST_AND; SENTENCE_LIST_OR and _MORE likewise.
 * Of none: NULL. */
const char *enumerate(const struct wording *wording, const char *const *words, size_t count,
		      enum sentence last, struct arena *arena);

/* A name for people when there is only an id: "implemented_crm" is "implemented crm". */
const char *plain_words(const char *id, struct arena *arena);

/* With the first letter, if it is an ASCII one, as a capital; "" stays. */
const char *capitalized(const char *words, struct arena *arena);
