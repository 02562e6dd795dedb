/* What the files of `growthctl replay` (replay*.c) share. */
#pragma once

#include <sys/types.h>

#include "decide_pipeline.h"
#include "decide_replay.h"
#include "decide_replay_order.h"
#include "decide_replay_pace.h"
#include "progress.h"
#include "shadow.h"
#include "status.h"

struct replay_arguments {
	struct ctl *ctl;
	const char *name, *worker, *logs;
	struct replay_bound from, to;
	bool execute, own_votes, no_workers, no_outputs, quiet;
	int64_t rate, instances, timeout_ms;
};
extern const char *const replay_verbs[]; /* list, drop, in-place; ended by NULL */
/* growthctl replay NAME; 0, or the exit code. */
int replay_parse(struct replay_arguments *arguments, int argc, char **argv);

/* A replay as it was planned. */
struct replay_run {
	const char *live_database, *live_prefix;
	int64_t workers; /* so many of the pipeline, from its start */
	bool own_votes;  /* the votes are those of the shadow's success-tracker, not live's */
	bool outputs;    /* false: topics are dropped at the end */
	utc_us planned_at;
	struct optional_time finished_at;
};

struct replay {
	struct ctl *ctl;
	const struct replay_arguments *arguments;
	struct shadow shadow;
	struct db *live, *db; /* db: the shadow's; NULL: there is none yet */
	struct replay_run run;
	struct replay_plan plan;
	bool resumed; /* it was planned before */
};

/* ---- the plan ---- */

/* Whether the topic is fed to a shadow of these workers. */
bool replay_feeds(const struct replay_run *run, const char *topic);
bool replay_plan(struct replay *replay, struct err *err);

/* ---- records in the shadow's database ---- */

extern const struct statement
	*const replay_statements[]; /* of live's database, ended by NULL, for the test */

bool replay_lock(struct db *db, struct err *err);
/* Whether loading has failed because an older version of growthctl has planned it: its tables lack
 * columns. */
bool replay_is_older(const struct err *err);
/* *ret_found false: nothing is planned yet. The arena keeps the plan. */
bool replay_load_run(struct db *db, struct arena *arena, struct replay_run *ret_run,
		     bool *ret_found, struct err *err);
bool replay_load_plan(struct db *db, struct arena *arena, struct replay_plan *ret_plan,
		      struct err *err);
bool replay_save(struct db *db, const struct replay_run *run, const struct replay_plan *plan,
		 struct arena *arena, struct err *err);
bool replay_finish(struct db *db, struct err *err);
/* Asks the shadow for the step's look at outcomes. */
bool replay_ask_evaluation(struct db *db, const struct replay_step *step, struct err *err);
/* Whether the step's recalculation, or look, is done. */
bool replay_is_calculated(struct db *db, const struct replay_step *step, bool *ret_done,
			  struct err *err);
/* Whether a worker of the shadow has ever read something. */
bool replay_has_begun(struct db *db, bool *ret_begun, struct err *err);
/* Live's recalculations and looks, and what each was calculated from. */
struct replay_input {
	const char *event_id, *topic;
	struct optional_int evaluation;
	int64_t partition, next_offset;
};
bool replay_load_recalculations(struct db *db, struct arena *arena, struct replay_step **ret_steps,
				size_t *ret_steps_count, struct replay_input **ret_inputs,
				size_t *ret_inputs_count, struct err *err);

/* ---- the shadow's workers ---- */

struct replay_child {
	const struct pipeline_worker *worker;
	int64_t instance;
	pid_t pid; /* 0: none */
	int deaths;
};

struct replay_workers {
	struct replay *replay;
	struct replay_child *items;
	size_t count;
};
/* Starts them; they end with this process, whatever becomes of it. */
bool replay_workers_start(struct replay_workers *workers, struct replay *replay, struct err *err);
/* Starts those again that have died; false when one cannot live. */
bool replay_workers_watch(struct replay_workers *workers, struct err *err);
/* Has them finish, and waits. */
void replay_workers_stop(struct replay_workers *workers);
/* Writes the settings that a worker of the shadow needs. */
void replay_workers_print(struct replay *replay);

/* ---- feeding ---- */

struct replay_source {
	rd_kafka_topic_t *topic; /* live's */
	const char *name;        /* with prefix */
	const char *copy;        /* the shadow's topic */
	bool reading;
	rd_kafka_message_t *head;      /* read and not fed yet */
	int64_t next_offset, end_seen; /* fed; the log has nothing before end_seen */
	bool votes, erases;            /* the topic's messages are votes; a null value erases */
};

struct replay_feeder {
	struct replay *replay;
	struct kafka consumer, producer;
	const char *group;             /* whose offsets on live's topics say what is fed */
	struct replay_source *sources; /* one for each of the plan's partitions */
	int64_t requested;         /* the request topic's offset after the last one that was fed */
	int64_t fed;               /* messages by this process */
	int64_t begun_us, pending; /* the open transaction's */
	const double *rate;        /* messages a second now; 0: none; NULL: as fast as it goes */
	int64_t rate_us;           /* the time up to which the rate is used up */
	char failure[256];
	struct replay_order order;
	/* Called again and again; false ends it. */
	bool (*tick)(void *closure, struct err *err);
	/* Waits until the shadow has handled everything. */
	bool (*settle)(void *closure, struct err *err);
	void *closure;
};
/* Ends the transactions of a feeder that died, and goes on where the last whole one ended. */
bool replay_feeder_open(struct replay_feeder *feeder, struct replay *replay, struct err *err);
void replay_feeder_close(struct replay_feeder *feeder);
/* Feeds each partition up to the offset given for it. */
bool replay_feed_until(struct replay_feeder *feeder, const int64_t *until, struct err *err);
/* Asks for the step's recalculation, unless that is done. */
bool replay_feed_request(struct replay_feeder *feeder, const struct replay_step *step,
			 struct err *err);
/* Offsets of the plan that are behind the feeder. */
int64_t replay_feeder_done(const struct replay_feeder *feeder);

/* ---- how fast ---- */

struct replay_pacer {
	struct status_reader live, *shadow; /* the latter is the runner's */
	size_t workers;                     /* of the shadow */
	struct replay_pace pace;
	int64_t next_us;
};
void replay_pacer_open(struct replay_pacer *pacer, struct replay *replay,
		       struct status_reader *shadow);
/* Cheap: looks twice a second. A server that is away for a moment leaves the pace as it is. */
bool replay_pacer_look(struct replay_pacer *pacer, struct err *err);
void replay_pacer_close(struct replay_pacer *pacer);

/* ---- all of it ---- */

/* 0, or the exit code. */
int replay_execute(struct replay *replay);
/* growthctl replay in-place */
int replay_in_place(struct ctl *ctl, int argc, char **argv);
