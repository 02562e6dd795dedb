#include "decide_recalculate.h"

#include "buffer.h"
#include "fields.h"
#include "messages.h"

#define WHOLE "revenue_growth" /* the pattern that every transition may have */

bool pattern_key_parts(const char *key, struct arena *arena, struct key_parts *ret_name)
{
	const char *arrow = strchr(key, '>');
	const char *slash = strchr(key, '/');

	if (!arrow || arrow == key || (slash && (slash <= arrow + 1 || !slash[1])) || !arrow[1])
		return false;
	ret_name->from = arena_strndup(arena, key, (size_t)(arrow - key));
	ret_name->to = arena_strndup(arena, arrow + 1, strcspn(arrow + 1, "/"));
	ret_name->type = slash ? arena_strdup(arena, slash + 1) : NULL;
	return true;
}

static const char *known_transitions(const struct vocabulary *vocabulary, struct arena *arena)
{
	const struct label *tiers = vocabulary->tiers.items;
	const char *text = "";

	for (size_t i = 0; i + 1 < vocabulary->tiers.count; i++)
		text = arena_printf(arena, "%s%s%s>%s", text, i ? ", " : "", tiers[i].name,
				    tiers[i + 1].name);
	return text;
}

bool recalculation_key(const char *wanted, const struct vocabulary *vocabulary, struct arena *arena,
		       const char **ret_key, struct err *err)
{
	struct key_parts name;
	int from;

	if (!pattern_key_parts(wanted, arena, &name))
		return err_set(err, ERR_POISON,
			       "'%s' is no pattern; they look like FROM>TO/" WHOLE
			       ", and the transitions are %s",
			       wanted, known_transitions(vocabulary, arena));
	from = vocabulary_tier_rank(vocabulary, name.from);
	if (from < 0 || vocabulary_tier_rank(vocabulary, name.to) != from + 1)
		return err_set(err, ERR_POISON,
			       "there is no transition from %s to %s; the transitions are %s",
			       name.from, name.to, known_transitions(vocabulary, arena));
	*ret_key = name.type ? wanted : arena_printf(arena, "%s/%s", wanted, WHOLE);
	return true;
}

const char *recalculation_line(const char *id, const char *key, utc_us as_of, struct arena *arena)
{
	const struct recalculation_requested request = { .as_of = as_of, .reason = REASON_MANUAL };
	struct buffer line = { 0 };
	const char *copy;

	buffer_add_text(&line, "{\"topic\":\"" TOPIC_RECALCULATION_REQUESTED "\",\"id\":");
	json_write_text(&line, id, strlen(id));
	if (key) {
		buffer_add_text(&line, ",\"key\":");
		json_write_text(&line, key, strlen(key));
	}
	buffer_add_text(&line, ",\"value\":");
	json_encode(recalculation_requested_fields, &request, &line);
	buffer_add_text(&line, "}\n");
	copy = arena_strndup(arena, line.bytes, line.length);
	buffer_release(&line);
	return copy;
}
