/* A simulated event as the message that it stands for, written by the same tables of fields that
 * the workers read with. */
#include "decide_simulate.h"
#include "decide_simulate_world.h"
#include "identity.h"
#include "instant.h"

#define KEY_SIZE 16

struct line {
	const struct simulation_options *options;
	const struct simulated_event *event;
	struct arena *arena;
	struct buffer *out;
	char key[KEY_SIZE];
};

static void write_value(struct line *line, const char *topic, const struct json_field *fields,
			const void *value)
{
	buffer_printf(line->out,
		      "{\"topic\":\"%s\",\"key\":\"%s\",\"id\":\"sim-%llu-%s-%u\",\"value\":",
		      topic, line->key, (unsigned long long)line->options->seed, line->key,
		      (unsigned)line->event->number);
	json_encode(fields, value, line->out);
	buffer_add_text(line->out, "}\n");
}

static utc_us time_of(const struct simulated_event *event)
{
	return event->second * US_PER_SECOND;
}

static const char *band_of(int people)
{
	return people <= 10    ? "1_10"
	       : people <= 50  ? "11_50"
	       : people <= 200 ? "51_200"
			       : "201_plus";
}

static struct texts focus_areas_of(const struct labels *known, uint32_t areas, struct arena *arena)
{
	struct texts texts = { .items = arena_array(arena, const char *,
						    SIMULATION_FOCUS_AREAS_MAX) };

	for (size_t i = 0; i < known->count && i < SIMULATION_FOCUS_AREAS_MAX; i++)
		if (areas & (UINT32_C(1) << i))
			texts.items[texts.count++] = known->items[i].name;
	return texts;
}

struct contractor_updated simulated_profile_message(const struct simulation_options *options,
						    const struct simulated_event *event,
						    struct arena *arena)
{
	const struct simulated_profile *profile = &event->what.profile;
	const struct vocabulary *vocabulary = options->vocabulary;
	const struct labels *stages = &vocabulary->stages;
	bool dated = profile->tier_since != SIMULATED_NEVER;

	return (struct contractor_updated){
		.contractor_id = event->contractor,
		.occurred_at = time_of(event),
		.revenue_tier = vocabulary->tiers.items[profile->tier].name,
		.team_size = {
			.number = profile->team,
			.text = profile->band ? band_of(profile->team) : NULL,
			.present = profile->team > 0,
		},
		.current_stage = stages->count ? stages->items[profile->stage].name : NULL,
		.focus_areas =
			focus_areas_of(&vocabulary->focus_areas, profile->focus_areas, arena),
		.annual_revenue = { profile->revenue * 10000.0, profile->revenue > 0 },
		.tier_since = { dated ? profile->tier_since * US_PER_DAY : 0, dated },
		.status = (enum contractor_status)profile->status,
	};
}

static void write_profile(struct line *line)
{
	struct contractor_updated updated =
		simulated_profile_message(line->options, line->event, line->arena);

	write_value(line, TOPIC_CONTRACTOR_UPDATED, contractor_updated_fields, &updated);
}

struct action_recorded simulated_action_message(const struct simulation_options *options,
						const struct simulated_event *event)
{
	const struct world_item *item = &world_items[event->what.action.item];
	const struct label *area = &options->vocabulary->focus_areas.items[event->what.action.item];
	bool focus = event->what.action.focus_area;

	return (struct action_recorded){
		.contractor_id = event->contractor,
		.occurred_at = time_of(event),
		.kind = focus ? ACTION_FOCUS_AREA : item->kind,
		.item = focus ? area->name : item->item,
		.name = focus ? area->label : item->name,
		.satisfaction = { event->what.action.satisfaction,
				  event->what.action.satisfaction > 0 },
	};
}

static void write_action(struct line *line)
{
	struct action_recorded action = simulated_action_message(line->options, line->event);

	write_value(line, TOPIC_ACTION_RECORDED, action_recorded_fields, &action);
}

