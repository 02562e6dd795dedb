/* The sentences' defaults, and the small words that all of them are made of. */
#include "wording.h"

#include <ctype.h>
#include <math.h>

#define MONEY_MAX 1e18

#define SENTENCE(id, key, arguments, fallback, help) \
	[SENTENCE_##id] = OPTION_TEMPLATE(struct wording, templates[SENTENCE_##id], "texts." key, \
					  arguments, fallback, help)

const struct config_option wording_options[] = {
	SENTENCE(PERCENT, "percent", "#percent", "{percent}%", "a share"),
	SENTENCE(AT_LEAST, "at_least", "rate", "at least {rate}",
		 "a share of which only a lower bound is known; rate is texts.percent"),
	SENTENCE(MONEY, "money", "#amount", "{amount, number, ::currency/USD compact-short}",
		 "an amount of money; ::currency/USD precision-integer shows it in full"),
	SENTENCE(LIST_MORE, "list.more", "before next", "{before}, {next}",
		 "an enumeration and one more"),
	SENTENCE(LIST_AND, "list.and", "before next", "{before} and {next}",
		 "an enumeration and its last one"),
	SENTENCE(LIST_OR, "list.or", "before next", "{before} or {next}",
		 "a choice and its last one"),

	SENTENCE(PATTERN_NAME, "pattern.name", "type from to", "{type} from {from} to {to}",
		 "a pattern's name"),
	SENTENCE(PATTERN_DESCRIPTION, "pattern.description",
		 "#contractors focus from to low #high basis examples",
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

	SENTENCE(
		PATTERN_STANDING, "pattern.standing",
		"standing rate #voters pooled certainty #looks since",
		"Goals from it worked out for {rate} of {voters, plural, one {# contractor} other {# "
		"contractors}}, from all patterns for {pooled}: {certainty} certain that it is less "
		"than four fifths as good, at {looks, plural, one {# monthly look} other {# monthly "
		"looks}}; {standing, select, flagged {downgraded} other {withdrawn}} since {since}",
		"why a pattern is downgraded or withdrawn; standing is flagged or retired, since a "
		"date"),

	SENTENCE(
		MATCH_REASON, "match.reason", "fitting #number unknown status",
		"{fitting, select, none {} other {{fitting} {number, plural, one {aligns} other "
		"{align}}}}{unknown, select, none {{fitting, select, none {a partial fit in every "
		"part} other {}}} other {{fitting, select, none {} other {; }}{unknown} "
		"unknown}}{status, select, downgraded {; the evidence is weaker than it "
		"was} other {}}",
		"why a pattern fits; fitting and unknown are enumerations of texts.match.part, "
		"number is fitting's grammatical one: 1 or more; status is the pattern's, active or "
		"downgraded"),
	SENTENCE(MATCH_PART, "match.part", "part",
		 "{part, select, tier {revenue tier} focus {focus areas} team {team size} other "
		 "{stage}}",
		 "a part of the match; part is tier, focus, team or stage"),
	SENTENCE(MATCH_TIER, "match.tier", "tier revenue", "Revenue tier: {tier}",
		 "a reason: the contractor's tier; revenue is his annual one, as texts.money"),
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

	SENTENCE(CONTENT, "content.sentence", "kind item rate from to",
		 "{rate} of contractors who scaled to {to} {kind, select, book {read ''{item}''} "
		 "podcast {listened to ''{item}''} other {attended {item}}}",
		 "what speaks for a book, a podcast or an event; kind says which"),

	SENTENCE(GOAL_SOURCE, "goal.source", "#contractors from to share did",
		 "Based on {contractors, plural, one {# contractor} other {# contractors}} who "
		 "went from {from} to {to}{did, select, none {} other { - {share} {did} first}}",
		 "what a goal rests on; did is what a share of them began with"),
	SENTENCE(GOAL_SOURCE_DOWNGRADED, "goal.source_downgraded", "source",
		 "{source} - the evidence is weaker than it was",
		 "the same, when its pattern is downgraded"),
	SENTENCE(GOAL_SOURCE_WITHDRAWN, "goal.source_withdrawn", "source",
		 "{source} - withdrawn since: not enough evidence any more",
		 "the same, when its pattern is gone"),
	SENTENCE(GOAL_BEGAN, "goal.began", "kind item",
		 "{kind, select, partner {used {item}} book {read ''{item}''} podcast {listened to "
		 "''{item}''} event {attended {item}} focus_area {worked on {item}} other "
		 "{{item}}}",
		 "what contractors began with; kind is partner, book, podcast, event, focus_area "
		 "or milestone"),
	SENTENCE(GOAL_REACH, "goal.reach", "to", "Reach {to}",
		 "a criterion of success: the next tier"),
	SENTENCE(GOAL_TEAM_DOUBLED, "goal.team_doubled", "share",
		 "Team doubled (as of {share} of successful contractors)",
		 "a criterion of success"),
	SENTENCE(GOAL_REVENUE_INCREASED, "goal.revenue_increased", "growth",
		 "Revenue up by {growth} (as of half of successful contractors)",
		 "a criterion of success"),
	SENTENCE(GOAL_LEAD_FLOW_IMPROVED, "goal.lead_flow_improved", "share",
		 "Lead flow improved (as of {share} of successful contractors)",
		 "a criterion of success"),

	SENTENCE(CHECKLIST_GAP, "checklist.gap", "gap", "Get current {gap}",
		 "a step: something to ask"),
	SENTENCE(CHECKLIST_MILESTONE, "checklist.milestone", "item rate hint",
		 "Assess: {item} (done by {rate} of successful contractors{hint})",
		 "a step: a milestone; hint is texts.hint"),
	SENTENCE(CHECKLIST_PARTNERS, "checklist.partners", "partners rates hint",
		 "Recommend {partners} (used by {rates} of successful contractors{hint})",
		 "a step: a choice of partners, with one rate, or one each"),
	SENTENCE(CHECKLIST_BOOK, "checklist.book", "item rate hint",
		 "Read ''{item}'' (recommended by {rate} of successful scalers{hint})",
		 "a step: a book"),
	SENTENCE(CHECKLIST_PODCAST, "checklist.podcast", "item rate hint",
		 "Listen to ''{item}'' (recommended by {rate} of successful scalers{hint})",
		 "a step: a podcast"),
	SENTENCE(CHECKLIST_EVENT, "checklist.event", "item rate hint",
		 "Attend {item} (attended by {rate} of successful contractors{hint})",
		 "a step: an event"),
	SENTENCE(HINT, "hint", "grade",
		 "{grade, select, C {; a hint, no more} D {; common, its effect could not be "
		 "measured} other {}}",
		 "put to what is not supported; grade is C or D then"),

	SENTENCE(TIMELINE, "timeline.sentence", "low #high #spent to",
		 "Based on similar contractors, expect {low, select, none {} other {{low}-}}{high} "
		 "{spent, plural, =0 {} other {more }}{high, plural, one {month} other {months}} "
		 "to reach {to}",
		 "how long a tier takes; without low where both are the same"),
	SENTENCE(TIMELINE_FIRST_SEEN, "timeline.first_seen", "", " (counted since first seen)",
		 "put to it when nobody knows when the tier was entered"),
	SENTENCE(TIMELINE_SHARE, "timeline.share", "share #months #spent",
		 "; about {share} get there within {months} {spent, plural, =0 {} other {more }}"
		 "{months, plural, one {month} other {months}}",
		 "put to it when many do not get there"),
	SENTENCE(TIMELINE_LONGER, "timeline.longer", "#spent from to",
		 "{spent, plural, one {# month} other {# months}} in {from} is longer than "
		 "observed so far of contractors who reached {to}: no range can be given",
		 "instead of it"),
	SENTENCE(TIMELINE_NONE, "timeline.none", "to",
		 "Not enough data yet to say how long it takes to reach {to}", "instead of it"),
	SENTENCE(TIMELINE_REACHED, "timeline.reached", "to", "{to} is reached", "instead of it"),

	SENTENCE(FEEDBACK_QUESTION, "feedback.question", "",
		 "How helpful was this recommendation? (1-5)",
		 "what contractors are asked about a completed goal"),

	SENTENCE(
		REPORT_LIBRARY, "report.library", "#patterns #contractors from to",
		"{patterns, plural, =0 {No growth pattern is} one {One growth pattern is} other {# "
		"growth patterns are}} in force, learnt from the histories of {contractors, "
		"plural, one {# contractor} other {# contractors}}{from, select, none {} other { "
		"between {from} and {to}}}.",
		"the report's first sentence; from and to are dates"),
	SENTENCE(REPORT_SUREST, "report.surest", "pattern rate",
		 "The surest one is {pattern}: about {rate} of the goals made from it work out.",
		 "the pattern of the highest confidence, with its expected success"),
	SENTENCE(REPORT_FINDING, "report.finding", "did from to rate control lift",
		 "The best supported finding: of those who went from {from} to {to}, {rate} {did}"
		 "{control, select, none {} other {, against {control} of comparable "
		 "contractors}}{lift, select, none {} other {; with it they moved up {lift} times "
		 "as often}}.",
		 "the item of the best grade; did is texts.goal.began, lift a number"),
	SENTENCE(
		REPORT_CALIBRATION, "report.calibration", "#voters expected observed",
		"Checked on {voters, plural, one {# contractor} other {# contractors}} whose goals "
		"were not learnt from: success was expected of {expected} and came to {observed}.",
		"whether the confidence can be trusted"),
	SENTENCE(REPORT_MISSING, "report.missing", "#steps",
		 "{steps, plural, one {One step of the ladder has} other {# steps of the ladder "
		 "have}} too few contractors to say anything yet.",
		 "transitions without a pattern"),
	SENTENCE(REPORT_PIPELINE, "report.pipeline", "#left",
		 "The pipeline {left, plural, =0 {is up to date} one {has one thing left to do} "
		 "other {has # things left to do}}.",
		 "whether everything that was sent is worked in"),
	SENTENCE(REPORT_STEP, "report.step", "levelled risk rate from to",
		 "{levelled} of {risk} contractors moved up from {from} to {to}{rate, select, none "
		 "{} other { ({rate})}}",
		 "a step of the ladder; levelled and risk may be 'fewer than 5'"),
	SENTENCE(REPORT_RANGE, "report.range", "low #high",
		 "most who get there take {low, select, none {} other {{low} to }}{high, plural, "
		 "one {# month} other {# months}}",
		 "put to it; without low where both are the same"),
	SENTENCE(REPORT_EVIDENCE, "report.evidence", "did rate control lift",
		 "{rate} of those who made it {did}{control, select, none {} other {, against "
		 "{control} of comparable contractors}}{lift, select, none {} other {; with it "
		 "they moved up {lift} times as often}}.",
		 "what speaks most for a pattern; as texts.report.finding"),
	SENTENCE(
		REPORT_CURVE, "report.curve", "reached #months from to basis",
		"{reached} had reached {to} {months, plural, one {# month} other {# months}} after "
		"{basis, select, first_seen {they were first seen in {from}} other {entering "
		"{from}}}; who had not is counted for as long as they were seen.",
		"the end of a pattern's curve"),
	SENTENCE(REPORT_CONFIDENCE, "report.confidence", "score rate #voters since",
		 "Confidence {score}: about {rate} of the goals from it are expected to work out"
		 "{voters, plural, =0 {; nobody's goals have turned out yet} one {, with the "
		 "outcome of # contractor} other {, with the outcomes of # contractors}}{since, "
		 "select, none {} other { up to {since}}}.",
		 "how sure a pattern is; since is a date"),
	OPTION_END
};

static bool is_put_to_another(enum sentence sentence)
{
	return sentence == SENTENCE_HINT || sentence == SENTENCE_TIMELINE_FIRST_SEEN ||
	       sentence == SENTENCE_TIMELINE_SHARE;
}

const char *say_values(const struct wording *wording, enum sentence sentence, struct arena *arena,
		       const struct template_value *values)
{
	const char *template = wording->templates[sentence];
	const char *text = template ? template_format(template, values, arena) : "";

	if (*text || (template && is_put_to_another(sentence)))
		return text;
	return template_format(wording_options[sentence].default_text, values, arena);
}

/* What has no such word in it cannot name it as a placeholder. */
bool wording_mentions(const struct wording *wording, enum sentence sentence, const char *argument)
{
	const char *template = wording->templates[sentence];

	return strstr(wording_options[sentence].default_text, argument) ||
	       (template && strstr(template, argument));
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

const char *money_text(const struct wording *wording, struct optional_number amount,
		       struct arena *arena)
{
	if (!amount.present)
		return NULL;
	/* What is beyond is nobody's revenue. */
	amount.value = fmax(-MONEY_MAX, fmin(amount.value, MONEY_MAX));
	return say(wording, SENTENCE_MONEY, arena, SAY_NUMBER("amount", llround(amount.value)));
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
