#!/usr/bin/env bash
# Who completed a goal and has not rated it is asked again, feedback.reminders times at most and never twice with the same number, whoever
# dies on the way; a rating or an erasure ends it, silence counts as nothing, and of old history nobody is reminded.
# shellcheck source=tests/support/pipeline.bash
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"
# shellcheck source=tests/support/goals.bash
. "$GROWTH_SOURCE/tests/support/goals.bash"
needs_crash_points

SILENT=40 # contractors 1 to this completed a goal 11 days ago; nobody rated it
rated=41 erased=42 abandoned=43 old=44 fresh=45 open=46

# days_ago N: reminders are due by the clock, so what happened is told by it, and by one look at it: midnight may come meanwhile
now=$(date -u +%s)
days_ago()
{
	date -u -d "@$((now - $1 * 86400))" +%Y-%m-%dT%H:%M:%SZ
}

# completed CONTRACTOR DAYS_AGO OUTCOME
completed()
{
	event goal.completed "$1" "$(days_ago "$2")" "\"goal_id\":\"$(goal_of "$1")\",\"outcome\":\"$3\""
}

start_tracker()
{
	start_worker success-tracker "$1" "${@:2}"
}

# dies AT ARGS…: starts a worker that is killed there, and waits until it is
dies()
{
	GROWTH_CRASH_AT=$1 start_tracker 1 "${@:2}"
	wait "${worker_pids[success-tracker-1]}" 2>/dev/null && fail "it was not killed at $1"
	unset "worker_pids[success-tracker-1]"
}

# reminders: contractor and number of each
reminders()
{
	topic_dump feedback.requested '%s\n' | jq -r 'select(.reminder) | "\(.contractor_id) \(.reminder)"'
}

# reminded NUMBER COUNT
reminded()
{
	[ "$(reminders | grep -c " $1\$")" = "$2" ]
}

# only_silent NUMBER: all the silent ones were reminded so, each once, and nobody else
only_silent()
{
	[ "$(reminders | grep " $1\$" | cut -d' ' -f1 | sort -n | tr '\n' ' ')" = "$(seq -s ' ' $SILENT) " ]
}

# looks_again: an idle tracker has looked for what is due since this was called
looks_again()
{
	local seen=$(($(sql "SELECT coalesce(idx_scan, 0) FROM pg_stat_user_indexes WHERE indexrelname = 'idx_tracking_unrated'") + 1))

	wait_for "another look" looked "$seen"
}

looked()
{
	[ "$(sql "SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = 'idx_tracking_unrated'")" -gt "$1" ]
}

votes()
{
	sql 'SELECT goal_uuid, outcome, occurred_at, satisfaction, revenue_impact FROM pattern_votes ORDER BY 1'
}

pipeline_new day6_reminders
publish_goal_pattern
start_workers
in_tier 0_5_million 1 $open >"$pipeline_dir/profiles"
emit "$pipeline_dir/profiles"
wait_settled
check "everybody has a goal" tracked $open
stop_workers
{
	for ((contractor = 1; contractor <= SILENT; contractor++)); do
		completed "$contractor" 11 completed
	done
	completed $rated 11 completed
	event feedback.submitted $rated "$(days_ago 10)" "\"goal_id\":\"$(goal_of $rated)\",\"rating\":1"
	completed $erased 11 completed
	completed $abandoned 11 abandoned
	completed $old 300 completed
	completed $fresh 2 completed
} >"$pipeline_dir/completions"
emit "$pipeline_dir/completions"
start_worker cohort-analyzer
start_tracker 1 --set feedback.reminders=0
wait_settled
printf '{"topic":"contractor.updated","key":"%d","id":"erasure","value":null}\n' $erased >"$pipeline_dir/erasure"
emit "$pipeline_dir/erasure"
start_worker matcher
start_worker goal-enricher
wait_settled
votes >"$pipeline_dir/votes"
check "day6: the question was asked once of each completed goal, and no reminder when they are turned off" \
	[ "$(topic_dump feedback.requested '%s\n' | jq -r 'select(.reminder | not).contractor_id' | sort -n | tr '\n' ' ') $(reminders | wc -l)" = \
		"$(seq -s ' ' $SILENT) $rated $erased $old $fresh  0" ]
kill_worker success-tracker 1

# ---- the first one: ten days after, so one day late ----

first=(--set feedback.remind_after=10d)
for point in batch.task:1 batch.commit:1 batch.committed:1 publish.committed:1; do
	dies "$point" "${first[@]}"
done
start_tracker 1 "${first[@]}"
start_tracker 2 "${first[@]}"
wait_for "reminders" reminded 1 $SILENT
wait_settled
looks_again
check "day6: a reminder to who is silent, once, though five workers were at it, and to nobody else" only_silent 1
kill_worker success-tracker 1
kill_worker success-tracker 2

# ---- the second one: twice five days after ----

start_tracker 1 --set feedback.remind_after=5d
wait_for "second reminders" reminded 2 $SILENT
wait_settled
looks_again
check "day6: the second reminder likewise" only_silent 2
kill_worker success-tracker 1
start_tracker 1 --set feedback.remind_after=3d
wait_settled
looks_again
check "day6: no more than two" [ "$(reminders | wc -l)" = $((2 * SILENT)) ]
check "day6: with the plan's question and the time when it was due" \
	[ "$(topic_dump feedback.requested '%s\n' | jq -r 'select(.reminder == 2 and .contractor_id == 1) | "\(.question) \(.occurred_at[:10])"')" = \
		"How helpful was this recommendation? (1-5) $(days_ago 1 | cut -c1-10)" ]
check "nobody was asked anything twice" check_ids_unique
votes >"$pipeline_dir/votes_after"
compare "day6: votes before and after all that silence" "$pipeline_dir/votes" "$pipeline_dir/votes_after"
echo "ok: day6: silence about a completed goal is not dissatisfaction"

# ---- who was erased and comes back has a goal of the same id ----

kill_worker success-tracker 1
start_tracker 1 --set feedback.remind_after=7d
{
	printf '{"topic":"contractor.updated","key":"1","id":"gone","headers":{"ce_time":"%s"},"value":null}\n' "$(days_ago 10)"
	event contractor.updated 1 "$(days_ago 9)" '"revenue_tier":"0_5_million"'
} >"$pipeline_dir/return"
emit "$pipeline_dir/return"
wait_settled
completed 1 8 completed >"$pipeline_dir/completion"
emit "$pipeline_dir/completion"
wait_for "reminder of the second life" reminded 1 $((SILENT + 1))
check "whose reminder is another one than that of before" check_ids_unique
stop_workers
check "nothing is dead-lettered" is_empty dead_letters
