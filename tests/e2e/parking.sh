#!/usr/bin/env bash
# A completion whose goal never comes waits for parked.expiry, and is then dead-lettered with the reason, once, whoever is
# killed on the way; one whose goal does come is handled.
# shellcheck source=tests/support/pipeline.bash
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"
needs_crash_points

COUNT=20

start_tracker()
{
	start_worker success-tracker 1 --set parked.expiry=1s
}

# dies AT: starts a worker that is killed there, and waits until it is
dies()
{
	GROWTH_CRASH_AT=$1 start_tracker
	wait "${worker_pids[success-tracker-1]}" 2>/dev/null || true
	unset "worker_pids[success-tracker-1]"
}

parked()
{
	[ "$(sql 'SELECT count(*) FROM success_tracker.parked')" = "$1" ]
}

letters()
{
	topic_dump success-tracker.dlq "${1:-%s\n}"
}

all_are_dead()
{
	[ "$(letters | wc -l)" -ge $COUNT ]
}

goal_of()
{
	printf '0b9e2c7e-6f0c-4f3e-9d53-0000000000%02d' "$1"
}

pipeline_new parking
start_tracker
for ((id = 1; id <= COUNT; id++)); do
	printf '{"topic":"goal.completed","key":"%d","id":"completion-%d","value":{"contractor_id":%d,"goal_id":"%s","occurred_at":"2024-01-04T00:00:00Z","outcome":"completed"}}\n' \
		$id $id $id "$(goal_of $id)"
done >"$pipeline_dir/completions"
emit "$pipeline_dir/completions"
wait_for "parked completions" parked $COUNT
check "nothing is dead-lettered before its time" is_empty letters
kill_worker success-tracker 1 KILL
dies batch.parked:1
dies batch.committed:1
dies publish.committed:1
start_tracker
wait_for "dead letters" all_are_dead
wait_for "the end of parking" parked 0
kill_worker success-tracker 1
check "the worker leaves in order" [ "$status" = 0 ]
check "each is dead-lettered once" [ "$(letters | jq .contractor_id | sort -n | tr '\n' ' ')" = "$(seq -s ' ' $COUNT) " ]
check "with its reason" [ "$(letters '%h\n' | grep -c '__connect.errors.stage=parked.*exception.message=.* after waiting for goal:')" = $COUNT ]
check "nothing was tracked" [ "$(sql 'SELECT count(*) FROM pattern_success_tracking')" = 0 ]
