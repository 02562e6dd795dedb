#!/usr/bin/env bash
# One batch parks twice at one place: a message that was parked there is released in it, and one is read there. The same message, whose
# position was moved back, is parked once, for as long as it has been; of two, since the topic was made anew, none is lost.
# shellcheck source=tests/support/pipeline.bash
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"

goal_of()
{
	printf '0b9e2c7e-6f0c-4f3e-9d53-%012d' "$1"
}

# completion CONTRACTOR GOAL
completion()
{
	printf '%d:{"contractor_id":%d,"goal_id":"%s","occurred_at":"2024-01-04T00:00:00Z","outcome":"completed"}\n' "$1" "$1" "$(goal_of "$2")" |
		kcat -P -K: -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -t "${pipeline_prefix}goal.completed" -p 0
}

# goal GOAL: contractor 9's, and nobody else's; as goal-enricher stores and says it
goal()
{
	sql "INSERT INTO contractors (id, revenue_tier, tier_entered_at, occurred_at, event_id, kafka_partition, created_at, updated_at)
		VALUES (9, '0_5_million', '2024-01-01Z', '2024-01-01Z', 'e', 0, '2024-01-01Z', '2024-01-01Z') ON CONFLICT DO NOTHING;
		INSERT INTO ai_concierge_goals (goal_uuid, contractor_id, goal_type, goal_description, created_at, updated_at, upstream, occurred_at)
		VALUES ('$(goal_of "$1")', 9, 'website', 'd', '2024-01-02Z', '2024-01-02Z', true, '2024-01-02Z')"
	printf '9:{"goal_id":"%s","contractor_id":9,"occurred_at":"2024-01-02T00:00:00Z","created_at":"2024-01-02T00:00:00Z",%s}\n' \
		"$(goal_of "$1")" '"goal_type":"website","goal_description":"d","status":"active"' |
		kcat -P -K: -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -t "${pipeline_prefix}goal.enriched" -p 0
}

# parked OFFSET CONTRACTOR GOAL: there, until it expires, since the goal is not his
parked()
{
	[ "$(sql "SELECT waiting_for FROM success_tracker.parked WHERE kafka_offset = $1")" = "goal:$(goal_of "$3")/contractor:$2" ]
}

waits()
{
	[ "$(sql "SELECT waiting_for FROM success_tracker.parked WHERE kafka_offset = $1")" = "goal:$(goal_of "$2")" ]
}

# in_batches NUMBER: what there was to read was handled so
in_batches()
{
	[ "$(metric success-tracker growth_batch_messages_count)" = "$1" ]
}

letters()
{
	topic_dump success-tracker.dlq '%s\n'
}

has_letter()
{
	[ -n "$(letters)" ]
}

pipeline_new parked_twice
start_worker success-tracker
completion 1 1
wait_for "parked message" waits 0 1
kill_worker success-tracker 1
since=$(sql "SELECT parked_at FROM success_tracker.parked")
sql "UPDATE success_tracker.parked SET retry_at = 'infinity';
	UPDATE success_tracker.positions SET next_offset = 0 WHERE topic = 'goal.completed' AND partition = 0"
goal 1
start_worker success-tracker 1 --set batch.linger=3s
wait_for "message that is parked until it expires" parked 0 1 1
check "the goal and the message were one batch" in_batches 1
check "it is parked once, since it was first" [ "$(sql "SELECT parked_at FROM success_tracker.parked")" = "$since" ]
check "nothing is dead-lettered" [ -z "$(letters)" ]

completion 2 2
wait_for "parked message" waits 1 2
kill_worker success-tracker 1
# As if its topic had been another one, where it was the next.
sql "UPDATE success_tracker.parked SET kafka_offset = 2, retry_at = 'infinity' WHERE kafka_offset = 1"
goal 2
completion 3 2
start_worker success-tracker 1 --set batch.linger=3s
wait_for "dead letter" has_letter
check "it is the newer one" [ "$(letters | jq .contractor_id)" = 3 ]
wait_for "older one, parked until it expires" parked 2 2 2
completion 4 4
wait_for "what comes next, parked" waits 3 4
check "nothing else is dead-lettered" [ "$(letters | wc -l)" = 1 ]
stop_workers
