#!/usr/bin/env bash
# Confidence as outcomes come, through Kafka and Postgres: while 500 outcomes come in, the unrounded confidence is that of an independent
# calculation (tests/oracle/confidence.py), and what is published follows by the configured step. Twice, in any order, over two
# instances, and with deaths at every point of an evaluation, the figures in the end are the same to the last bit.
#
# What a disturbed run may differ in, and nothing else: how many versions there were between, and by less than the step what is published.
# shellcheck source=tests/support/pipeline.bash
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"
needs_crash_points

table=$GROWTH_SOURCE/tests/data/confidence.txt

# The patterns of the calculation, as a recalculation has stored them.
patterns()
{
	sql "INSERT INTO business_growth_patterns (pattern_key, version, from_revenue_tier, to_revenue_tier, pattern_name, pattern_type, as_of,
		sample_size, confidence, expected_success, consistency)
	SELECT key, 1, 'a', 'b', 'c', 'revenue_growth', '2022-01-01 UTC', n, 0.1, 0.1, c
	FROM (VALUES ('a>b/x', 6, 0.2), ('b>c/x', 40, 0.8), ('c>d/x', 12, 0.47)) AS p (key, n, c)"
}

# outcomes FROM TO: lines of the table as events
outcomes()
{
	python3 -c 'import json, sys, uuid
from datetime import datetime, timedelta, timezone
def time(us):
	return (datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(microseconds=int(us))).isoformat()
for line in open(sys.argv[1]).read().splitlines()[int(sys.argv[2]):int(sys.argv[3])]:
	event, goal, voter, pattern, outcome, created, occurred, rating, impact = line.split()[:9]
	value = {"goal_id": str(uuid.UUID(int=int(goal))), "pattern_key": ("a>b/x", "b>c/x", "c>d/x")[int(pattern)],
		"voter": str(uuid.UUID(int=int(voter))), "outcome": outcome, "goal_created_at": time(created), "occurred_at": time(occurred)}
	if rating != "-":
		value["satisfaction"] = int(rating)
	if impact != "-":
		value["revenue_impact"] = impact
	print(json.dumps({"topic": "outcome.recorded", "key": value["pattern_key"], "id": event, "value": value}))' "$table" "$1" "$2"
}

is_evaluated()
{
	[ "$(growthctl status --json | jq '[.workers[] | select(.worker == "cohort-analyzer") | .outbox, .partitions[].lag] | add')" = 0 ] &&
		[ "$(sql 'SELECT due FROM cohort_analyzer.evaluation_due(now())')" = f ]
}

# equals_line N: the figures are those of the table after N outcomes
equals_line()
{
	sql 'SELECT confidence, expected_success FROM cohort_analyzer.pattern_evidence ORDER BY pattern_key COLLATE "C"' >"$pipeline_dir/figures"
	python3 -c 'import sys
wanted = [float(word) for word in open(sys.argv[1]).read().splitlines()[int(sys.argv[2]) - 1].split()[9:]]
found = [float(word) for line in open(sys.argv[3]) for word in line.split("|")]
off = max(abs(a - b) for a, b in zip(wanted, found, strict=True))
sys.exit(0 if off < 1e-9 else f"off by {off}")' "$table" "$1" "$pipeline_dir/figures"
}

# The last version in the topic is what is stored, and none is left out or there twice.
is_published()
{
	topic_dump pattern.recalculated '%s\n' >"$pipeline_dir/events"
	sql 'SELECT pattern_key, version, confidence, expected_success, outcome_voters, extract(epoch FROM confidence_as_of) FROM business_growth_patterns' >"$pipeline_dir/stored"
	python3 -c 'import json, sys
from datetime import datetime
versions, last = {}, {}
for line in open(sys.argv[1]):
	event = json.loads(line)
	versions.setdefault(event["pattern_key"], []).append(event["version"])
	last[event["pattern_key"]] = event
for line in open(sys.argv[2]):
	key, version, confidence, expected, voters, as_of = line.split("|")
	event = last[key]
	assert versions[key] == list(range(2, int(version) + 1)), (key, versions[key])
	assert (event["confidence_score"], event["expected_success"], event["outcome_voters"]) == (float(confidence), float(expected), int(voters)), event
	assert datetime.fromisoformat(event["confidence_as_of"].replace("Z", "+00:00")).timestamp() == float(as_of), event' "$pipeline_dir/events" "$pipeline_dir/stored" || return
	check "each version has a row of its history, and its cause" \
		[ "$(sql "SELECT count(*) FROM confidence_history WHERE cause = 'outcomes'")" = "$(wc -l <"$pipeline_dir/events")" ]
}