static void write_scores(struct line *line)
{
	const struct simulated_event *event = line->event;
	struct scored_partner partners[SIMULATION_SCORED_MAX];
	struct partner_scored scored = {
		.contractor_id = event->contractor,
		.occurred_at = time_of(line->event),
		.partners = { partners, event->what.scores.count },
	};

	for (int i = 0; i < event->what.scores.count; i++) {
		const struct world_item *item = &world_items[event->what.scores.item[i]];

		partners[i] = (struct scored_partner){ item->item, item->name,
						       event->what.scores.percent[i] / 100.0 };
	}
	write_value(line, TOPIC_PARTNER_SCORED, partner_scored_fields, &scored);
}

/* goal-enricher names its goals so: a goal for a pattern of growing out of this tier, and one from
 * upstream. */
static struct uuid goal_id_of(const struct line *line, const struct simulated_goal *goal)
{
	const struct labels *tiers = &line->options->vocabulary->tiers;
	const char *type = world_goals[goal->type].goal_type;
	const char *key;

	if (goal->upstream)
		return identity(
			"simulated-goal",
			arena_printf(line->arena, "%llu", (unsigned long long)line->options->seed),
			line->key, arena_printf(line->arena, "%u", (unsigned)goal->upstream), NULL);
	key = arena_printf(line->arena, "%s>%s/%s", tiers->items[goal->tier].name,
			   tiers->items[goal->tier + 1].name, type);
	return identity("goal", line->key, key, type, NULL);
}

static void write_goal(struct line *line)
{
	const struct simulated_goal *goal = &line->event->what.goal;
	const struct world_goal *kind = &world_goals[goal->type];
	struct goal_created created = {
		.goal_id = goal_id_of(line, goal),
		.contractor_id = line->event->contractor,
		.occurred_at = time_of(line->event),
		.goal_type = kind->goal_type,
		.goal_description = kind->goal_description,
		.target_milestone = kind->target_milestone,
		.priority_score = { goal->priority, true },
		.data_gaps = { (const char **)kind->data_gaps, 0 },
	};

	while (kind->data_gaps[created.data_gaps.count])
		created.data_gaps.count++;
	if (!created.data_gaps.count)
		created.data_gaps.items = NULL;
	write_value(line, TOPIC_GOAL_CREATED, goal_created_fields, &created);
}

static void write_completion(struct line *line)
{
	const struct simulated_goal *goal = &line->event->what.goal;
	bool completed = goal->outcome == OUTCOME_COMPLETED;
	struct goal_completed done = {
		.goal_id = goal_id_of(line, goal),
		.contractor_id = line->event->contractor,
		.occurred_at = time_of(line->event),
		.outcome = (enum goal_outcome)goal->outcome,
		.satisfaction = { goal->satisfaction, goal->satisfaction > 0 },
		.revenue_impact = (enum revenue_impact)goal->impact,
		.what_worked = completed ? world_worked[goal->remark] : NULL,
		.what_didnt_work = completed ? NULL : world_failed[goal->remark],
	};

	write_value(line, TOPIC_GOAL_COMPLETED, goal_completed_fields, &done);
}

static void write_feedback(struct line *line)
{
	const struct simulated_goal *goal = &line->event->what.goal;
	struct feedback_submitted feedback = {
		.goal_id = goal_id_of(line, goal),
		.contractor_id = line->event->contractor,
		.occurred_at = time_of(line->event),
		.rating = goal->satisfaction,
	};

	write_value(line, TOPIC_FEEDBACK_SUBMITTED, feedback_submitted_fields, &feedback);
}

void simulate_line(const struct simulation_options *options, const struct simulated_event *event,
		   struct arena *scratch, struct buffer *out)
{
	static void (*const write[SIMULATED_TOPICS])(struct line * line) = {
		[SIMULATED_PROFILE] = write_profile,       [SIMULATED_ACTION] = write_action,
		[SIMULATED_SCORES] = write_scores,         [SIMULATED_GOAL] = write_goal,
		[SIMULATED_COMPLETION] = write_completion, [SIMULATED_FEEDBACK] = write_feedback,
	};
	struct arena_mark mark = arena_mark(scratch);
	struct line line = { options, event, scratch, out, "" };

	snprintf(line.key, sizeof(line.key), "%u", (unsigned)event->contractor);
	write[event->topic](&line);
	arena_rewind(scratch, mark);
}
