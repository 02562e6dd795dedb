/* Every message: which fields it has, which of them it must have, what they may hold. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <json-c/json.h>

#include "arena.h"
#include "messages.h"

#define GOAL "'goal_id':'5e0c3d1c-8a52-4b6f-9d2e-0b1f5f1f3a77'"
#define WHEN "'occurred_at':'2024-07-01T00:00:00Z'"
#define WHO "'contractor_id':56," WHEN
#define ITEM \
	"{'item':'5','name':'BuildPro','users':42,'usage_rate':0.89,'at_least':false," \
	"'usage_low':0.77,'usage_high':0.95,'grade':'A','control_rate':0.62," \
	"'lift':1.8,'lift_low':1.2,'lift_high':2.6,'q_value':0.01," \
	"'first_share':0.4,'median_adoption_months':6,'avg_satisfaction':4.8,'raters':40," \
	"'shrunk_satisfaction':4.6}"
#define MATCH \
	"{'pattern_key':'a>b/c','pattern_version':3,'match_score':0.6,'tier_score':1," \
	"'focus_score':0.5,'team_score':0.5,'stage_score':0.2,'match_reason':'r'," \
	"'reasons':['r','s']}"

/* The cases are JSON with ' for ", to be read by people. */
struct message_case {
	const char *topic;
	const char *full;     /* with every field, in the table's order */
	const char *required; /* names, each followed by a space */
};

static const struct message_case cases[] = {
	{ TOPIC_CONTRACTOR_UPDATED,
	  "{" WHO ",'revenue_tier':'5_10_million','team_size':'11_50','current_stage':'growth',"
	  "'focus_areas':['closing_sales'],'annual_revenue':7500000.5,"
	  "'tier_since':'2023-01-01T00:00:00Z','status':'active'}",
	  "contractor_id occurred_at revenue_tier " },
	{ TOPIC_ACTION_RECORDED,
	  "{" WHO ",'kind':'partner','item':'5','name':'BuildPro','satisfaction':5}",
	  "contractor_id occurred_at kind item " },
	{ TOPIC_GOAL_CREATED,
	  "{" GOAL "," WHO ",'goal_type':'lead_improvement','goal_description':'d',"
	  "'target_milestone':'m','priority_score':9,'data_gaps':['close_rate'],"
	  "'trigger_condition':'t'}",
	  "goal_id contractor_id occurred_at goal_type goal_description " },
	{ TOPIC_GOAL_COMPLETED,
	  "{" GOAL "," WHO ",'outcome':'abandoned','satisfaction':2,'revenue_impact':'too_early',"
	  "'notes':'n','what_worked':'w','what_didnt_work':'x'}",
	  "goal_id contractor_id occurred_at outcome " },
	{ TOPIC_FEEDBACK_SUBMITTED, "{" GOAL "," WHO ",'rating':5,'notes':'n'}",
	  "goal_id contractor_id occurred_at rating " },
	{ TOPIC_PARTNER_SCORED,
	  "{" WHO ",'partners':[{'partner_id':'5','name':'BuildPro','match_score':0.5}]}",
	  "contractor_id occurred_at partners " },
	{ TOPIC_RECALCULATION_REQUESTED, "{'as_of':'2024-07-01T00:00:00Z','reason':'manual'}",
	  "as_of reason " },
	{ TOPIC_PATTERN_RECALCULATED,
	  "{'pattern_key':'a>b/c','version':3,'status':'downgraded','status_reason':'s',"
	  "'as_of':'2024-07-01T00:00:00Z','from_revenue_tier':'a','to_revenue_tier':'b',"
	  "'pattern_name':'n','pattern_description':'d','pattern_type':'c',"
	  "'common_focus_areas':[" ITEM "],'common_partners':[" ITEM
	  "],'common_milestones':[],'common_books':[],'common_podcasts':[],'common_events':[],"
	  "'avg_time_to_level_up_months':13,"
	  "'median_time_to_level_up_months':12,'fastest_time_months':9,"
	  "'timeline':{'basis':'tier_entry','method':'kaplan_meier','low':8,'median':12,'high':21,"
	  "'p_by_horizon':0.7,'horizon':40,'survival_median':19,'survival_median_low':15,"
	  "'survival_median_high':24,'later':[{'months':6,'low':9,'median':14,'high':22,"
	  "'p_by_horizon':0.6}]},"
	  "'success_indicators':{'team_doubled':0.4,'revenue_increased':-3,"
	  "'lead_flow_improved':0.8,'first_categories':[{'category':'c','share':0.8}],'combinations':[{'items':[{'kind':'book','item':'traction',"
	  "'name':'Traction'}],'users':9,'usage_rate':0.19,'at_least':false,'lift':2.5,"
	  "'lift_low':1.5,'lift_high':4.5,'q_value':0.01}]},"
	  "'held_out':{'result':'passed','median_log_lift':0.4},'shape_version':2,"
	  "'sample_size':47,'at_risk':200,'confidence_score':0.6,"
	  "'confidence_as_of':'2024-07-02T00:00:00Z','expected_success':0.75,'consistency':0.89,"
	  "'outcome_voters':20,'team_median':12.5,'stages':[{'stage':'growth','share':0.6}]}",
	  "pattern_key version status as_of from_revenue_tier to_revenue_tier pattern_name "
	  "pattern_type sample_size "
	  "confidence_score expected_success consistency outcome_voters " },
	{ TOPIC_CONTRACTOR_MATCHED,
	  "{" WHO ",'revenue_tier':'a','team_size':12,'current_stage':'growth','focus_areas':[],"
	  "'annual_revenue':1000000,'status':'inactive','tier_entered_at':'2023-01-01T00:00:00Z',"
	  "'snapshot':17,'matches':[" MATCH "]}",
	  "contractor_id occurred_at revenue_tier tier_entered_at snapshot matches " },
	{ TOPIC_PARTNER_RECOMMENDED,
	  "{" WHO ",'partners':[{'partner_id':'5','name':'BuildPro','match_score':0.8,'boost':0.15,"
	  "'boosted_score':0.92,'usage_rate':0.89,'at_least':true,'avg_satisfaction':4.8,"
	  "'pattern_key':'a>b/c','message':'m'}]}",
	  "contractor_id occurred_at partners " },
	{ TOPIC_GOAL_ENRICHED,
	  "{" GOAL "," WHO
	  ",'created_at':'2024-06-01T00:00:00Z','goal_type':'t','goal_description':'d',"
	  "'target_milestone':'m','priority_score':9,'next_milestone':'n','pattern_key':'a>b/c',"
	  "'pattern_version':3,'pattern_status':'active','pattern_source':'s',"
	  "'pattern_confidence':0.89,'match_score':0.8,'data_gaps':['g'],"
	  "'success_criteria':['c'],'trigger_condition':'t','status':'active',"
	  "'expected_months_low':8,"
	  "'expected_months_high':12,'timeline':'t','checklist':[{'checklist_item':'c',"
	  "'item_type':'partner','item':'5','usage_rate':0.89,'status':'pending'}]}",
	  "goal_id contractor_id occurred_at created_at goal_type goal_description status " },
	{ TOPIC_FEEDBACK_REQUESTED, "{" GOAL "," WHO ",'question':'q','reminder':1}",
	  "goal_id contractor_id occurred_at question " },
	{ TOPIC_OUTCOME_RECORDED,
	  "{" GOAL ",'pattern_key':'a>b/c','voter':'6e0c3d1c-8a52-5b6f-9d2e-0b1f5f1f3a77',"
	  "'outcome':'open','goal_created_at':'2024-06-01T00:00:00Z'," WHEN
	  ",'satisfaction':4,'revenue_impact':'positive'}",
	  "goal_id pattern_key voter outcome goal_created_at occurred_at " },
};

