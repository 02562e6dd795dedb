/* What of the status needs somebody, and the first line that says so. */
#include <inttypes.h>
#include <math.h>

#include "decide_status.h"

#define STANDS_STILL_S 60 /* behind and no position written for this long: it does not move */
#define WAITS_LONG_S 300  /* what waits longer than this is late, whatever the reason */

const char *const status_health_names[] = { "well", "attention", "ill" };

const char *status_span(double seconds, struct arena *arena)
{
	int64_t whole = seconds > 0 ? (int64_t)seconds : 0;

	if (whole < 60)
		return arena_printf(arena, "%" PRId64 "s", whole);
	if (whole < 3600)
		return arena_printf(arena, "%" PRId64 "m %" PRId64 "s", whole / 60, whole % 60);
	if (whole < 86400)
		return arena_printf(arena, "%" PRId64 "h %" PRId64 "m", whole / 3600,
				    whole / 60 % 60);
	return arena_printf(arena, "%" PRId64 "d %" PRId64 "h", whole / 86400, whole / 3600 % 24);
}

static void note_rate(const struct status_worker *earlier, double seconds,
		      struct status_worker *worker)
{
	for (size_t i = 0; i < worker->count && i < earlier->count; i++) {
		const struct status_partition *before = &earlier->partitions[i];
		struct status_partition *now = &worker->partitions[i];

		if (before->started && now->started && before->partition == now->partition &&
		    strcmp(before->topic, now->topic) == 0)
			now->rate = (struct optional_number){
				(double)(now->next_offset - before->next_offset) / seconds, true
			};
	}
}

void status_rate(const struct status *earlier, double seconds, struct status *status)
{
	for (size_t i = 0; seconds > 0 && i < status->count && i < earlier->count; i++)
		note_rate(&earlier->workers[i], seconds, &status->workers[i]);
}

/* ---- findings ---- */

struct judge {
	struct status_verdict verdict;
	struct arena *arena;
};

static void add(struct judge *judge, enum status_health health, const char *what, const char *next)
{
	struct status_verdict *verdict = &judge->verdict;

	verdict->findings = arena_grow(judge->arena, verdict->findings, verdict->count,
				       verdict->count + 1, sizeof(*verdict->findings));
	verdict->findings[verdict->count++] = (struct status_finding){ health, what, next };
	if (health > verdict->health)
		verdict->health = health;
}

/* What a worker has before it. */
struct load {
	int64_t lag;
	double waiting_s; /* the longest */
	bool sweeps;
};

static struct load load_of(const struct status_worker *worker)
{
	struct load load = { 0 };

	for (size_t i = 0; i < worker->count; i++) {
		const struct status_partition *partition = &worker->partitions[i];

		load.lag += status_lag(partition);
		load.sweeps = load.sweeps ||
			      (partition->sweeps &&
			       (partition->sweep_after.present || partition->sweep_behind));
		if (partition->waiting_s.present)
			load.waiting_s = fmax(load.waiting_s, partition->waiting_s.value);
	}
	return load;
}

static void judge_stops(struct judge *judge, const struct status_worker *worker)
{
	for (size_t i = 0; i < worker->count; i++) {
		const struct status_partition *partition = &worker->partitions[i];

		if (partition->stopped)
			add(judge, STATUS_ILL,
			    arena_printf(judge->arena, "%s has stopped %s[%" PRId64 "]: %s",
					 worker->name, partition->topic, partition->partition,
					 partition->stopped),
			    arena_printf(judge->arena,
					 "growthctl positions %s, then growthctl positions move",
					 worker->name));
	}
}

static void judge_absence(struct judge *judge, const struct status_worker *worker,
			  const struct load *load)
{
	if (load->lag || worker->outbox || load->sweeps)
		add(judge, STATUS_ILL,
		    arena_printf(judge->arena,
				 "nobody works for %s, which is %" PRId64 " behind, with %" PRId64
				 " batches to publish",
				 worker->name, load->lag, worker->outbox),
		    arena_printf(judge->arena, "start %s", worker->name));
	else
		add(judge, STATUS_ATTENTION,
		    arena_printf(judge->arena, "no instance of %s runs", worker->name),
		    arena_printf(judge->arena, "start %s", worker->name));
}

