#!/usr/bin/env bash
# A replay into a shadow equals live, row by row: after every kind of event, two recalculations with outcomes between them, of which live publishes
# confidences again and again while they come in and matcher and goal-enricher lag (SIGSTOP), an erasure, messages without CloudEvents headers and dead letters; also when the replay and its workers are
# killed on the way. Of those who lagged, too, diff names what somebody changes. Live is not touched, and
# nothing is left of a shadow that was dropped. A worker of live that handles its history again in place changes nothing but what was lost.
# shellcheck source=tests/support/pipeline.bash
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"
# shellcheck source=tests/support/by_hand.bash
. "$GROWTH_SOURCE/tests/support/by_hand.bash"
needs_crash_points

export GROWTH_CONFIDENCE_PUBLISH_STEP=0.03
export GROWTH_CONFIDENCE_EVERY=2s # each look that publishes is a step of each replay, so not every one should
contractors=${CONTRACTORS:-200}
seed=${SEED:-11}

# bare TOPIC KEY VALUE: a message without headers
bare()
{
	printf '%s:%s\n' "$2" "$3" | kcat -P -K: -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -t "$pipeline_prefix$1"
}

# of_shadow NAME COMMAND…: the command with the shadow's database
of_shadow()
{
	local name=$1 database=$database

	shift
	database=${database}_shadow_$name
	"$@"
}

# settled_dump: what state_dump shows, and what waits
settled_dump()
{
	state_dump
	sql "SELECT 'erased', contractor_id, erased_at FROM matcher.erased_contractors ORDER BY 2"
	sql "SELECT 'parked', topic, waiting_for, contractor_id FROM success_tracker.parked ORDER BY 2, 3, 4"
	sql "SELECT 'recalculations', event_id, pattern_key, as_of, reason, outcome FROM cohort_analyzer.recalculations WHERE finished ORDER BY 2"
	sql "SELECT 'looks', number, as_of, after_request FROM cohort_analyzer.evaluations ORDER BY 2"
}

# same_rows NAME PREFIXES: of these tables, live and shadow have the same
same_rows()
{
	of_shadow "$1" settled_dump | grep -E "^($2)\|" >"$pipeline_dir/$1.state" || true
	grep -E "^($2)\|" "$pipeline_dir/live.state" >"$pipeline_dir/live.compared"
	compare "$1: live and shadow" "$pipeline_dir/live.compared" "$pipeline_dir/$1.state"
}

# equals_live NAME PREFIXES: these row by row; all else by the rules of diff, which explain what was said in passing
equals_live()
{
	same_rows "$1" "$2"
	growthctl diff live "$1" --limit 5 >"$pipeline_dir/differences.log" 2>&1 ||
		{ grep -v '^public.*0  *0$' "$pipeline_dir/differences.log" | head -n 60 >&2; fail "$1: unexplained differences"; }
	echo "ok: $1 equals live: $(wc -l <"$pipeline_dir/$1.state") rows; $(grep -E 'rows are not equal' "$pipeline_dir/differences.log")"
}

taken='contractors|observations|actions|votes|scores|erased'
learnt='patterns|confidence|publications|standings|due|voters|evidence|recalculations|looks'

# replay NAME [OPTION…]
replay()
{
	growthctl replay "$@" --rate "${RATE:-0}" --logs "$pipeline_dir/shadows" --execute 2>"$pipeline_dir/replay.log"
}

evaluations()
{
	sql "SELECT evaluated_at, (SELECT count(*) FROM cohort_analyzer.evaluations) FROM cohort_analyzer.evaluation"
}

is_evaluated_since()
{
	[ "$(evaluations)" != "$1" ]
}