#define CASES (sizeof(cases) / sizeof(cases[0]))

static const char *json_of(const char *text, struct arena *arena)
{
	char *json = arena_strdup(arena, text);

	for (char *c = json; *c; c++)
		if (*c == '\'')
			*c = '"';
	return json;
}

static bool decode(const struct message_type *type, const char *text, void **ret_value,
		   struct arena *arena, struct err *err)
{
	*ret_value = arena_alloc(arena, type->size);
	return json_decode(text, strlen(text), type->fields, *ret_value, type->size, arena, err);
}

ParameterizedTestParameters(messages, every_field_goes_both_ways)
{
	static size_t indexes[CASES];

	for (size_t i = 0; i < CASES; i++)
		indexes[i] = i;
	return cr_make_param_array(size_t, indexes, CASES);
}

ParameterizedTest(size_t *index, messages, every_field_goes_both_ways)
{
	const struct message_case *c = &cases[*index];
	const struct message_type *type = message_type_of(c->topic);
	struct arena arena;
	struct err err = { 0 };
	void *value;

	arena_init(&arena);
	cr_assert(decode(type, json_of(c->full, &arena), &value, &arena, &err), "%s: %s", c->topic,
		  err.text);
	cr_assert_str_eq(json_encode_text(type->fields, value, &arena), json_of(c->full, &arena),
			 "%s", c->topic);
	arena_release(&arena);
}

ParameterizedTestParameters(messages, required_is_what_the_design_says)
{
	static size_t indexes[CASES];

	for (size_t i = 0; i < CASES; i++)
		indexes[i] = i;
	return cr_make_param_array(size_t, indexes, CASES);
}

ParameterizedTest(size_t *index, messages, required_is_what_the_design_says)
{
	const struct message_case *c = &cases[*index];
	const struct message_type *type = message_type_of(c->topic);
	struct arena arena;

	arena_init(&arena);
	for (const struct json_field *field = type->fields; field->kind != FIELD_KIND_END;
	     field++) {
		struct json_object *without = json_tokener_parse(json_of(c->full, &arena));
		bool required = strstr(c->required, arena_printf(&arena, "%s ", field->name));
		struct err err = { .text = "" };
		void *value;

		cr_assert(json_object_object_get_ex(without, field->name, NULL),
			  "%s: the case lacks %s", c->topic, field->name);
		json_object_object_del(without, field->name);
		cr_assert_eq(
			decode(type, json_object_to_json_string(without), &value, &arena, &err),
			!required, "%s without %s: %s", c->topic, field->name, err.text);
		cr_assert(!required || strstr(err.text, field->name), "%s: %s", c->topic, err.text);
		json_object_put(without);
	}
	arena_release(&arena);
}

