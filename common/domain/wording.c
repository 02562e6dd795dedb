/* The sentences' defaults, and the small words that all of them are made of. */
#include "wording.h"

#include <ctype.h>
#include <math.h>

#define SENTENCE(id, key, arguments, fallback, help) \
	[SENTENCE_##id] = OPTION_TEMPLATE(struct wording, templates[SENTENCE_##id], "texts." key, \
					  arguments, fallback, help)

const struct config_option wording_options[] = {
	SENTENCE(PERCENT, "percent", "#percent", "{percent}%", "a share"),
	SENTENCE(AT_LEAST, "at_least", "rate", "at least {rate}",
		 "a share of which only a lower bound is known; rate is texts.percent"),
	SENTENCE(LIST_MORE, "list.more", "before next", "{before}, {next}",
		 "an enumeration and one more"),
	SENTENCE(LIST_AND, "list.and", "before next", "{before} and {next}",
		 "an enumeration and its last one"),
	SENTENCE(LIST_OR, "list.or", "before next", "{before} or {next}",
		 "a choice and its last one"),

	SENTENCE(PATTERN_NAME, "pattern.name", "type from to", "{type} from {from} to {to}",
		 "a pattern's name"),
	SENTENCE(PATTERN_DESCRIPTION, "pattern.description",
		 "#contractors focus from to #low #high basis examples",
		 "Based on {contractors, plural, one {# contractor} other {# contractors}}"
		 "{focus, select, none {} other { with a focus on {focus}}} who went from {from} "
		 "to {to}{low, select, none {} other {, most of them within {low} to {high, "
		 "plural, one {# month} other {# months}}{basis, select, first_seen { since first "
		 "seen} other {}}}}.{examples, select, none {} other { Most common: {examples}.}}",
		 "a pattern's description; examples are texts.pattern.example, basis is "
		 "first_seen when entry into the tier is not known"),
	SENTENCE(PATTERN_EXAMPLE, "pattern.example", "kind item rate",
		 "{kind, select, partner {partner } book {book } podcast {podcast } event {event } "
		 "other {}}{item} ({rate})",
		 "what many did; kind is partner, book, podcast or event when item is a mere id"),

	SENTENCE(MATCH_REASON, "match.reason", "fitting #number unknown",
		 "{fitting, select, none {} other {{fitting} {number, plural, one {aligns} other "
		 "{align}}}}{unknown, select, none {{fitting, select, none {a partial fit in every "
		 "part} other {}}} other {{fitting, select, none {} other {; }}{unknown} "
		 "unknown}}",
		 "why a pattern fits; fitting and unknown are enumerations of texts.match.part, "
		 "number is fitting's grammatical one: 1 or more"),
	SENTENCE(MATCH_PART, "match.part", "part",
		 "{part, select, tier {revenue tier} focus {focus areas} team {team size} other "
		 "{stage}}",
		 "a part of the match; part is tier, focus, team or stage"),
	SENTENCE(MATCH_TIER, "match.tier", "tier", "Revenue tier: {tier}",
		 "a reason: the contractor's tier"),
	SENTENCE(MATCH_FOCUS, "match.focus", "#count areas", "Shared focus areas: {areas}",
		 "a reason: the focus areas shared"),
	SENTENCE(MATCH_TEAM, "match.team", "team #typical", "Team of {team}, typical is {typical}",
		 "a reason: the team's size; team may be a band"),
	SENTENCE(MATCH_STAGE, "match.stage", "stage", "Stage: {stage}",
		 "a reason: the contractor's stage"),
	SENTENCE(MATCH_MONTHS, "match.months", "#months #low #high",
		 "{months, plural, one {# month} other {# months}} in this tier; others took {low} "
		 "to {high}",
		 "a reason: the time spent in the tier"),
	SENTENCE(MATCH_CONFIDENCE, "match.confidence", "level #contractors",
		 "{level, select, high {High} medium {Medium} other {Low}} confidence: "
		 "{contractors, plural, one {# contractor} other {# contractors}}",
		 "a reason: the evidence; level is high, medium or low"),

	SENTENCE(PARTNER, "partner.sentence", "partner rate from to satisfaction",
		 "{partner} (used by {rate} of contractors who went from {from} to {to}"
		 "{satisfaction, select, none {} other {, avg satisfaction {satisfaction}/5}})",
		 "what speaks for a partner; satisfaction is there when enough have rated it"),
	SENTENCE(PARTNER_LIKE_YOU, "partner.like_you", "partner",
		 "Contractors like you used {partner}", "the same, said to the contractor"),

	SENTENCE(FEEDBACK_QUESTION, "feedback.question", "",
		 "How helpful was this recommendation? (1-5)",
		 "what contractors are asked about a completed goal"),
	OPTION_END
};

const char *say_values(const struct wording *wording, enum sentence sentence, struct arena *arena,
		       const struct template_value *values)
{
	const char *text = wording->templates[sentence];

	return template_format(text ? text : wording_options[sentence].default_text, values, arena);
}

const char *rate_text(const struct wording *wording, double rate, bool at_least,
		      struct arena *arena)
{
	/* The tiny amount takes 0.29 * 100 back to 29. */
	double percent = floor(rate * 100 + (at_least ? 1e-9 : 0.5));
	const char *text =
		say(wording, SENTENCE_PERCENT, arena, SAY_NUMBER("percent", (int64_t)percent));

	return at_least ? say(wording, SENTENCE_AT_LEAST, arena, SAY_TEXT("rate", text)) : text;
}

const char *enumerate(const struct wording *wording, const char *const *words, size_t count,
		      enum sentence last, struct arena *arena)
{
	const char *text = count > 0 ? words[0] : NULL;

	for (size_t i = 1; i < count; i++)
		text = say(wording, i + 1 == count ? last : SENTENCE_LIST_MORE, arena,
			   SAY_TEXT("before", text), SAY_TEXT("next", words[i]));
	return text;
}

const char *plain_words(const char *id, struct arena *arena)
{
	char *words = arena_strdup(arena, id);

	for (char *c = words; *c; c++)
		if (*c == '_')
			*c = ' ';
	return words;
}

const char *capitalized(const char *words, struct arena *arena)
{
	char *copy = arena_strdup(arena, words);

	copy[0] = (char)toupper((unsigned char)copy[0]);
	return copy;
}
