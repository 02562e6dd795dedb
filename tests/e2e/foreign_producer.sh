#!/usr/bin/env bash
# Events written by someone else's client, plain JSON without headers and with either partitioner, flow to a goal; what
# comes out validates against schemas/events with an independent JSON Schema validator. A CloudEvent in structured mode is taken, too,
# and its trace can be followed to the goal and to the goal's outcome.
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"

# Ten contractors who went from the lowest tier to the next with a CRM, and one who is still there.
history()
{
	for id in 1 2 3 4 5 6 7 8 9 10; do
		printf 'contractor.updated\t%d\t{"contractor_id":%d,"occurred_at":"2022-01-01T00:00:00Z","revenue_tier":"0_5_million","tier_since":"2022-01-01T00:00:00Z","team_size":"2_10","current_stage":"growth","focus_areas":["operational_efficiency"],"status":"active"}\n' $id $id
		printf 'action.recorded\t%d\t{"contractor_id":%d,"occurred_at":"2022-04-0%dT00:00:00Z","kind":"milestone","item":"implemented_crm","name":"implemented a CRM"}\n' $id $id $((id % 9 + 1))
		printf 'action.recorded\t%d\t{"contractor_id":%d,"occurred_at":"2022-05-01T00:00:00+02:00","kind":"partner","item":"5","name":"BuildPro","satisfaction":5}\n' $id $id
		printf 'contractor.updated\t%d\t{"contractor_id":%d,"occurred_at":"2023-0%d-01T00:00:00Z","revenue_tier":"5_10_million","team_size":25,"current_stage":"growth","focus_areas":["operational_efficiency"]}\n' $id $id $((id % 5 + 1))
	done
	printf 'contractor.updated\t77\t{"contractor_id":77,"occurred_at":"2023-06-01T00:00:00.5Z","revenue_tier":"0_5_million","team_size":6,"current_stage":"growth","focus_areas":["operational_efficiency"]}\n'
	printf 'partner.scored\t77\t{"contractor_id":77,"occurred_at":"2023-06-02T00:00:00Z","partners":[{"partner_id":"5","name":"BuildPro","match_score":0.6},{"partner_id":"9","match_score":0.65}]}\n'
	printf 'goal.created\t77\t{"goal_id":"0b9e2c7e-6f0c-4f3e-9d53-2f3f4f0a1b11","contractor_id":77,"occurred_at":"2023-06-03T00:00:00Z","goal_type":"website","goal_description":"Make a website"}\n'
}

pipeline_new foreign
start_workers
history >"$pipeline_dir/history"
partitioner=(consistent_random murmur2_random)
for topic in contractor.updated action.recorded partner.scored goal.created; do
	partitioner=("${partitioner[1]}" "${partitioner[0]}")
	grep "^$topic"$'\t' "$pipeline_dir/history" | cut -f2- |
		kcat -P -K $'\t' -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -t "$pipeline_prefix$topic" \
			-X "topic.partitioner=${partitioner[0]}"
done
wait_settled
printf '{"as_of":"2024-01-01T00:00:00Z","reason":"manual"}\n' |
	kcat -P -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -t "${pipeline_prefix}recalculation.requested"
wait_settled

goal=$(sql "SELECT goal_uuid FROM ai_concierge_goals WHERE contractor_id = 77 AND pattern_source LIKE 'Based on 10 contractors who went from %'")
check "contractor 77 has a goal from the pattern" [ -n "$goal" ]
printf '77:{"goal_id":"%s","contractor_id":77,"occurred_at":"2024-02-01T00:00:00Z","outcome":"completed","satisfaction":5,"revenue_impact":"positive"}\n' \
	"$goal" | kcat -P -K: -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -t "${pipeline_prefix}goal.completed"
printf '77:{"goal_id":"%s","contractor_id":77,"occurred_at":"2024-02-02T00:00:00Z","rating":4}\n' \
	"$goal" | kcat -P -K: -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -t "${pipeline_prefix}feedback.submitted"
wait_settled

trace=0af7651916cd43dd8448eb211c80319c
printf '78:{"specversion":"1.0","id":"e-78","source":"crm","type":"com.example.updated","time":"2024-03-01T00:00:00Z","data":{"contractor_id":78,"occurred_at":"2024-03-01T00:00:00Z","revenue_tier":"0_5_million","team_size":6,"current_stage":"growth","focus_areas":["operational_efficiency"]}}\n' |
	kcat -P -K: -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -t "${pipeline_prefix}contractor.updated" \
		-H 'content-type=application/cloudevents+json; charset=UTF-8' -H "traceparent=00-$trace-b7ad6b7169203331-01"
wait_settled
stop_workers

# traced TOPIC: how many of its messages have the trace
traced()
{
	topic_dump "$1" '%h\n' | grep -c "traceparent=00-$trace-"
}

check "one trace id leads from contractor.updated to the match" [ "$(traced contractor.matched)" = 1 ]
check "to the goals" [ "$(traced goal.enriched)" = "$(topic_dump goal.enriched '%k\n' | grep -cx 78)" ]
check "and to the outcome that success-tracker waits for" [ "$(traced outcome.recorded)" -gt 0 ]
check "no dead letter" is_empty dead_letters
check "upstream's goal without a pattern is passed on" \
	grep -q '"goal_id":"0b9e2c7e-6f0c-4f3e-9d53-2f3f4f0a1b11".*"goal_description":"Make a website"' <(topic_dump goal.enriched)
check "the goal is completed" [ "$(sql "SELECT status FROM ai_concierge_goals WHERE goal_uuid = '$goal'")" = completed ]
check "the outcome is tracked" \
	[ "$(sql "SELECT goal_completed || ' ' || contractor_satisfaction || ' ' || revenue_impact FROM pattern_success_tracking WHERE goal_uuid = '$goal'")" = 'true 4 positive' ]
check "the partner of the pattern is boosted" \
	grep -q '"partner_id":"5".*"boost":0\.[01]' <(topic_dump partner.recommended | tail -n 1)

for topic in "${OUTPUTS[@]}"; do
	topic_dump "$topic" '%s\n' >"$pipeline_dir/$topic.values"
	check "$topic has messages" [ -s "$pipeline_dir/$topic.values" ]
	check "$topic validates against its schema" python3 "$GROWTH_SOURCE/tests/support/validate.py" \
		"$GROWTH_SOURCE/schemas/events/$topic.schema.json" "$pipeline_dir/$topic.values"
done
check_ids_unique
