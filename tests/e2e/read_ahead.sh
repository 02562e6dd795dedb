#!/usr/bin/env bash
# What matcher reads while it still stores the batch before makes no difference: small batches, many of which have contractors of the one
# before, give the tables and messages of large ones, row by row; also when it dies in between, again and again.
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"
needs_crash_points

contractors=${CONTRACTORS:-120} seed=${SEED:-5}
pipeline_make_dir
history=$pipeline_dir/history
"$GROWTH_BIN/growthctl" simulate --contractors "$contractors" --seed "$seed" >"$history"
split -n l/2 -d "$history" "$history."
# Changes that come close together: each contractor's number of people goes up and down, a few of them in every batch.
for ((i = 0; i < 3000; i++)); do
	id=$((i % 7 * 11 + i % 13 + 1))
	printf '{"topic":"contractor.updated","key":"%d","value":{"contractor_id":%d,"occurred_at":"2025-01-01T00:%02d:%02dZ","revenue_tier":"0_5_million","team_size":%d}}\n' \
		"$id" "$id" $((i / 60)) $((i % 60)) $((3 + i % 5 * 4))
done >"$history.02"
# And whole batches of theirs that nobody handles.
for ((i = 0; i < 60; i++)); do
	printf '%d:{"team_size":%d}\n' $((i % 7 * 11 + i % 13 + 1)) "$i"
done >"$history.bad"
head -n 300 "$history.02" | sed 's/T00:/T01:/' >"$history.03"
echo "seed $seed, $contractors contractors"

# What is matcher's: how many goals were made of a match, others say.
matches_dump()
{
	sql "SELECT to_jsonb(t) - 'kafka_partition' FROM contractors t ORDER BY id"
	sql "SELECT to_jsonb(t) - ARRAY['id', 'pattern_id', 'goals_generated', 'checklist_items_generated', 'pattern_result'] || jsonb_build_object('pattern', p.pattern_key)
		FROM contractor_pattern_matches t JOIN business_growth_patterns p ON p.id = t.pattern_id ORDER BY 1"
}

# run NAME MATCHER_SETTINGS…: of matcher, when it starts once more and the last messages are there already
run()
{
	local name=$1

	shift
	pipeline_new "$name"
	start_workers
	emit "$history.00"
	wait_settled
	recalculate 2024-01-31T00:00:00Z
	wait_settled
	emit "$history.01"
	wait_settled
	kill_worker matcher 1
	emit "$history.02"
	kcat -P -K: -X topic.partitioner=murmur2_random -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -t "${pipeline_prefix}contractor.updated" <"$history.bad"
	emit "$history.03"
	"${DISTURB:-:}" "$@"
	start_worker matcher 1 "$@"
	wait_settled
	ahead=$(metric matcher growth_batches_read_ahead_total)
	echo "$name: $ahead batches were read ahead for"
	stop_workers
	matches_dump >"$pipeline_dir/$name.state"
	topic_dump contractor.matched '%k %s\n' | sed 's/"snapshot":[0-9]*//' | LC_ALL=C sort >"$pipeline_dir/$name.outputs"
	check_ids_unique
}

has_died()
{
	[[ ! -e /proc/$1/stat || $(<"/proc/$1/stat") == *") Z"* ]]
}

# die_ahead SETTINGS…: at the third batch that is read ahead for
die_ahead()
{
	for times in 1 2 3; do
		GROWTH_CRASH_AT="batch.read_ahead:$((times * 3))" start_worker matcher 1 "$@"
		wait_for "its death" has_died "${worker_pids[matcher-1]}"
		status=0
		wait "${worker_pids[matcher-1]}" || status=$?
		unset "worker_pids[matcher-1]"
		check "died for the ${times}. time ($status)" [ "$status" != 0 ]
	done
}

# begun_anew: of all runs so far
begun_anew()
{
	grep -cE 'meanwhile|is new|given up' "$pipeline_dir/matcher-1.log" || true
}

run large
check "patterns are matched" [ "$(sql 'SELECT count(*) > 50 FROM contractor_pattern_matches')" = t ]
run small --set batch.max=9
check "small: they were read ahead for" [ "$ahead" -gt 50 ]
check "small: no batch had to begin anew" [ "$(begun_anew)" = 0 ]
compare "small: tables" "$pipeline_dir/large.state" "$pipeline_dir/small.state"
compare "small: messages" "$pipeline_dir/large.outputs" "$pipeline_dir/small.outputs"
DISTURB=die_ahead run dying --set batch.max=9
compare "dying: tables" "$pipeline_dir/large.state" "$pipeline_dir/dying.state"
compare "dying: messages" "$pipeline_dir/large.outputs" "$pipeline_dir/dying.outputs"
