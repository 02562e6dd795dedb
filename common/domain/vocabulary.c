#include "vocabulary.h"

#include <ctype.h>

#define LABELS(array) \
	{ \
		.items = (array), .count = sizeof(array) / sizeof((array)[0]) \
	}

static const struct label tiers[] = {
	{ "0_5_million", "$0-5M" },         { "5_10_million", "$5-10M" },
	{ "11_20_million", "$11-20M" },     { "21_30_million", "$21-30M" },
	{ "31_50_million", "$31-50M" },     { "51_75_million", "$51-75M" },
	{ "76_100_million", "$76-100M" },   { "101_150_million", "$101-150M" },
	{ "151_300_million", "$151-300M" }, { "300_plus_million", "$300M+" },
};

static const struct label stages[] = {
	{ "startup", "Startup" },         { "growth", "Growth" }, { "scaling", "Scaling" },
	{ "established", "Established" }, { "mature", "Mature" },
};

static const struct label focus_areas[] = {
	{ "greenfield_growth", "Greenfield growth" },
	{ "operational_efficiency", "Operational efficiency" },
	{ "controlling_lead_flow", "Controlling lead flow" },
	{ "closing_sales", "Closing sales" },
	{ "referral_growth", "Referral growth" },
	{ "hiring_skilled_team", "Hiring a skilled team" },
	{ "installing_systems", "Installing systems" },
	{ "customer_experience", "Customer experience" },
	{ "financial_management", "Financial management" },
	{ "leadership_development", "Leadership development" },
};

static const struct label goal_types[] = {
	{ "revenue_growth", "Grow revenue to the next tier" },
	{ "team_expansion", "Hire and develop a skilled team" },
	{ "lead_improvement", "Optimize lead generation and conversion systems" },
	{ "operational_improvement", "Make daily operations more efficient" },
	{ "customer_retention", "Improve customer experience and win repeat business" },
	{ "financial_health", "Get a firm grip on margins and cash flow" },
};

/* The item as kind:item, the goal type it belongs to. */
static const struct label categories[] = {
	{ "focus_area:controlling_lead_flow", "lead_improvement" },
	{ "focus_area:closing_sales", "lead_improvement" },
	{ "focus_area:referral_growth", "lead_improvement" },
	{ "milestone:implemented_crm", "lead_improvement" },
	{ "focus_area:hiring_skilled_team", "team_expansion" },
	{ "milestone:hired_ops_manager", "team_expansion" },
	{ "focus_area:operational_efficiency", "operational_improvement" },
	{ "focus_area:installing_systems", "operational_improvement" },
	{ "focus_area:customer_experience", "customer_retention" },
	{ "focus_area:financial_management", "financial_health" },
};

static const struct label synonyms[] = {
	{ "0-5M", "0_5_million" },
	{ "5-10M", "5_10_million" },
	{ "11-20M", "11_20_million" },
	{ "21-30M", "21_30_million" },
	{ "31-50M", "31_50_million" },
	{ "51-75M", "51_75_million" },
	{ "76-100M", "76_100_million" },
	{ "101-150M", "101_150_million" },
	{ "151-300M", "151_300_million" },
	{ "300M+", "300_plus_million" },
	{ "300+ million", "300_plus_million" },
	{ "lead flow", "controlling_lead_flow" },
	{ "sales", "closing_sales" },
	{ "referrals", "referral_growth" },
	{ "hiring", "hiring_skilled_team" },
	{ "operations", "operational_efficiency" },
	{ "systems", "installing_systems" },
};

const struct vocabulary default_vocabulary = {
	.tiers = LABELS(tiers),
	.stages = LABELS(stages),
	.focus_areas = LABELS(focus_areas),
	.goal_types = LABELS(goal_types),
	.categories = LABELS(categories),
	.synonyms = LABELS(synonyms),
};

