/* How far a database is, and how far live and a shadow are from each other. */
#pragma once

#include "databases.h"
#include "decide_diff.h"

struct side_state {
	struct texts pending; /* what is still to be done there, as `status` says it */
	const char *unknown;  /* why that cannot be told; NULL: it can */
	const char *latest;   /* as diff_side has it */
	bool unrecorded;      /* the same */
};
/* Only when Postgres fails, it fails. */
bool side_state_read(struct side *side, int64_t timeout_ms, struct side_state *ret_state,
		     struct err *err);

/* A partition of live's that a shadow was fed from. */
struct fed {
	const char *topic;
	int64_t partition;
	int64_t begins, until; /* live's offsets: all from the one to below the other was fed */
	int64_t live;          /* the lowest position of live's workers */
	int64_t workers;       /* so many of the pipeline were replayed */
	bool finished;         /* the replay is done */
	bool own_votes;        /* it learnt from those of its own */
};
struct feeding {
	struct fed *items; /* none: it is not known to have been made by a replay */
	size_t count;
	/* About whom the messages are that live has handled and the shadow was not fed,
	 * ascending. */
	int64_t *contractors;
	size_t contractors_count;
	int64_t not_fed; /* offsets that live has handled and the shadow was not fed, at most */
};
bool feeding_read(struct db *live, struct db *shadow, struct arena *arena,
		  struct feeding *ret_feeding, struct err *err);

/* Reads those messages' keys, unless they are many or Kafka is not to be had: then `contractors`
 * stays empty. */
void feeding_read_contractors(struct side *live, int64_t timeout_ms, struct feeding *feeding);

extern const struct statement *const feeding_statements[]; /* but one of replay's own schema */
