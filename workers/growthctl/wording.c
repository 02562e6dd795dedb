#include "wording.h"

#include "growthctl_core_sql.h"

#define TEXTS "texts."
#define OPTION_TEMPLATE(member, fallback, text) \
	OPTION_TEXT(struct wording, member, TEXTS #member, fallback, text)

const struct config_option wording_options[] = {
	OPTION_TEMPLATE(at_least, "at least {rate}", "how a lower bound is said"),
	OPTION_TEMPLATE(partner_sentence,
			"{partner} (used by {rate} of contractors who went from {from} to {to}, "
			"avg satisfaction {satisfaction}/5)",
			"of a partner that enough have rated"),
	OPTION_TEMPLATE(partner_unrated,
			"{partner} (used by {rate} of contractors who went from {from} to {to})",
			"of another partner"),
	OPTION_TEMPLATE(partner_like_you, "Contractors like you used {partner}", "the same, short"),
	OPTION_TEMPLATE(book_sentence, "{rate} of contractors who scaled to {to} read ''{item}''",
			"of a book"),
	OPTION_TEMPLATE(podcast_sentence,
			"{rate} of contractors who scaled to {to} listened to ''{item}''",
			"of a podcast"),
	OPTION_TEMPLATE(event_sentence, "{rate} of contractors who scaled to {to} attended {item}",
			"of an event"),
	OPTION_TEMPLATE(hint, " - a hint only: the evidence is weak",
			"behind a sentence about an item of grade C"),
	OPTION_TEMPLATE(common, " - common, its effect is untested",
			"behind a sentence about an item of grade D"),
	OPTION_TEMPLATE(timeline_sentence,
			"Based on similar contractors, expect {low}-{high} months to reach {to}",
			"of a tier to come"),
	OPTION_TEMPLATE(timeline_first_seen, " (counted since first seen)",
			"behind it when nobody knows when the tier was entered"),
	OPTION_TEMPLATE(timeline_share, "; about {share} get there within {months} months",
			"behind it when many do not"),
	OPTION_TEMPLATE(timeline_longer,
			"In this tier for longer than observed so far; how long it takes to reach "
			"{to} cannot be told",
			"instead of it"),
	OPTION_TEMPLATE(timeline_none,
			"Not enough data yet to tell how long it takes to reach {to}",
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