const struct config_option vocabulary_options[] = {
	OPTION_LABELS(struct vocabulary, tiers, "vocabulary.tiers", &default_vocabulary.tiers,
		      "revenue tiers, lowest first"),
	OPTION_LABELS(struct vocabulary, stages, "vocabulary.stages", &default_vocabulary.stages,
		      "stages of a business, earliest first"),
	OPTION_LABELS(struct vocabulary, focus_areas, "vocabulary.focus_areas",
		      &default_vocabulary.focus_areas, "focus areas"),
	OPTION_LABELS(struct vocabulary, goal_types, "vocabulary.goal_types",
		      &default_vocabulary.goal_types,
		      "types of goals, each with the goal's description"),
	OPTION_LABELS(struct vocabulary, categories, "vocabulary.categories",
		      &default_vocabulary.categories, "kind:item, and the type of goal it serves"),
	OPTION_LABELS(
		struct vocabulary, synonyms, "vocabulary.synonyms", &default_vocabulary.synonyms,
		"other words for tiers, stages and focus areas, and the name that each means"),
	OPTION_END
};

static const struct label *find(const struct labels *labels, const char *name)
{
	for (size_t i = 0; i < labels->count; i++) {
		const char *own = labels->items[i].name;

		/* Mostly it is the label's own text, or begins otherwise. */
		if (own == name || (*own == *name && strcmp(own, name) == 0))
			return &labels->items[i];
	}
	return NULL;
}

int label_rank(const struct labels *labels, const char *name)
{
	const struct label *found = name ? find(labels, name) : NULL;

	return found ? (int)(found - labels->items) : -1;
}

int vocabulary_tier_rank(const struct vocabulary *vocabulary, const char *tier)
{
	return label_rank(&vocabulary->tiers, tier);
}

/* ---- words as people write them ---- */

/* How many bytes of a blank, a hyphen or the like are at text; 0: none. */
static size_t gap_at(const char *text)
{
	const unsigned char *byte = (const unsigned char *)text;

	if (*byte == '_' || *byte == '-' || isspace(*byte))
		return 1;
	if (byte[0] == 0xC2 && byte[1] == 0xA0) /* no-break space */
		return 2;
	if (byte[0] == 0xE2 && byte[1] == 0x80 && byte[2] >= 0x90 && byte[2] <= 0x95)
		return 3; /* hyphens and dashes */
	return 0;
}

static const char *behind_gaps(const char *text)
{
	size_t length;

	while ((length = gap_at(text)) > 0)
		text += length;
	return text;
}

/* The next letter of the text as a word, and moves behind it; 0 at the end. The text begins without
 * a gap. */
static char next_letter(const char **text)
{
	const char *rest = behind_gaps(*text);
	char letter = *rest;

	if (letter && rest > *text) {
		*text = rest;
		return '_';
	}
	*text = letter ? rest + 1 : rest;
	return letter >= 'A' && letter <= 'Z' ? (char)(letter - 'A' + 'a') : letter;
}

static bool same_word(const char *a, const char *b)
{
	char letter;

	a = behind_gaps(a);
	b = behind_gaps(b);
	do {
		letter = next_letter(&a);
		if (letter != next_letter(&b))
			return false;
	} while (letter);
	return true;
}

static const char *find_word(const struct labels *list, const char *text)
{
	for (size_t i = 0; i < list->count; i++)
		if (same_word(list->items[i].name, text) ||
		    (list->items[i].label && same_word(list->items[i].label, text)))
			return list->items[i].name;
	return NULL;
}

const char *vocabulary_find(const struct vocabulary *vocabulary, const struct labels *list,
			    const char *text)
{
	const struct label *exact = find(list, text);
	const char *found = exact ? exact->name : find_word(list, text);

	for (size_t i = 0; !found && i < vocabulary->synonyms.count; i++) {
		const struct label *synonym = &vocabulary->synonyms.items[i];

		/* Of this list or of another one. */
		if (synonym->label && same_word(synonym->name, text))
			found = find_word(list, synonym->label);
	}
	return found;
}

const char *vocabulary_word(const char *text, struct arena *arena)
{
	const char *rest = behind_gaps(text);
	char *word = arena_alloc(arena, strlen(rest) + 1);
	size_t length = 0;

	while ((word[length] = next_letter(&rest)))
		length++;
	return word;
}

const char *label_of(const struct labels *labels, const char *name)
{
	const struct label *found = name ? find(labels, name) : NULL;

	return found && found->label ? found->label : name;
}
