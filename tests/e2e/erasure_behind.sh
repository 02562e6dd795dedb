#!/usr/bin/env bash
# Erased, and back before one of the workers has read that he was erased: it meets the messages of before with the rows of after. What it
# makes of them goes when it reads of the erasure, and what comes then is a new beginning.
# shellcheck source=tests/support/pipeline.bash
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"
# shellcheck source=tests/support/goals.bash
. "$GROWTH_SOURCE/tests/support/goals.bash"

# erasure CONTRACTOR
erasure()
{
	printf '{"topic":"contractor.updated","key":"%d","id":"erasure-%d","headers":{"ce_time":"2024-06-01T00:00:00Z"},"value":null}\n' "$1" "$1"
}

# in_topic TOPIC CONTRACTOR COUNT: so many messages are about him
in_topic()
{
	[ "$(topic_dump "$1" '%k\n' | grep -c "^$2$")" = "$3" ]
}

# lives CONTRACTOR TOPIC: seen, erased, and back, told in TOPIC, whose reader is behind
lives()
{
	in_tier 0_5_million "$1" "$1" >"$pipeline_dir/first"
	erasure "$1" >"$pipeline_dir/erasure"
	event contractor.updated "$1" 2024-07-01T00:00:00Z '"revenue_tier":"0_5_million"' >"$pipeline_dir/second"
	emit "$pipeline_dir/first"
	wait_for "first life" in_topic "$2" "$1" 1
	emit "$pipeline_dir/erasure"
	wait_for "erasure" in_topic "$2" "$1" 2
	emit "$pipeline_dir/second"
	wait_for "second life" in_topic "$2" "$1" 3
}

# begins CONTRACTOR: since when each of his goals is there, as goal, as tracked, as voted on; and what has become of it
begins()
{
	sql "SELECT concat_ws(' ', g.created_at::date, t.created_at::date, v.goal_created_at::date, g.status, t.outcome, v.outcome)
		FROM ai_concierge_goals g
		LEFT JOIN pattern_success_tracking t ON t.goal_id = g.id
		LEFT JOIN pattern_votes v ON v.goal_uuid = g.goal_uuid
		WHERE g.contractor_id = $1"
}

# begins_anew CONTRACTOR
begins_anew()
{
	local found

	found=$(begins "$1")
	[[ $found == '2024-07-01 2024-07-01 2024-07-01 active open open' ]] || fail "the goal of $1 is of '$found'"
}

# one_at_a_time WORKER: a batch ends behind each message
one_at_a_time()
{
	start_worker "$1" 1 --set batch.max=1
	wait_settled
}

pipeline_new erasure_behind
publish_goal_pattern
for worker in cohort-analyzer matcher success-tracker; do
	start_worker $worker
done
lives 1 contractor.matched
one_at_a_time goal-enricher
begins_anew 1
echo "ok: goal-enricher behind: the goal is that of the second life"

kill_worker success-tracker 1
lives 2 goal.enriched
goal=$(goal_of 2)
event goal.completed 2 2024-03-01T00:00:00Z "\"goal_id\":\"$goal\",\"outcome\":\"completed\"" >"$pipeline_dir/completion"
emit "$pipeline_dir/completion"
one_at_a_time success-tracker
begins_anew 2
echo "ok: success-tracker behind: the goal is tracked from the second life on, and open"

event goal.completed 2 2024-08-01T00:00:00Z "\"goal_id\":\"$goal\",\"outcome\":\"completed\"" >"$pipeline_dir/completion"
emit "$pipeline_dir/completion"
wait_settled
check "and completed in it" [ "$(begins 2)" = '2024-07-01 2024-07-01 2024-07-01 completed completed completed' ]
stop_workers
check "nothing is dead-lettered" is_empty dead_letters