Test(messages, every_topic_has_its_case_and_its_kind_of_key)
{
	size_t count = 0;

	for (const struct message_type *type = message_types; type->topic; type++, count++) {
		bool about_patterns = strcmp(type->topic, TOPIC_PATTERN_RECALCULATED) == 0 ||
				      strcmp(type->topic, TOPIC_OUTCOME_RECORDED) == 0;

		cr_assert_str_eq(type->topic, cases[count].topic);
		cr_assert(type->producer);
		cr_assert_eq(type->key == MESSAGE_KEY_PATTERN, about_patterns, "%s", type->topic);
	}
	cr_assert_eq(count, CASES);
	cr_assert_null(message_type_of("no.such-topic"));
	cr_assert(message_type_of(TOPIC_CONTRACTOR_UPDATED)->tombstone);
	cr_assert(message_type_of(TOPIC_PATTERN_RECALCULATED)->tombstone);
	cr_assert_not(message_type_of(TOPIC_ACTION_RECORDED)->tombstone);
}

struct range_case {
	const char *topic, *text, *error;
};

static const struct range_case ranges[] = {
	{ TOPIC_CONTRACTOR_UPDATED, "{'contractor_id':0," WHEN ",'revenue_tier':'a'}",
	  "contractor_id" },
	{ TOPIC_CONTRACTOR_UPDATED, "{'contractor_id':2147483648," WHEN ",'revenue_tier':'a'}",
	  "contractor_id" },
	{ TOPIC_CONTRACTOR_UPDATED, "{" WHO ",'revenue_tier':''}", "revenue_tier" },
	{ TOPIC_CONTRACTOR_UPDATED, "{" WHO ",'revenue_tier':'a','annual_revenue':-1}",
	  "annual_revenue" },
	{ TOPIC_CONTRACTOR_UPDATED, "{" WHO ",'revenue_tier':'a','status':'gone'}", "status" },
	{ TOPIC_ACTION_RECORDED, "{" WHO ",'kind':'dance','item':'5'}", "kind" },
	{ TOPIC_ACTION_RECORDED, "{" WHO ",'kind':'partner','item':'5','satisfaction':6}",
	  "satisfaction" },
	{ TOPIC_FEEDBACK_SUBMITTED, "{" GOAL "," WHO ",'rating':0}", "rating" },
	{ TOPIC_GOAL_COMPLETED, "{" GOAL "," WHO ",'outcome':'open'}", "outcome" },
	{ TOPIC_GOAL_CREATED,
	  "{" GOAL "," WHO ",'goal_type':'t','goal_description':'d','priority_score':11}",
	  "priority_score" },
	{ TOPIC_PARTNER_SCORED, "{" WHO ",'partners':[{'partner_id':'5','match_score':1.1}]}",
	  "partners[0].match_score" },
	{ TOPIC_RECALCULATION_REQUESTED, "{'as_of':'2024-07-01','reason':'manual'}", "as_of" },
};

Test(messages, ranges)
{
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		const struct message_type *type = message_type_of(ranges[i].topic);
		struct arena arena;
		struct err err = { .text = "" };
		void *value;

		arena_init(&arena);
		cr_assert_not(decode(type, json_of(ranges[i].text, &arena), &value, &arena, &err),
			      "%s", ranges[i].text);
		cr_assert_eq(err.kind, ERR_POISON);
		cr_assert(strstr(err.text, ranges[i].error), "%s", err.text);
		arena_release(&arena);
	}
}

/* The enumerations are indexes into their names. */
Test(messages, names_of_enumerations)
{
	cr_assert_str_eq(contractor_status_names[STATUS_DELETED], "deleted");
	cr_assert_str_eq(action_kind_names[ACTION_MILESTONE], "milestone");
	cr_assert_str_eq(action_kind_names[ACTION_FOCUS_AREA], "focus_area");
	cr_assert_null(action_kind_names[ACTION_KINDS]);
	cr_assert_str_eq(goal_completed_outcome_names[OUTCOME_ABANDONED], "abandoned");
	cr_assert_null(goal_completed_outcome_names[OUTCOME_OPEN]);
	cr_assert_str_eq(outcome_recorded_outcome_names[OUTCOME_OPEN], "open");
	cr_assert_str_eq(revenue_impact_names[IMPACT_TOO_EARLY], "too_early");
	cr_assert_str_eq(recalculation_reason_names[REASON_DRIFT], "drift");
	cr_assert_str_eq(pattern_status_names[PATTERN_REMOVED], "removed");
}
