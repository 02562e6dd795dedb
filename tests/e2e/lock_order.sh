#!/usr/bin/env bash
# A batch of success-tracker or goal-enricher takes goals in the order of their ids, whatever topics they are named in: with somebody who
# does so too it waits its turn, and neither is the victim of a deadlock.
# shellcheck source=tests/support/pipeline.bash
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"
# shellcheck source=tests/support/goals.bash
. "$GROWTH_SOURCE/tests/support/goals.bash"

# Somebody else: holds the goal of the lower id, then wants that of the higher id.
coprocess_sql()
{
	coproc OTHER { exec psql -U postgres -d "$database" -XAtq 2>&1; }
	worker_pids[other-1]=$OTHER_PID
}

other()
{
	echo "$1" >&"${OTHER[1]}"
}

# waits: a worker waits for a lock
waits()
{
	[ "$(sql "SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database() AND usename = 'growth_$1' AND wait_event_type = 'Lock'")" = t ]
}

no_deadlock()
{
	[ "$(sql "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")" = 0 ]
}

# With their tracking rows, which are all that a feedback alone waits for.
goals='ai_concierge_goals g JOIN pattern_success_tracking t ON t.goal_id = g.id WHERE g.id'

# takes_turns WORKER [ROWS FIRST LAST]: with the events that wait for it, one naming the later goal in an earlier route; somebody else
# holds the first row, and wants the last one then; they are waited for, so that they are one batch
takes_turns()
{
	local answer rows=${2:-$goals} first=${3:-$lower} last=${4:-$higher}

	coprocess_sql
	other "BEGIN; SELECT 'held' FROM $rows = $first FOR NO KEY UPDATE;"
	read -r answer <&"${OTHER[0]}"
	start_worker "$1" 1 --set batch.linger=2s
	wait_for "its turn" waits "${1//-/_}"
	other "SELECT 'both' FROM $rows = $last FOR NO KEY UPDATE;"
	read -rt 30 answer <&"${OTHER[0]}" || fail "the other one waits for ever"
	check "$1: the other one gets both" [ "$answer" = both ]
	other "COMMIT;
\\q"
	wait "${worker_pids[other-1]}" || true
	unset "worker_pids[other-1]"
	wait_settled
	check "$1: no deadlock" no_deadlock
}

# erased_in TOPIC CONTRACTOR: what its reader is told of an erasure
erased_in()
{
	printf '%s:' "$2" | kcat -P -Z -K: -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -t "$pipeline_prefix$1" \
		-H ce_source=test -H ce_id="erasure-$2" -H ce_time=2024-06-01T00:00:00Z
}

pipeline_new lock_order
publish_goal_pattern 40 0.6 '{"common_books":[{"item":"traction","name":"Traction","users":30,"usage_rate":0.75,"at_least":false,"grade":"A"}]}'
start_workers
in_tier 0_5_million 1 2 >"$pipeline_dir/profiles"
emit "$pipeline_dir/profiles"
wait_settled
IFS=' ' read -r lower first higher second < <(sql "SELECT string_agg(id || ' ' || contractor_id, ' ' ORDER BY id) FROM ai_concierge_goals")
kill_worker success-tracker 1
{
	event goal.completed "$second" 2024-03-01T00:00:00Z "\"goal_id\":\"$(goal_of "$second")\",\"outcome\":\"completed\""
	event feedback.submitted "$first" 2024-03-01T00:00:00Z "\"goal_id\":\"$(goal_of "$first")\",\"rating\":4"
} >"$pipeline_dir/outcomes"
emit "$pipeline_dir/outcomes"
takes_turns success-tracker

kill_worker goal-enricher 1
{
	event goal.created "$second" 2024-03-02T00:00:00Z '"goal_id":"0b9e2c7e-6f0c-4f3e-9d53-000000000001","goal_type":"retention","goal_description":"Keep them"'
	event action.recorded "$first" 2024-03-02T00:00:00Z '"kind":"book","item":"traction"'
} >"$pipeline_dir/events"
emit "$pipeline_dir/events"
takes_turns goal-enricher

# Who erases takes the goals of the erased with those of the others. There are such when he has come back meanwhile.
kill_worker success-tracker 1
event goal.completed "$first" 2024-04-01T00:00:00Z "\"goal_id\":\"$(goal_of "$first")\",\"outcome\":\"completed\"" >"$pipeline_dir/outcome"
emit "$pipeline_dir/outcome"
erased_in goal.enriched "$second"
takes_turns success-tracker
check "what is tracked of him is gone" [ "$(sql "SELECT count(*) FROM pattern_success_tracking WHERE goal_id = $higher")" = 0 ]

kill_worker goal-enricher 1
event goal.created "$first" 2024-03-03T00:00:00Z \
	'"goal_id":"0b9e2c7e-6f0c-4f3e-9d53-000000000002","goal_type":"retention","goal_description":"Keep them"' >"$pipeline_dir/goal"
emit "$pipeline_dir/goal"
erased_in contractor.matched "$second"
takes_turns goal-enricher 'ai_concierge_goals g WHERE g.id'
check "his goals are gone" [ "$(sql "SELECT count(*) FROM ai_concierge_goals WHERE contractor_id = $second")" = 0 ]

# Matches are matcher's, contractor by contractor; goal-enricher counts goals in them. The later contractor was matched first.
for contractor in 9 5; do
	in_tier 0_5_million $contractor $contractor >"$pipeline_dir/profile"
	emit "$pipeline_dir/profile"
	wait_settled
done
kill_worker goal-enricher 1
for contractor in 9 5; do
	event goal.created "$contractor" 2024-03-02T00:00:00Z \
		"\"goal_id\":\"0b9e2c7e-6f0c-4f3e-9d53-00000000000$contractor\",\"goal_type\":\"revenue_growth\",\"goal_description\":\"Grow\""
done >"$pipeline_dir/goals"
emit "$pipeline_dir/goals"
takes_turns goal-enricher 'contractor_pattern_matches m WHERE m.contractor_id' 5 9
check "their goals are counted" [ "$(sql 'SELECT string_agg(goals_generated::text, NULL) FROM contractor_pattern_matches WHERE contractor_id IN (5, 9)')" = 22 ]
stop_workers
check "nothing is dead-lettered" is_empty dead_letters
