#!/usr/bin/env bash
# A null contractor.updated erases: every worker deletes what is its own, says so downstream, and drops older events that
# arrive late; a later profile is a new beginning.
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"

# say TOPIC KEY TIME VALUE: an event whose time is known
say()
{
	printf '%s' "$4" >"$pipeline_dir/value"
	kcat -P -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -t "$pipeline_prefix$1" -k "$2" \
		-H ce_source=test -H "ce_id=$1/$2/$3" -H "ce_time=$3" "$pipeline_dir/value"
}

profile()
{
	printf '{"contractor_id":%s,"occurred_at":"%s","revenue_tier":"0_5_million","team_size":4}' "$1" "$2"
}

action()
{
	printf '{"contractor_id":7,"occurred_at":"%s","kind":"book","item":"traction"}' "$1"
}

rows_of()
{
	sql "SELECT (SELECT count(*) FROM contractors WHERE id = $1)
		+ (SELECT count(*) FROM contractor_observations WHERE contractor_id = $1)
		+ (SELECT count(*) FROM contractor_actions WHERE contractor_id = $1)
		+ (SELECT count(*) FROM partner_scores WHERE contractor_id = $1)
		+ (SELECT count(*) FROM ai_concierge_goals WHERE contractor_id = $1)
		+ (SELECT count(*) FROM goal_enricher.recommendations WHERE contractor_id = $1)
		+ (SELECT count(*) FROM goal_enricher.done_actions WHERE contractor_id = $1)
		+ (SELECT count(*) FROM success_tracker.parked WHERE contractor_id = $1)"
}

pipeline_new erasure
start_workers
for id in 7 8; do
	say contractor.updated $id 2024-01-01T00:00:00Z "$(profile $id 2024-01-01T00:00:00Z)"
done
say action.recorded 7 2024-01-02T00:00:00Z "$(action 2024-01-02T00:00:00Z)"
say partner.scored 7 2024-01-02T00:00:00Z \
	'{"contractor_id":7,"occurred_at":"2024-01-02T00:00:00Z","partners":[{"partner_id":"5","match_score":0.5}]}'
say goal.created 7 2024-01-03T00:00:00Z \
	'{"goal_id":"0b9e2c7e-6f0c-4f3e-9d53-2f3f4f0a1b11","contractor_id":7,"occurred_at":"2024-01-03T00:00:00Z","goal_type":"website","goal_description":"Make a website"}'
say goal.completed 7 2024-01-04T00:00:00Z \
	'{"goal_id":"0b9e2c7e-6f0c-4f3e-9d53-000000000000","contractor_id":7,"occurred_at":"2024-01-04T00:00:00Z","outcome":"completed"}'
wait_settled
check "everything about contractor 7 is there" [ "$(rows_of 7)" = 7 ]

printf '7:' | kcat -P -Z -K: -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -t "${pipeline_prefix}contractor.updated" \
	-H ce_source=test -H ce_id=erase -H ce_time=2024-02-01T00:00:00Z
wait_settled
check "nothing about contractor 7 is left" [ "$(rows_of 7)" = 0 ]
check "contractor 8 is untouched" [ "$(rows_of 8)" = 2 ]
for topic in contractor.matched goal.enriched; do
	check "$topic says so with a null value" [ "$(topic_dump "$topic" '%k %S\n' | grep -c '^7 -1$')" = 1 ]
done

say action.recorded 7 2024-01-15T00:00:00Z "$(action 2024-01-15T00:00:00Z)"
wait_settled
check "an older event that arrives late is dropped" [ "$(rows_of 7)" = 0 ]

say contractor.updated 7 2024-03-01T00:00:00Z "$(profile 7 2024-03-01T00:00:00Z)"
wait_settled
stop_workers
check "a later profile is a new beginning" \
	[ "$(sql 'SELECT count(*) FROM contractors WHERE id = 7')" = 1 ]
check "no dead letter" [ -z "$(dead_letters)" ]