# outcomes_come: in parts, with lives; a look begins while the next one is under way. Matcher, then goal-enricher stand still meanwhile, so
# that what came before a version is handled after it.
outcomes_come()
{
	local number before lagging=(matcher-1 matcher-1 goal-enricher-1 goal-enricher-1)

	split -d -n l/4 "$pipeline_dir/outcomes.ndjson" "$pipeline_dir/outcomes."
	split -d -n l/4 "$pipeline_dir/late.ndjson" "$pipeline_dir/late."
	for number in 0 1 2 3; do
		before=$(evaluations)
		kill -STOP "${worker_pids[${lagging[number]}]}"
		emit "$pipeline_dir/late.0$number"
		emit "$pipeline_dir/outcomes.0$number"
		wait_for "a look at outcomes" is_evaluated_since "$before"
		((number % 2 == 0)) || kill -CONT "${worker_pids[${lagging[number]}]}"
	done
	wait_settled
}

# kafka_names: topics and groups of shadows
kafka_names()
{
	kcat -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -L -J | jq -r '.topics[].topic' | grep "^${pipeline_prefix}shadow\." || true
}

seconds()
{
	date +%s.%N
}

# ---- live ----

pipeline_new replay
mkdir "$pipeline_dir/shadows"
history=$pipeline_dir/history.ndjson
growthctl simulate --contractors "$contractors" --seed "$seed" --outcomes >"$history"
growing='"topic": ?"(goal.completed|feedback.submitted)"'
grep -vE "$growing" "$history" >"$pipeline_dir/lives.ndjson" || true
grep -E "$growing" "$history" >"$pipeline_dir/outcomes.ndjson" || true
early=$(($(wc -l <"$pipeline_dir/lives.ndjson") * 3 / 4))
head -n "$early" "$pipeline_dir/lives.ndjson" >"$pipeline_dir/early.ndjson"
tail -n +$((early + 1)) "$pipeline_dir/lives.ndjson" >"$pipeline_dir/late.ndjson"
echo "seed $seed, $contractors contractors: $early early events, $(wc -l <"$pipeline_dir/late.ndjson") late ones, $(wc -l <"$pipeline_dir/outcomes.ndjson") outcomes"

emit "$pipeline_dir/early.ndjson"
bare contractor.updated 900001 '{"contractor_id":900001,"occurred_at":"2024-01-01T00:00:00Z","revenue_tier":"0_5_million","team_size":4}'
bare contractor.updated 900002 '{"contractor_id":900002,"occurred_at":"2024-01-01T00:00:00Z","revenue_tier":"no_such_tier"}'
started=$(seconds)
start_workers
wait_settled
recalculate 2024-01-31T00:00:00Z first
wait_settled
outcomes_come
for erased in 3 5 900001; do
	printf '%s:' "$erased" | kcat -P -Z -K: -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -t "${pipeline_prefix}contractor.updated" \
		-H ce_source=test -H ce_id="erase-$erased" -H ce_time=2024-05-01T00:00:00Z
done
wait_settled
recalculate 2024-06-30T00:00:00Z second
wait_settled
live_seconds=$(bc <<<"$(seconds) - $started")
check "live has patterns, matches, goals, outcomes and dead letters" \
	[ "$(sql 'SELECT (SELECT count(*) > 2 FROM business_growth_patterns) AND (SELECT count(*) > 50 FROM contractor_pattern_matches) AND (SELECT count(*) > 50 FROM ai_concierge_goals) AND (SELECT count(*) > 10 FROM pattern_success_tracking WHERE goal_completed)') $(dead_letters | wc -l)" = 't 2' ]
published=$(sql "SELECT count(*) FROM cohort_analyzer.evaluations")
check "confidences were published between recalculations, again and again ($published times)" [ "$published" -ge 3 ]
settled_dump >"$pipeline_dir/live.state"
positions=$(sql 'SELECT topic, partition, next_offset, epoch, sequence FROM matcher.positions ORDER BY 1, 2')

# ---- a dry run ----

growthctl replay calm >"$pipeline_dir/plan" 2>"$pipeline_dir/plan.log"
check "a dry run tells what would be read" [ "$(grep -c '2 recalculations done again' "$pipeline_dir/plan")" = 1 ]
check "and makes nothing" [ "$(kafka_names)$(psql -U postgres -d postgres -XAtqc "SELECT datname FROM pg_database WHERE datname LIKE '${database}\\_shadow%'")" = '' ]

