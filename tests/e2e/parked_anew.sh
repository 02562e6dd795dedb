#!/usr/bin/env bash
# A message that is to be parked at the place of another one, which is of a topic that has been made anew since, is not lost: it is
# dead-lettered, and the other one stays parked.
# shellcheck source=tests/support/pipeline.bash
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"

# completion CONTRACTOR: of a goal that never comes
completion()
{
	printf '%d:{"contractor_id":%d,"goal_id":"0b9e2c7e-6f0c-4f3e-9d53-%012d","occurred_at":"2024-01-04T00:00:00Z","outcome":"completed"}\n' \
		"$1" "$1" "$1" |
		kcat -P -K: -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -t "${pipeline_prefix}goal.completed" -p 0
}

parked()
{
	[ "$(sql "SELECT string_agg(contractor_id::text, ' ' ORDER BY contractor_id) FROM success_tracker.parked")" = "$1" ]
}

letters()
{
	topic_dump success-tracker.dlq '%s\n'
}

has_letter()
{
	[ -n "$(letters)" ]
}

pipeline_new parked_anew
start_worker success-tracker
completion 1
wait_for "parked message" parked 1
# As if its topic had been another one, where it was the second.
sql "UPDATE success_tracker.parked SET kafka_offset = 1, retry_at = 'infinity'"
completion 2
wait_for "dead letter" has_letter
check "it is the newer one" [ "$(letters | jq .contractor_id)" = 2 ]
check "the older one is parked" parked 1
completion 3
wait_for "what comes next is parked" parked '1 3'

# The same message again, as when an operator has moved the position back: it is there.
kill_worker success-tracker 1
sql "UPDATE success_tracker.positions SET next_offset = 2 WHERE topic = 'goal.completed' AND partition = 0"
start_worker success-tracker
completion 4
wait_for "what comes next is parked" parked '1 3 4'
check "nothing else is dead-lettered" [ "$(letters | wc -l)" = 1 ]
stop_workers