static void judge_pace(struct judge *judge, const struct status_worker *worker,
		       const struct load *load)
{
	struct arena *arena = judge->arena;

	if (!load->lag || load->waiting_s < STANDS_STILL_S)
		return;
	if (!worker->idle_s.present || worker->idle_s.value >= STANDS_STILL_S)
		add(judge, STATUS_ILL,
		    arena_printf(arena, "%s is %" PRId64 " behind and has not moved for %s",
				 worker->name, load->lag,
				 status_span(worker->idle_s.present ? worker->idle_s.value
								    : load->waiting_s,
					     arena)),
		    arena_printf(arena, "see the log and /readyz?verbose of %s", worker->name));
	else if (load->waiting_s >= WAITS_LONG_S)
		add(judge, STATUS_ATTENTION,
		    arena_printf(arena, "%s is %" PRId64 " behind; the oldest waits for %s",
				 worker->name, load->lag, status_span(load->waiting_s, arena)),
		    arena_printf(
			    arena,
			    "if it does not catch up (growthctl status --watch), start more of %s",
			    worker->name));
}

static void judge_letters(struct judge *judge, const struct status_worker *worker)
{
	int64_t open = worker->dead_letters_open.value;

	if (open)
		add(judge, STATUS_ATTENTION,
		    arena_printf(judge->arena,
				 open == 1 ? "%" PRId64 " dead letter of %s is open"
					   : "%" PRId64 " dead letters of %s are open",
				 open, worker->name),
		    arena_printf(judge->arena, "growthctl dlq list %s", worker->name));
	else if (worker->dead_letters.present && !worker->dead_letters_exact)
		add(judge, STATUS_ATTENTION,
		    arena_printf(judge->arena, "%s has %" PRId64 " dead letters or more",
				 worker->name, worker->dead_letters.value),
		    arena_printf(judge->arena, "growthctl dlq summary %s", worker->name));
}

static int by_health(const void *left, const void *right)
{
	const struct status_finding *a = left, *b = right;

	if (a->health != b->health)
		return a->health > b->health ? -1 : 1;
	return strcmp(a->what, b->what);
}

/* ---- the first line ---- */

static const char *at_work(const struct status *status, struct arena *arena)
{
	double rate = 0, waiting_s = 0;
	int64_t lag = 0;

	for (size_t i = 0; i < status->count; i++) {
		struct load load = load_of(&status->workers[i]);

		lag += load.lag;
		waiting_s = fmax(waiting_s, load.waiting_s);
		for (size_t k = 0; k < status->workers[i].count; k++)
			rate += status->workers[i].partitions[k].behind
					? status->workers[i].partitions[k].rate.value
					: 0;
	}
	if (!lag)
		return "At work; no message waits.";
	if (rate <= 0)
		return arena_printf(arena, "At work; %" PRId64 " to go, the oldest waits for %s.",
				    lag, status_span(waiting_s, arena));
	return arena_printf(arena,
			    "At work; %" PRId64 " to go, the oldest waits for %s, about %s at this "
			    "rate.",
			    lag, status_span(waiting_s, arena),
			    status_span((double)lag / rate, arena));
}

static const char *sentence_of(const struct status *status, const struct status_verdict *verdict,
			       struct arena *arena)
{
	bool pending = status_pending(status, arena).count > 0;
	const char *more;

	if (!verdict->count)
		return pending ? at_work(status, arena) : "Nothing is left to do.";
	more = verdict->count > 1 ? arena_printf(arena, ", and %zu more", verdict->count - 1) : "";
	return arena_printf(arena, "%s%s. Next: %s", verdict->findings[0].what, more,
			    verdict->findings[0].next);
}

struct status_verdict status_judge(const struct status *status, struct arena *arena)
{
	struct judge judge = { .arena = arena };

	for (size_t i = 0; i < status->count; i++) {
		const struct status_worker *worker = &status->workers[i];
		struct load load = load_of(worker);

		judge_stops(&judge, worker);
		if (worker->members.present && !worker->members.value)
			judge_absence(&judge, worker, &load);
		else
			judge_pace(&judge, worker, &load);
		judge_letters(&judge, worker);
	}
	if (judge.verdict.count)
		qsort(judge.verdict.findings, judge.verdict.count, sizeof(*judge.verdict.findings),
		      by_health);
	judge.verdict.sentence = sentence_of(status, &judge.verdict, arena);
	return judge.verdict;
}
