/*
 * The words of the business, from configuration: revenue tiers in their order, stages, focus areas,
 * and which focus areas and items belong to which category of goal. Names are stable ids; labels
 * are what people read; synonyms are what else they write.
 */
#pragma once

#include <stddef.h>

#include "options.h"
#include "values.h"
#include "wording.h"

struct vocabulary {
	struct labels tiers;       /* lowest revenue first: a tier's rank is its index */
	struct labels stages;      /* "growth" … */
	struct labels focus_areas; /* "operational_efficiency" … */
	struct labels goal_types;  /* "revenue_growth" … with the goal's description as label */
	struct labels categories;  /* "focus_area:closing_sales", labelled with its goal type */
	struct labels synonyms;    /* "lead_flow", labelled with the tier, stage or area it means */
	struct wording wording; /* the sentences around them: wording_options, a group of its own */
};

/* What the options give when nobody sets them. */
extern const struct vocabulary default_vocabulary;
/* The options that fill a struct vocabulary: vocabulary.tiers, .stages, .focus_areas, .goal_types,
 * .categories, .synonyms. */
extern const struct config_option vocabulary_options[];

/* The place of a name in a list of the vocabulary's, -1 when it is not there (or NULL). */
int label_rank(const struct labels *labels, const char *name);
/* Rank of a tier (0 is the lowest), -1 when it is unknown. */
int vocabulary_tier_rank(const struct vocabulary *vocabulary, const char *tier);
/*
 * The name in `list` (one of the vocabulary's) that a text means, whatever its case and whether its
 * words are apart by blanks, hyphens or underscores: a name, a label ("$0-5M"), or a synonym of a
 * name. NULL: none. Never NULL for a name.
 */
const char *vocabulary_find(const struct vocabulary *vocabulary, const struct labels *list,
			    const char *text);
/* The text as a name would be written, in the arena: blanks and hyphens around it gone, those
 * inside one underscore, ASCII letters small: " Greenfield  Growth" is "greenfield_growth". "" when
 * nothing is left. */
const char *vocabulary_word(const char *text, struct arena *arena);

/* The label of a name; the name itself when it has none. Never NULL for a non-NULL name. */
const char *label_of(const struct labels *labels, const char *name);
