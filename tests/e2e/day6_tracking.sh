#!/usr/bin/env bash
# How goals turn out is recorded by itself, one row a goal, and published; what is told later corrects it and never counts twice, in the row
# as in the vote.
# shellcheck source=tests/support/pipeline.bash
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"
# shellcheck source=tests/support/goals.bash
. "$GROWTH_SOURCE/tests/support/goals.bash"

early=0b9e2c7e-6f0c-4f3e-9d53-000000000008
lone=0b9e2c7e-6f0c-4f3e-9d53-000000000009

# tells LINES: they are sent, and handled to the end
tells()
{
	cat >"$pipeline_dir/events"
	emit "$pipeline_dir/events"
	wait_settled
}

# completed CONTRACTOR DATE OUTCOME [FIELDS]
completed()
{
	event goal.completed "$1" "$2T12:00:00Z" "\"goal_id\":\"${goal[$1]}\",\"outcome\":\"$3\"${4:+,$4}"
}

# rated CONTRACTOR DATE RATING
rated()
{
	event feedback.submitted "$1" "$2T12:00:00Z" "\"goal_id\":\"${goal[$1]}\",\"rating\":$3,\"notes\":\"rated $3\""
}

# row CONTRACTOR EXPRESSION: of his tracking row t, goal g, vote v
row()
{
	sql "SELECT $2 FROM pattern_success_tracking t JOIN ai_concierge_goals g ON g.id = t.goal_id LEFT JOIN pattern_votes v ON v.goal_uuid = t.goal_uuid WHERE t.contractor_id = $1"
}

outcome='t.goal_completed, t.outcome, t.completed_at::date, t.time_to_completion_days, t.contractor_satisfaction, t.revenue_impact'
vote='v.outcome, v.satisfaction, v.revenue_impact'

# is WHAT CONTRACTOR EXPRESSION VALUE
is()
{
	local found

	found=$(row "$2" "concat_ws(' ', $3)")
	[[ $found == "$4" ]] || fail "$1: '$found' instead of '$4'"
	echo "ok: $1"
}

waits()
{
	[ "$(sql 'SELECT count(*) FROM success_tracker.parked')" = "$1" ]
}

pipeline_new day6_tracking
publish_goal_pattern
start_workers
{ in_tier 0_5_million 1 4; in_tier 300_plus_million 9 9; event goal.created 9 2024-02-02T00:00:00Z "\"goal_id\":\"$lone\",\"goal_type\":\"retention\",\"goal_description\":\"Keep them\""; } | tells
wait_for "goals" tracked 4
declare -A goal=([8]=$early [9]=$lone)
for contractor in 1 2 3 4; do
	goal[$contractor]=$(goal_of "$contractor")
done
is "an open goal has a row and an open vote" 1 "t.goal_completed, $vote" 'f open'

# ---- completions and ratings ----

{
	completed 8 2024-03-01 completed
	rated 8 2024-03-02 3
} >"$pipeline_dir/early"
emit "$pipeline_dir/early"
wait_for "early arrivals" waits 2
{
	in_tier 0_5_million 8 8
	event goal.created 8 2024-02-02T00:00:00Z "\"goal_id\":\"$early\",\"goal_type\":\"revenue_growth\",\"goal_description\":\"Grow\""
	completed 1 2024-02-21 completed '"satisfaction":4,"revenue_impact":"too_early","what_worked":"calls","what_didnt_work":"mail","notes":"n"'
	completed 2 2024-02-21 abandoned '"satisfaction":2'
	completed 3 2024-02-21 completed
	completed 4 2024-02-21 completed
	rated 4 2024-03-01 5
	completed 9 2024-02-21 completed '"satisfaction":5'
	rated 9 2024-03-01 5
} | tells

is "day6: trackPatternSuccess records a completed goal: time to completion, satisfaction, revenue impact" \
	1 "$outcome" 't completed 2024-02-21 20 4 too_early'