# ---- undisturbed ----

# What each of them reads stands in one file.
cat >"$pipeline_dir/growth.conf" <<'END'
topics = { dead_letter_retention = "7d"; };
recalculation = { threads = 1; };
sweep = { chunk = 100; };
checklist = { milestones = 3; };
feedback = { remind_after = "7d"; };
END
started=$(seconds)
replay calm --config "$pipeline_dir/growth.conf" || fail "replay calm: $(tail -n 5 "$pipeline_dir/replay.log")"
tail -n 1 "$pipeline_dir/replay.log"
echo "live took $live_seconds s to handle the history, the replay $(bc <<<"$(seconds) - $started") s, its own start and end included"
equals_live calm "$taken|$learnt"
check "its dead letters are there" [ "$(pipeline_prefix=${pipeline_prefix}shadow.calm. dead_letters | wc -l)" = 2 ]
check "a replay that is done does nothing again" growthctl replay calm --execute 2>>"$pipeline_dir/replay.log"

# ---- killed ----

# fed NAME: messages of the shadow that its cohort-analyzer has handled
fed()
{
	of_shadow "$1" sql 'SELECT coalesce(sum(next_offset), 0) FROM cohort_analyzer.positions' 2>/dev/null || echo 0
}

is_beyond()
{
	[ "$(fed killed)" -gt "$1" ]
}

# kill_shadow WORKER: the one that the feeder has started; the run before may have gone so far that there is none yet
kill_shadow()
{
	pkill -9 -P "$(pgrep -P "$feeder" -x growthctl || echo "$feeder")" -x "$1"
}

for point in replay.made:1 replay.planned:1 replay.produced:3 replay.committed:3; do
	status=0
	GROWTH_CRASH_AT=$point RATE=2000 replay killed || status=$?
	check "killed at $point" [ "$status" = 137 ]
done
of_shadow killed sql 'ALTER TABLE replay.steps RENAME evaluation TO no_longer'
status=0
replay killed || status=$?
check "what an older version has planned is not gone on with: $(cut -d : -f 2 "$pipeline_dir/replay.log" | tail -n 1)" \
	[ "$status $(grep -c 'shadow killed was planned by an older growthctl.*growthctl replay drop killed' "$pipeline_dir/replay.log")" = '78 1' ]
check "and is listed as that" [ "$(growthctl replay list | grep -c '^killed .*by an older growthctl$')" = 1 ]
of_shadow killed sql 'ALTER TABLE replay.steps RENAME no_longer TO evaluation'
total=$(fed calm)
for share in 4 2; do
	RATE=4000 replay killed &
	feeder=$!
	wait_for "progress of the replay" is_beyond $((total / share - total / 8))
	wait_for "worker of the shadow" kill_shadow "$([ $share = 4 ] && echo matcher || echo goal-enricher)"
	wait_for "progress of the replay" is_beyond $((total / share))
	pkill -9 -P "$feeder" -x growthctl || kill -9 "$feeder"
	wait "$feeder" 2>/dev/null || true
done
replay killed || fail "replay killed: $(tail -n 5 "$pipeline_dir/replay.log")"
grep -q 'goes on after' "$pipeline_dir/replay.log" || fail "it did not go on where it was"
equals_live killed "$taken|$learnt"

# ---- changed by hand ----

growthctl diff live killed --json --limit 0 >"$pipeline_dir/diff.json"
change_by_hand "$pipeline_dir/diff.json"
check "something differs, and is explained" [ "${#changed[@]}" -ge 3 ]
growthctl diff live killed --json --limit 0 >"$pipeline_dir/changed.json" || true
check_named "$pipeline_dir/changed.json"
check "and nothing else is unexplained" [ "$(jq .unexplained "$pipeline_dir/changed.json")" = "${#changed[@]}" ]
change_back

# ---- one worker, and an earlier end ----

