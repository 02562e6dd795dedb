/*
 * What is to be fed, and where feeding stops for a recalculation of live's or a look at outcomes.
 * Of what cohort-analyzer reads, live has recorded how far each partition was then. Of the other
 * topics nobody has; they are fed up to the time of it.
 */
#include "instant.h"
#include "messages.h"
#include "replay.h"

bool replay_feeds(const struct replay_run *run, const char *topic)
{
	if (strcmp(topic, TOPIC_OUTCOME_RECORDED) == 0)
		return !run->own_votes;
	/* What workers make, these workers make. Requests are made from live's record of them. */
	if (strcmp(topic, TOPIC_RECALCULATION_REQUESTED) == 0 ||
	    strcmp(message_type_of(topic)->producer, "upstream") != 0)
		return false;
	for (int64_t i = 0; i < run->workers; i++)
		for (int k = 0; k < PIPELINE_TOPICS_MAX && pipeline[i].consumes[k]; k++)
			if (strcmp(pipeline[i].consumes[k], topic) == 0)
				return true;
	return false;
}

struct planner {
	struct replay *replay;
	struct kafka kafka;
	const struct rd_kafka_metadata *metadata;
	struct replay_input *inputs;
	size_t inputs_count;
	bool **recorded;
};

static struct arena *arena_of(const struct planner *planner)
{
	return &planner->replay->ctl->arena;
}

/* ---- partitions ---- */

static bool find_partitions(struct planner *planner, struct err *err)
{
	struct replay *replay = planner->replay;
	struct replay_plan *plan = &replay->plan;

	for (const struct message_type *type = message_types; type->topic; type++) {
		const struct rd_kafka_metadata_topic *found;

		if (!replay_feeds(&replay->run, type->topic))
			continue;
		found = kafka_topic(&planner->kafka, planner->metadata, type->topic);
		if (!found)
			return err_set(err, ERR_USAGE,
				       "topic %s%s does not exist; see growthctl topics",
				       replay->ctl->config.kafka.topic_prefix, type->topic);
		plan->partitions = arena_grow(arena_of(planner), plan->partitions,
					      plan->partitions_count,
					      plan->partitions_count + (size_t)found->partition_cnt,
					      sizeof(*plan->partitions));
		for (int i = 0; i < found->partition_cnt; i++)
			plan->partitions[plan->partitions_count++] =
				(struct replay_partition){ .topic = type->topic,
							   .partition = found->partitions[i].id };
	}
	return true;
}

/* Asks for the offsets of a time (milliseconds) or an end; where there is none, those in
 * `otherwise`. */
static bool ask(struct planner *planner, int64_t which, const int64_t *otherwise,
		int64_t *ret_offsets, struct err *err)
{
	const struct replay_plan *plan = &planner->replay->plan;
	rd_kafka_topic_partition_list_t *list =
		rd_kafka_topic_partition_list_new((int)plan->partitions_count);
	bool ok;

	for (size_t i = 0; i < plan->partitions_count; i++)
		rd_kafka_topic_partition_list_add(list,
						  kafka_topic_name(&planner->kafka,
								   plan->partitions[i].topic,
								   arena_of(planner)),
						  (int32_t)plan->partitions[i].partition);
	ok = kafka_ask(&planner->kafka, list, which, planner->replay->arguments->timeout_ms, err);
	for (size_t i = 0; ok && i < plan->partitions_count; i++)
		ret_offsets[i] = list->elems[i].offset >= 0 ? list->elems[i].offset : otherwise[i];
	rd_kafka_topic_partition_list_destroy(list);
	return ok;
}

static bool bound(struct planner *planner, const struct replay_bound *bound, int64_t *offsets,
		  const int64_t *log_end, struct err *err)
{
	const struct replay_plan *plan = &planner->replay->plan;

	if (bound->time.present)
		return ask(planner, bound->time.value / 1000, log_end, offsets, err);
	for (size_t i = 0; i < plan->partitions_count; i++)
		offsets[i] = replay_bound_offset(bound, plan->partitions[i].topic,
						 plan->partitions[i].partition, offsets[i]);
	return true;
}

static int64_t within(int64_t offset, int64_t low, int64_t high)
{
	return offset < low ? low : offset > high ? high : offset;
}