is "day6: with what worked and what did not" 1 't.what_worked, t.what_didnt_work, t.outcome_notes' 'calls mail n'
is "day6: the goal's status follows" 1 'g.status, g.completed_at::date' 'completed 2024-02-21'
is "day6: an abandoned goal" 2 "$outcome, g.status" 'f abandoned 2024-02-21 2 abandoned'
is "day6: a rating is stored in contractor_satisfaction, and in the vote" 4 "t.contractor_satisfaction, t.feedback_notes, $vote" '5 rated 5 completed 5'
is "day6: what came before its goal waited for it" 8 "$outcome, g.status, $vote" 't completed 2024-03-01 28 3 completed completed 3'
check "day6: nothing waits any more" waits 0
check "day6: a goal without a pattern is closed and attributed to nothing" \
	[ "$(sql "SELECT status || ' ' || (SELECT count(*) FROM pattern_success_tracking t WHERE t.goal_id = g.id) || ' ' || (SELECT count(*) FROM pattern_votes v WHERE v.goal_uuid = g.goal_uuid) FROM ai_concierge_goals g WHERE goal_uuid = '$lone'")" = 'completed 0 0' ]
closed_without_pattern()
{
	growthctl status --json 2>/dev/null | jq .closed_without_pattern
}
check "day6: and counted" [ "$(closed_without_pattern)" = 1 ]

# ---- corrections ----

votes=$(sql 'SELECT count(*) FROM pattern_votes')
{
	completed 1 2024-08-01 completed '"satisfaction":4,"revenue_impact":"positive"'
	completed 2 2024-04-21 completed '"satisfaction":5,"revenue_impact":"neutral"'
	completed 3 2024-04-21 abandoned
	rated 4 2024-03-09 2
	rated 4 2024-03-05 1
	completed 9 2024-04-21 abandoned
} | tells
is "day6: a later word on the revenue replaces the first, and not when it was completed" \
	1 "$outcome, g.completed_at::date, $vote" 't completed 2024-02-21 20 4 positive 2024-02-21 completed 4 positive'
is "day6: completed after it was abandoned" 2 "$outcome, g.status, $vote" \
	't completed 2024-04-21 80 5 neutral completed completed 5 neutral'
is "day6: abandoned after it was completed" 3 "$outcome, g.status, $vote" 'f abandoned 2024-04-21 abandoned abandoned'
is "day6: a changed rating replaces, an older one does not" 4 "t.contractor_satisfaction, t.feedback_notes, $vote" \
	'2 rated 2 completed 2'
check "day6: a goal is counted once, as a vote and as one without pattern" \
	[ "$(sql 'SELECT count(*) FROM pattern_votes') $(closed_without_pattern)" = "$votes 1" ]

# The same again under other ids, as who tells it twice would send it.
recorded()
{
	sql "SELECT to_jsonb(t), g.status, g.completed_at, v.outcome, v.occurred_at, v.satisfaction, v.revenue_impact FROM ai_concierge_goals g LEFT JOIN pattern_success_tracking t ON t.goal_id = g.id LEFT JOIN pattern_votes v ON v.goal_uuid = g.goal_uuid ORDER BY g.id"
}
recorded >"$pipeline_dir/before"
sed 's/"id":"event/"id":"again/' "$pipeline_dir/events" >"$pipeline_dir/again"
tells <"$pipeline_dir/again"
recorded >"$pipeline_dir/after"
compare "what was recorded before and after the same was told again" "$pipeline_dir/before" "$pipeline_dir/after"
check "day6: the question was asked once of each completed goal" \
	[ "$(topic_dump feedback.requested '%s\n' | jq -r .contractor_id | sort | tr '\n' ' ')" = '1 2 3 4 8 ' ]
check "day6: in the plan's words" \
	[ "$(topic_dump feedback.requested '%s\n' | jq -r .question | sort -u)" = 'How helpful was this recommendation? (1-5)' ]
check "nothing is dead-lettered" is_empty dead_letters
stop_workers