replay learnt --worker cohort-analyzer --output none || fail "replay learnt: $(tail -n 5 "$pipeline_dir/replay.log")"
learnt="observations|actions|votes|$learnt"
of_shadow learnt settled_dump 2>/dev/null | grep -E "^($learnt)\|" >"$pipeline_dir/learnt.state"
grep -E "^($learnt)\|" "$pipeline_dir/live.state" >"$pipeline_dir/live.learnt"
compare "learnt: what is learnt" "$pipeline_dir/live.learnt" "$pipeline_dir/learnt.state"
check "a replay of cohort-analyzer alone learns the same; of its topics nothing is left" [ "$(kafka_names | grep -c learnt)" = 0 ]

# ---- the shadow's own votes ----

replay own --own-votes || fail "replay own: $(tail -n 5 "$pipeline_dir/replay.log")"
# Which of its own votes are there when it looks at outcomes is a matter of time, so what it makes of them, goals and their votes
# included, need not be live's.
same_rows own "${taken/votes|/}"
echo "ok: a replay with its own votes has live's facts: $(wc -l <"$pipeline_dir/own.state") rows"

# ---- live, and cleaning up ----

settled_dump >"$pipeline_dir/after.state"
compare "live before and after" "$pipeline_dir/live.state" "$pipeline_dir/after.state"
check "live's positions are where they were" \
	[ "$(sql 'SELECT topic, partition, next_offset, epoch, sequence FROM matcher.positions ORDER BY 1, 2')" = "$positions" ]
check "list shows them" [ "$(growthctl replay list | grep -c "done$")" = 4 ]
for name in calm killed learnt own; do
	growthctl replay drop "$name" 2>>"$pipeline_dir/replay.log" || fail "drop $name"
done
check "nothing is left of them" [ "$(kafka_names)$(growthctl replay list)" = 'There are no shadows.' ]
status=0
growthctl replay drop calm 2>/dev/null || status=$?
check "what is not there cannot be dropped" [ "$status" = 66 ]

# ---- in place ----

# in_place WORKER [OPTION…]
in_place()
{
	growthctl replay in-place --worker "$1" "${@:2}" 2>"$pipeline_dir/in_place.log"
}

offsets()
{
	sql 'SELECT topic, partition, next_offset FROM matcher.positions ORDER BY 1, 2'
}

stop_workers
head -n 1 "$history" >"$pipeline_dir/known"
emit "$pipeline_dir/known"
status=0
in_place matcher --from earliest --to 2024-01-01 || status=$?
check "in place: an end before where the worker stood is refused" \
	[ "$status $(tr '\n' ' ' <"$pipeline_dir/in_place.log" | grep -c 'growthctl replay NAME --to 2024-01-01')" = '64 1' ]
check "it tells what is handled again" [ "$(in_place matcher --from earliest | grep -cE 'offsets again$|^At most [0-9]+ messages are handled again .* at 10000 a second')" -gt 4 ]
positions=$(offsets)
in_place matcher --from 2099-01-01 --execute || fail "in place: $(tail -n 5 "$pipeline_dir/in_place.log")"
check "nothing goes forward, so nothing is left out" [ "$(offsets)" = "$positions" ]
in_place matcher --from earliest --execute >/dev/null || fail "in place: $(tail -n 5 "$pipeline_dir/in_place.log")"
sql 'DELETE FROM contractor_actions WHERE contractor_id % 3 = 0'
in_place cohort-analyzer --topic action.recorded --from earliest --execute >/dev/null || fail "in place: $(tail -n 5 "$pipeline_dir/in_place.log")"
start_workers
wait_settled
stop_workers
# What the erased did after the time of their erasure counts as a new life when it is handled again.
erased='^actions\|.*"contractor_id": (3|5|900001)[,}]'
settled_dump | grep -vE "$erased" >"$pipeline_dir/in_place.state"
grep -vE "$erased" "$pipeline_dir/live.state" >"$pipeline_dir/live.compared"
compare "in place: before and after" "$pipeline_dir/live.compared" "$pipeline_dir/in_place.state"
check_ids_unique
echo "ok: what is handled again in place puts back what was lost, changes nothing else and publishes nothing"
