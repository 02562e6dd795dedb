#include "wording.h"

#include "growthctl_core_sql.h"

#define TEXTS "texts."
#define OPTION_TEMPLATE(member, fallback, text) \
	OPTION_TEXT(struct wording, member, TEXTS #member, fallback, text)

const struct config_option wording_options[] = {
	OPTION_TEMPLATE(percent, "{percent}%", "a share"),
	OPTION_TEMPLATE(at_least, "at least {rate}",
			"a share of which only a lower bound is known"),
	OPTION_TEMPLATE(
		partner_sentence,
		"{partner} (used by {rate} of contractors who went from {from} to {to}, avg satisfaction {satisfaction}/5)",
		"what speaks for a partner that enough have rated"),
	OPTION_TEMPLATE(partner_unrated,
			"{partner} (used by {rate} of contractors who went from {from} to {to})",
			"what speaks for another partner"),
	OPTION_TEMPLATE(partner_like_you, "Contractors like you used {partner}",
			"the same, said to the contractor"),
	OPTION_TEMPLATE(book_sentence, "{rate} of contractors who scaled to {to} read '{item}'",
			"what speaks for a book"),
	OPTION_TEMPLATE(podcast_sentence,
			"{rate} of contractors who scaled to {to} listened to '{item}'",
			"what speaks for a podcast"),
	OPTION_TEMPLATE(event_sentence, "{rate} of contractors who scaled to {to} attended {item}",
			"what speaks for an event"),
	OPTION_TEMPLATE(hint, "; a hint, no more", "put to a sentence about an item of grade C"),
	OPTION_TEMPLATE(common, "; common, its effect could not be measured",
			"put to a sentence about an item of grade D"),
	OPTION_TEMPLATE(timeline_range,
			"Based on similar contractors, expect {low}-{high} months to reach {to}",
			"how long it takes"),
	OPTION_TEMPLATE(timeline_one,
			"Based on similar contractors, expect {high} month to reach {to}",
			"the same, of one month"),
	OPTION_TEMPLATE(timeline_same,
			"Based on similar contractors, expect {high} months to reach {to}",
			"the same, of as many months at least as at most"),
	OPTION_TEMPLATE(
		timeline_range_more,
		"Based on similar contractors, expect {low}-{high} more months to reach {to}",
		"the same, after a month in the tier"),
	OPTION_TEMPLATE(timeline_one_more,
			"Based on similar contractors, expect {high} more month to reach {to}",
			"the same, after a month in the tier"),
	OPTION_TEMPLATE(timeline_same_more,
			"Based on similar contractors, expect {high} more months to reach {to}",
			"the same, after a month in the tier"),
	OPTION_TEMPLATE(timeline_first_seen, " (counted since first seen)",
			"put to it when nobody knows when the tier was entered"),
	OPTION_TEMPLATE(timeline_share, "; about {share} get there within {months} months",
			"put to it when many do not"),
	OPTION_TEMPLATE(timeline_share_one, "; about {share} get there within {months} month",
			"the same, of one month"),
	OPTION_TEMPLATE(timeline_share_more,
			"; about {share} get there within {months} more months",
			"the same, after a month in the tier"),
	OPTION_TEMPLATE(timeline_share_one_more,
			"; about {share} get there within {months} more month",
			"the same, after a month in the tier"),
	OPTION_TEMPLATE(
		timeline_longer,
		"{spent} months in {from} is longer than observed so far of contractors who "
		"reached {to}: no range can be given",
		"instead of it"),
	OPTION_TEMPLATE(timeline_none, "Not enough data yet to say how long it takes to reach {to}",
			"instead of it"),
	OPTION_TEMPLATE(timeline_reached, "{to} is reached", "instead of it"),
	OPTION_END
};

struct template_row {
	const char *key, *template;
};

struct tier_row {
	const char *name, *label;
	int64_t rank;
};

struct changed_row {
	int64_t changed;
};

static const struct pg_column template_columns[] = { PG_TEXT(struct template_row, key),
						     PG_TEXT(struct template_row, template),
						     PG_END };
static const struct pg_column tier_columns[] = { PG_TEXT(struct tier_row, name),
						 PG_TEXT(struct tier_row, label),
						 PG_INT4(struct tier_row, rank), PG_END };
static const struct pg_column changed_columns[] = { PG_INT8(struct changed_row, changed), PG_END };

static const struct statement save_wording = { "wording_save",
					       SQL_WORDING_SAVE,
					       STATEMENT_ARRAYS,
					       template_columns,
					       sizeof(struct template_row),
					       changed_columns,
					       sizeof(struct changed_row) };
static const struct statement save_tiers = { "tiers_save",
					     SQL_TIERS_SAVE,
					     STATEMENT_ARRAYS,
					     tier_columns,
					     sizeof(struct tier_row),
					     changed_columns,
					     sizeof(struct changed_row) };

static bool save(struct db *db, const struct statement *statement, const void *rows, size_t count,
		 struct arena *arena, int64_t *changed, struct err *err)
{
	struct changed_row *result;
	size_t results;

	if (!db_run(db, statement, rows, count, arena, &result, &results, err))
		return false;
	for (size_t i = 0; i < results; i++)
		*changed += result[i].changed;
	return true;
}

static struct template_row *templates_of(const struct wording *wording, size_t *ret_count,
					 struct arena *arena)
{
	size_t count = sizeof(wording_options) / sizeof(wording_options[0]) - 1;
	struct template_row *rows = arena_array(arena, struct template_row, count);

	for (size_t i = 0; i < count; i++)
		rows[i] = (struct template_row){
			.key = wording_options[i].name + sizeof(TEXTS) - 1,
			.template = *(const char *const *)((const char *)wording +
							   wording_options[i].offset),
		};
	*ret_count = count;
	return rows;
}

static struct tier_row *ladder_of(const struct labels *tiers, struct arena *arena)
{
	struct tier_row *rows = arena_array(arena, struct tier_row, tiers->count);

	for (size_t i = 0; i < tiers->count; i++)
		rows[i] = (struct tier_row){
			.name = tiers->items[i].name,
			.label = label_of(tiers, tiers->items[i].name),
			.rank = (int64_t)i,
		};
	return rows;
}

bool wording_save(struct db *db, const struct wording *wording, const struct labels *tiers,
		  struct arena *arena, int64_t *ret_changed, struct err *err)
{
	size_t count;
	const struct template_row *templates = templates_of(wording, &count, arena);
	const struct tier_row *ladder = ladder_of(tiers, arena);
	int64_t changed = 0;

	if (!db_begin(db, err) ||
	    !save(db, &save_wording, templates, count, arena, &changed, err) ||
	    !save(db, &save_tiers, ladder, tiers->count, arena, &changed, err) ||
	    !db_commit(db, err)) {
		db_rollback(db);
		return err_wrap(err, "texts and tiers");
	}
	*ret_changed = changed;
	return true;
}
