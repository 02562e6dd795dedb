#!/usr/bin/env bash
# Where brokers answer and yet nothing can be consumed, /readyz is false and says why and what to do; the worker tries on, and goes on
# by itself when the topic is there, or the group takes it.
# shellcheck source=tests/support/pipeline.bash
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"

# answer WORKER: what /readyz says of it
answer()
{
	curl -s -m 5 "http://127.0.0.1:$(port_of "$1")/readyz"
}

is_ready()
{
	[[ $(answer "$1") == ok ]]
}

# is_not_ready WORKER PATTERN
is_not_ready()
{
	grep -Eq "$2" <<<"$(answer "$1")"
}

is_known()
{
	[[ $(sql 'SELECT count(*) FROM contractors') == 1 ]]
}

create_topics()
{
	growthctl topics >"$pipeline_dir/topics.out" 2>&1
}

# joins_otherwise N WORKER TOPIC: stranger N, a member of the worker's group that no worker can be together with
joins_otherwise()
{
	kcat -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -X partition.assignment.strategy=roundrobin -X session.timeout.ms=3000 -G \
		"$pipeline_prefix$2" "$pipeline_prefix$3" >"$pipeline_dir/stranger-$1" 2>&1 &
	worker_pids[stranger-$1]=$!
}

has_joined()
{
	grep -q 'assigned: ' "$pipeline_dir/stranger-$1"
}

# has_said WORKER TEXT
has_said()
{
	grep -q "$2" "$pipeline_dir/$1-1.log"
}

pipeline_new not_consuming

joins_otherwise 1 matcher contractor.updated
joins_otherwise 2 success-tracker feedback.submitted
wait_for "stranger in the group" has_joined 1
wait_for "stranger in the group" has_joined 2
delete_topic goal.completed
delete_topic pattern.recalculated
start_worker success-tracker
start_worker matcher

wait_for "a worker that says which topic is missing" is_not_ready success-tracker '^\[-\] kafka: .*goal\.completed.*growthctl topics'
wait_for "a worker that says why it is in no group" is_not_ready matcher '^\[-\] kafka: JoinGroup failed: .*nconsistent.*kafka\.group_id'
wait_for "a worker that says why it has no library" is_not_ready matcher '^\[-\] patterns: .*nknown'
check "the log is not full of it" [ "$(grep -c 'JoinGroup failed' "$pipeline_dir/matcher-1.log")" -le 2 ]

wait_for "a worker that has both troubles" has_said success-tracker 'JoinGroup failed'
kill_worker stranger 2
wait_for "a worker that is in its group" has_said success-tracker 'partitions assigned'
wait_for "a worker that still misses a topic" is_not_ready success-tracker '^\[-\] kafka: .*goal\.completed.*growthctl topics'

kill_worker stranger 1
wait_for "topics" create_topics
wait_for "a worker whose topics are there" is_ready success-tracker
wait_for "a worker that is in its group and has its library" is_ready matcher
echo "ok: both are ready"
printf '{"topic":"contractor.updated","key":"1","id":"update-1","value":{"contractor_id":1,"occurred_at":"2024-05-01T08:00:00Z","revenue_tier":"0_5_million"}}\n' \
	>"$pipeline_dir/events"
emit "$pipeline_dir/events"
wait_for "a message that is handled" is_known
echo "ok: and consume"
stop_workers
