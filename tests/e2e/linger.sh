#!/usr/bin/env bash
# batch.linger: messages that come one by one are one batch; a full one does not wait, and another one not for longer; what still lingers
# when the worker leaves is the next start's.
# shellcheck source=tests/support/pipeline.bash
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"

emitted=0

# emit_contractor: one event of another contractor, there when this returns
emit_contractor()
{
	emitted=$((emitted + 1))
	printf '{"topic":"contractor.updated","key":"%d","id":"e-%d","value":{"contractor_id":%d,"occurred_at":"2024-02-01T00:00:00Z","revenue_tier":"0_5_million"}}\n' \
		"$emitted" "$emitted" "$emitted" >"$pipeline_dir/event"
	emit "$pipeline_dir/event"
}

# says METRIC VALUE
says()
{
	[[ $(metric matcher "$1") == "$2" ]]
}

stored()
{
	[[ $(sql 'SELECT count(*) FROM contractors') == "$1" ]]
}

# lags COMPARISON: messages of all partitions, and what Kafka writes between them
lags()
{
	local lag

	lag=$(metrics_of matcher | awk '/^growth_partition_lag_messages\{/ { sum += $NF; seen = 1 } END { if (seen) print sum }')
	[[ $lag ]] && ((lag $1))
}

pipeline_new linger
start_worker matcher 1 --set batch.linger=1m --set batch.max=3
emit_contractor
emit_contractor
wait_for "the first two, seen" lags ">= 2"
check "they wait" stored 0
started=$SECONDS
emit_contractor
wait_for "all three, handled" stored 3
check "a full one does not wait" [ $((SECONDS - started < 40)) = 1 ]
wait_for "them in one batch" says growth_batch_messages_count 1

wait_for "no lag" lags "== 0"
emit_contractor
wait_for "the fourth, seen" lags ">= 1"
started=$SECONDS
kill_worker matcher 1
check "it leaves without waiting" [ $((SECONDS - started < 10)) = 1 ]
check "with status 0" [ "$status" = 0 ]
check "and without it" stored 3

started=$SECONDS
start_worker matcher 1 --set batch.linger=3s
wait_for "it, handled by the next" stored 4
check "which waits for others first" [ $((SECONDS - started >= 2)) = 1 ]
stop_workers