# All that is not a matter of time.
figures()
{
	sql 'SELECT pattern_key, trim_scale(good), trim_scale(bad), voters, as_of, confidence, expected_success, alpha, beta
		FROM cohort_analyzer.pattern_evidence ORDER BY pattern_key COLLATE "C"'
	sql 'SELECT pattern_key, voter, trim_scale(good), trim_scale(bad), counted, due_at FROM cohort_analyzer.pattern_voters
		FULL JOIN cohort_analyzer.due_voters USING (pattern_key, voter) ORDER BY pattern_key COLLATE "C", voter'
}

# within STEP: what is published is as near as that to what it should be
within()
{
	[ "$(sql "SELECT count(*) FROM business_growth_patterns p JOIN cohort_analyzer.pattern_evidence e USING (pattern_key)
		WHERE abs(p.confidence - e.confidence) <= $1")" = 3 ]
}

# ---- one by one, nobody dies ----

pipeline_new undisturbed
patterns
start_worker cohort-analyzer 1 --set confidence.publish_step=0
for ((sent = 0; sent < 500; sent += 50)); do
	outcomes "$sent" $((sent + 50)) >"$pipeline_dir/chunk"
	emit "$pipeline_dir/chunk"
	wait_for "an evaluation" is_evaluated
	equals_line $((sent + 50)) || fail "the confidence after $((sent + 50)) outcomes"
	within 0 || fail "with a step of 0 all is published: after $((sent + 50)) outcomes"
done
echo "ok: day6_unrounded_confidence_of_500_outcomes_equals_an_independent_calculation"
check "day6_a_moved_confidence_is_published" is_published
check "as its schema says" python3 "$GROWTH_SOURCE/tests/support/validate.py" \
	"$GROWTH_SOURCE/schemas/events/pattern.recalculated.schema.json" "$pipeline_dir/events"
stop_workers
figures >"$pipeline_dir/undisturbed.figures"

# ---- twice, in any order, over two instances, with deaths ----

pipeline_new disturbed
patterns
outcomes 0 500 >"$pipeline_dir/all"
cat "$pipeline_dir/all" "$pipeline_dir/all" | shuf --random-source=<(yes 7) >"$pipeline_dir/shuffled"

# start INSTANCE [POINT]: which dies there
start()
{
	GROWTH_CRASH_AT=${2:-} start_worker cohort-analyzer "$1" --set confidence.publish_step=0.01
}

is_gone()
{
	! kill -0 "${worker_pids[cohort-analyzer-1]}" 2>/dev/null
}

start 2
sent=0
for point in task.started:1 task.worked:1 task.done:1 batch.task:1 batch.handled:1 batch.commit:2 batch.committed:2 publish.committed:1; do
	kill_worker cohort-analyzer 2 KILL # so that the first owns the request partition
	start 1 "$point"
	sed -n "$((sent + 1)),$((sent += 125))p" "$pipeline_dir/shuffled" >"$pipeline_dir/chunk"
	emit "$pipeline_dir/chunk"
	wait_for "a death at $point" is_gone
	wait "${worker_pids[cohort-analyzer-1]}" 2>/dev/null || true
	unset "worker_pids[cohort-analyzer-1]"
	start 2
done
start 1
wait_for "the evaluation" is_evaluated
equals_line 500 || fail "day6: the confidence after deaths"
figures >"$pipeline_dir/disturbed.figures"
compare "figures" "$pipeline_dir/undisturbed.figures" "$pipeline_dir/disturbed.figures"
echo "ok: day6_duplicates_order_instances_and_deaths_do_not_show_in_the_figures"
check "day6_published_is_within_the_step" within 0.01
check "every version is published once" is_published
check "under an id of its own" check_ids_unique_in pattern.recalculated
check "nothing is dead-lettered" is_empty dead_letters
stop_workers
