#!/usr/bin/env bash
# The end state and the outputs do not depend on how many instances share the work, nor on who was killed or stopped on the
# way: each disturbed run equals an undisturbed one of the same history, row by row and message by message.
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"

contractors=${CONTRACTORS:-250}
seed=${SEED:-7}
as_of=2024-06-30T00:00:00Z

pipeline_make_dir
history=$pipeline_dir/history
"$GROWTH_BIN/growthctl" simulate --contractors "$contractors" --seed "$seed" --outcomes >"$history"
echo "seed $seed, $contractors contractors, $(wc -l <"$history") events"

# is_under_way WORKER: it has handled a fifth of what it is to read, but not all
is_under_way()
{
	local schema=${1//-/_} topics

	case $1 in
	cohort-analyzer) topics='contractor.updated|action.recorded' ;;
	matcher) topics='contractor.updated|partner.scored' ;;
	goal-enricher) topics='action.recorded|goal.created' ;;
	success-tracker) topics='goal.completed|feedback.submitted' ;;
	esac
	[ "$(sql "SELECT coalesce(sum(next_offset), 0) FROM $schema.positions")" -gt \
		$(($(grep -cE "\"topic\": ?\"($topics)\"" "$history") / 5)) ]
}

has_patterns()
{
	[ -n "$(sql 'SELECT 1 FROM business_growth_patterns LIMIT 1')" ]
}

# run NAME INSTANCES [DISTURB]: DISTURB is called with the worker's name once that worker is under way
run()
{
	pipeline_new "$1"
	start_workers "$2"
	emit "$history" &
	emitting=$!
	if [[ -n ${3:-} ]]; then
		for worker in "${WORKERS[@]}"; do
			wait_for "progress of $worker" is_under_way "$worker"
			"$3" "$worker"
		done
	fi
	wait "$emitting" || fail "emit"
	wait_settled
	recalculate "$as_of"
	if [[ -n ${3:-} ]]; then
		"$3" cohort-analyzer
		wait_for patterns has_patterns
		"$3" matcher
		"$3" goal-enricher
		"$3" success-tracker
	fi
	wait_settled
	stop_workers
	state_dump >"$pipeline_dir/$1.state"
	outputs_dump >"$pipeline_dir/$1.outputs"
	check_ids_unique
	check "$1: no dead letter" is_empty dead_letters
	check "$1: outboxes are empty" \
		[ "$(sql 'SELECT (SELECT count(*) FROM matcher.outbox) + (SELECT count(*) FROM goal_enricher.outbox) + (SELECT count(*) FROM success_tracker.outbox) + (SELECT count(*) FROM cohort_analyzer.outbox)')" = 0 ]
}

kill_and_restart()
{
	kill_worker "$1" 1 KILL
	start_worker "$1" 1
}

stop_and_restart()
{
	local start=$SECONDS

	kill_worker "$1" 1 TERM
	check "$1 leaves with 0 in under 10 s on SIGTERM" [ "$status-$((SECONDS - start < 10))" = 0-1 ]
	start_worker "$1" 1
}

equals_undisturbed()
{
	compare "$1: end states" "$pipeline_dir/undisturbed.state" "$pipeline_dir/$1.state"
	compare "$1: outputs" "$pipeline_dir/undisturbed.outputs" "$pipeline_dir/$1.outputs"
	echo "ok: $1 equals undisturbed"
}

run undisturbed 1
check "there are patterns, matches, goals and outcomes to compare" \
	[ "$(sql 'SELECT (SELECT count(*) > 2 FROM business_growth_patterns) AND (SELECT count(*) > 50 FROM contractor_pattern_matches) AND (SELECT count(*) > 50 FROM ai_concierge_goals) AND (SELECT count(*) > 20 FROM pattern_success_tracking WHERE goal_completed)')" = t ]
run two_instances 2
equals_undisturbed two_instances

# The same history as upstream might deliver it: some events twice, topics interleaved anew. Outputs may then differ in number, since
# what was known when is another; what is learnt may not.
what_is_learnt()
{
	grep -E '^(observations|actions|votes|patterns|publications)\|' "$pipeline_dir/$1.state"
}

python3 -c 'import random, sys
sys.path.insert(0, sys.argv[1] + "/tests/faults")
import load
lines = open(sys.argv[2]).read().splitlines()
open(sys.argv[2] + ".interleaved", "w").write("\n".join(load.disturb(lines, random.Random(int(sys.argv[3])))) + "\n")' \
	"$GROWTH_SOURCE" "$history" "$seed"
orderly=$history history=$history.interleaved
run interleaved 2
history=$orderly
rm -f "$history.interleaved"
compare "interleaved: what is learnt" <(what_is_learnt undisturbed) <(what_is_learnt interleaved)
echo "ok: duplicates, interleaving and two instances give the same patterns, to the last bit"

run killed 1 kill_and_restart
equals_undisturbed killed
run stopped 1 stop_and_restart
equals_undisturbed stopped

# With outcomes moving what is published, which of them are looked at together decides which versions there are, and who is matched by another
# version may be made other goals. What must be true is that the figures are those of a count of all votes, which a
# recalculation for the same time makes, and that what is published lies within the step of them.
export GROWTH_CONFIDENCE_PUBLISH_STEP=0.01
run following 2 kill_and_restart

# farther THAN: patterns whose published confidence is farther than that from the running one
farther()
{
	sql "SELECT count(*) FROM business_growth_patterns p LEFT JOIN cohort_analyzer.pattern_evidence e USING (pattern_key)
		WHERE p.status <> 'removed' AND NOT coalesce(abs(p.confidence - CASE WHEN p.status = 'downgraded' THEN least(e.confidence, 0.3) ELSE e.confidence END) <= $1, false)"
}

check "following: outcomes have moved what is published" [ "$(sql "SELECT count(*) > 0 FROM confidence_history WHERE cause = 'outcomes'")" = t ]
check "following: it is within the step" [ "$(farther 0.01)" = 0 ]
start_workers 2
# The patterns of a recalculation may lead to other goals, which are later news: until one says nothing new.
for ((i = 2; i <= 9; i++)); do
	now=$(sql "SELECT to_char(as_of AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') FROM cohort_analyzer.evaluation")
	recalculate "$now" "recalculation-$i"
	wait_settled
	[ "$(sql "SELECT as_of = '$now' FROM cohort_analyzer.evaluation")" = t ] && break
done
check "day6: running figures are those of a count of all votes" [ "$(farther 1e-12)" = 0 ]
stop_workers