static bool find_bounds(struct planner *planner, struct err *err)
{
	struct replay_plan *plan = &planner->replay->plan;
	const struct replay_arguments *arguments = planner->replay->arguments;
	size_t count = plan->partitions_count;
	int64_t *start = arena_array(arena_of(planner), int64_t, count);
	int64_t *end = arena_array(arena_of(planner), int64_t, count);
	int64_t *from = arena_array(arena_of(planner), int64_t, count);
	int64_t *to = arena_array(arena_of(planner), int64_t, count);

	if (!ask(planner, RD_KAFKA_OFFSET_BEGINNING, start, start, err) ||
	    !ask(planner, RD_KAFKA_OFFSET_END, end, end, err))
		return false;
	memcpy(from, start, count * sizeof(*from));
	memcpy(to, end, count * sizeof(*to));
	if (!bound(planner, &arguments->from, from, end, err) ||
	    !bound(planner, &arguments->to, to, end, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		plan->partitions[i].begins = within(from[i], start[i], end[i]);
		plan->partitions[i].ends = within(to[i], plan->partitions[i].begins, end[i]);
	}
	return true;
}

/* ---- recalculations ---- */

static struct replay_step *step_at(const struct planner *planner, int64_t offset)
{
	struct replay_plan *plan = &planner->replay->plan;

	for (size_t i = 0; i < plan->steps_count; i++)
		if (plan->steps[i].kafka_offset.present &&
		    plan->steps[i].kafka_offset.value == offset)
			return &plan->steps[i];
	return NULL;
}

static void note_request(const rd_kafka_message_t *message, void *closure)
{
	const struct planner *planner = closure;
	struct replay_step *step = step_at(planner, message->offset);
	rd_kafka_timestamp_type_t type;

	if (step)
		step->asked_at = rd_kafka_message_timestamp(message, &type) * 1000;
}

/* A request that the log does not have any more was made about when it is for. */
static bool find_times(struct planner *planner, struct err *err)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
	int64_t timeout_ms = planner->replay->arguments->timeout_ms;
	bool ok;

	rd_kafka_topic_partition_list_add(
		list,
		kafka_topic_name(&planner->kafka, TOPIC_RECALCULATION_REQUESTED, arena_of(planner)),
		0);
	ok = kafka_ask(&planner->kafka, list, RD_KAFKA_OFFSET_BEGINNING, timeout_ms, err) &&
	     kafka_scan(&planner->kafka, list, timeout_ms, note_request, planner, err);
	rd_kafka_topic_partition_list_destroy(list);
	return ok;
}

static bool is_of(const struct replay_input *input, const struct replay_step *step)
{
	if (step->event_id)
		return input->event_id && strcmp(input->event_id, step->event_id) == 0;
	return input->evaluation.present && input->evaluation.value == step->evaluation.value;
}

static void take_inputs(struct planner *planner, size_t index)
{
	const struct replay_plan *plan = &planner->replay->plan;
	struct replay_step *step = &plan->steps[index];

	for (size_t i = 0; i < planner->inputs_count; i++) {
		const struct replay_input *input = &planner->inputs[i];

		if (!is_of(input, step))
			continue;
		for (size_t p = 0; p < plan->partitions_count; p++)
			if (plan->partitions[p].partition == input->partition &&
			    strcmp(plan->partitions[p].topic, input->topic) == 0) {
				step->until[p] = input->next_offset;
				planner->recorded[index][p] = true;
			}
	}
}

static bool is_analysed(const char *topic)
{
	for (int k = 0; k < PIPELINE_TOPICS_MAX && pipeline[0].consumes[k]; k++)
		if (strcmp(pipeline[0].consumes[k], topic) == 0)
			return true;
	return false;
}

static bool cut(struct planner *planner, size_t index, struct err *err)
{
	const struct replay_plan *plan = &planner->replay->plan;
	struct replay_step *step = &plan->steps[index];
	int64_t *ends = arena_array(arena_of(planner), int64_t, plan->partitions_count);

	step->until = arena_array(arena_of(planner), int64_t, plan->partitions_count);
	planner->recorded[index] = arena_array(arena_of(planner), bool, plan->partitions_count);
	for (size_t p = 0; p < plan->partitions_count; p++)
		ends[p] = plan->partitions[p].ends;
	if (!ask(planner, step->asked_at / 1000 + 1, ends, step->until, err))
		return false;
	/* A partition of these that live had no position of yet had not been read. */
	for (size_t p = 0; p < plan->partitions_count; p++)
		if (is_analysed(plan->partitions[p].topic)) {
			step->until[p] = plan->partitions[p].begins;
			planner->recorded[index][p] = true;
		}
	take_inputs(planner, index);
	return true;
}

static bool find_steps(struct planner *planner, struct err *err)
{
	struct replay *replay = planner->replay;
	struct replay_plan *plan = &replay->plan;
	struct optional_int last_look = { 0 };
	struct replay_step *steps;
	size_t count;

	if (!replay_load_recalculations(replay->live, arena_of(planner), &steps, &count,
					&planner->inputs, &planner->inputs_count, err))
		return false;
	plan->steps = arena_array(arena_of(planner), struct replay_step, count + 1);
	memcpy(plan->steps, steps, count * sizeof(*steps));
	plan->steps_count = count;
	planner->recorded = arena_array(arena_of(planner), bool *, count + 1);
	if (!find_times(planner, err))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!cut(planner, i, err))
			return false;
	plan->steps[plan->steps_count++].until =
		arena_array(arena_of(planner), int64_t, plan->partitions_count);
	if (count && steps[count - 1].evaluation.present)
		last_look = steps[count - 1].evaluation;
	replay_plan_bound(plan, planner->recorded);
	/* Its own votes come when they come: what is there at the end is looked at. */
	if (replay->run.own_votes)
		last_look.present = false;
	replay_plan_end(plan, last_look);
	return true;
}

bool replay_plan(struct replay *replay, struct err *err)
{
	struct planner planner = { .replay = replay };
	bool ok = kafka_open_reader(&planner.kafka, &replay->ctl->config, err) &&
		  (planner.metadata =
			   kafka_metadata(&planner.kafka, replay->arguments->timeout_ms, err)) &&
		  find_partitions(&planner, err) && find_bounds(&planner, err) &&
		  find_steps(&planner, err);

	if (planner.metadata)
		rd_kafka_metadata_destroy(planner.metadata);
	kafka_close(&planner.kafka);
	return ok;
}
