/*
 * A batch that fails for a data reason is bisected: the first half, again and again, until the
 * message at fault stands alone. One attempt a turn, so that the group hears of us and SIGTERM is
 * seen; what is handled leaves the pending messages, so the rest is still there in order whatever
 * happens. The message alone gets a last chance without the parked messages that it would release:
 * if one of those is at fault, it stays parked, and its own retry will find it out.
 */
#include "fault.h"
#include "loop.h"

#define TIMEOUTS_MAX 3

/* Of a partition's parked messages another's success, or that of new messages, says nothing. */
static int *timeouts_of(struct loop *loop, const struct work *work)
{
	return work->kind == WORK_PARKED ? &work->partition->parked_timeouts : &loop->timeouts;
}

/* A statement timeout is retried three times, then it is the data's fault. */
static void judge_timeout(int *timeouts, struct err *err)
{
	if (strcmp(err->code, "57014") == 0 && ++*timeouts > TIMEOUTS_MAX)
		err->kind = ERR_POISON;
}

static bool run(struct loop *loop, const struct work *work, struct err *err)
{
	health_beat(loop->health);
	*err = (struct err){ 0 };
	if (!loop_run_work(loop, work, err)) {
		judge_timeout(timeouts_of(loop, work), err);
		return false;
	}
	*err = (struct err){ 0 };
	*timeouts_of(loop, work) = 0;
	return true;
}

/* A dead letter that cannot be stored is the server's trouble, never another reason to bisect. */
static bool bury(struct loop *loop, struct work *work, struct err *err)
{
	struct err poison = *err;

	crash_point("bisect.bury");
	work->poison = &poison;
	if (run(loop, work, err))
		return true;
	if (err->kind == ERR_POISON)
		err->kind = ERR_RETRY;
	return false;
}

static bool run_alone(struct loop *loop, struct work *work, struct err *err)
{
	loop->suspects = 0;
	work->keep_parked = true;
	work->next_count = 0;
	return run(loop, work, err) || (err->kind == ERR_POISON && bury(loop, work, err));
}

bool loop_run_messages(struct loop *loop, struct err *err)
{
	struct work work = { .kind = WORK_MESSAGES, .raws = loop->raws };
	bool ok, full, next_full;

	work.count = loop_batch_size(loop, 0, &full);
	if (loop->suspects && loop->suspects < work.count) {
		work.count = loop->suspects;
	} else if (full && loop->runner.ahead) {
		work.next_count = loop_batch_size(loop, work.count, &next_full);
		work.next_count = next_full ? work.next_count : 0;
	}
	ok = run(loop, &work, err);
	if (!ok && err->kind == ERR_POISON && work.count > 1) {
		crash_point("bisect.halved");
		loop->suspects = work.count / 2;
		*err = (struct err){ 0 };
		return true;
	}
	if (!ok && err->kind == ERR_POISON)
		ok = run_alone(loop, &work, err);
	if (!ok)
		return false;
	loop->suspects = 0;
	loop_drop_first(loop, work.count);
	return true;
}

bool loop_retry_parked(struct loop *loop, struct partition *partition, struct err *err)
{
	struct work work = { .kind = WORK_PARKED,
			     .partition = partition,
			     .parked_limit = partition->parked_limit };

	if (run(loop, &work, err)) {
		partition->parked_limit = PARKED_LIMIT;
		return true;
	}
	if (err->kind != ERR_POISON)
		return false;
	if (work.parked_limit > 1) {
		partition->parked_limit /= 2;
		*err = (struct err){ 0 };
		return true;
	}
	return bury(loop, &work, err);
}
