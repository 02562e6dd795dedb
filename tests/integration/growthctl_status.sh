#!/usr/bin/env bash
# growthctl status: tells what is left to do, waits for exactly that, and is not fooled by transactions' markers. Then what
# patterns and contractor show of it.
# shellcheck source=tests/support/pipeline.bash
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"

# status WHAT STATUS [ARGS…]
status()
{
	local what=$1 wanted=$2 code=0

	shift 2
	growthctl status "$@" >"$pipeline_dir/out" 2>"$pipeline_dir/said" || code=$?
	[[ $code == "$wanted" ]] || { cat "$pipeline_dir/out" "$pipeline_dir/said" >&2; fail "$what: exit status $code instead of $wanted"; }
	echo "ok: $what"
}

# shown COMMAND STATUS ARGS…
shown()
{
	local command=$1 wanted=$2 code=0

	shift 2
	growthctl "$command" "$@" >"$pipeline_dir/out" 2>"$pipeline_dir/said" || code=$?
	[[ $code == "$wanted" ]] || { cat "$pipeline_dir/out" "$pipeline_dir/said" >&2; fail "$command: exit status $code instead of $wanted"; }
}

# An idle worker steps over the markers at a log's end; until then they are no lag either.
positions_are_at_the_end()
{
	status "no lag" 0 --json >/dev/null
	[ "$(jq '[.workers[].partitions[] | select(.lag > 0)] | length' "$pipeline_dir/out")" = 0 ] || fail "a marker counts as lag"
	[ "$(jq '[.workers[].partitions[] | select(.end_offset > .next_offset)] | length' "$pipeline_dir/out")" = 0 ]
}

pipeline_new status
status "nothing was sent, nothing is left" 0 --wait --timeout 5s
growthctl simulate -n 200 --outcomes >"$pipeline_dir/history"
emit "$pipeline_dir/history"
status "no worker runs" 0 --json
check "all of it is left" \
	[ "$(jq '[.workers[] | select(.worker == "matcher").partitions[] | select(.topic == "contractor.updated").lag] | add' "$pipeline_dir/out")" = \
		"$(grep -c '^{"topic":"contractor.updated"' "$pipeline_dir/history")" ]
status "waiting for it ends in time" 75 --wait --timeout 1s
check "and tells what is left" grep -q 'matcher is .* behind on contractor.updated' "$pipeline_dir/said"

start_workers
status "with workers it ends" 0 --wait --timeout "${TIMEOUT}s" --json
check "with nothing left" [ "$(jq '.done and (.pending | length == 0)' "$pipeline_dir/out")" = true ]
wait_for "steps over the markers of transactions" positions_are_at_the_end
check "and every contractor is there" [ "$(jq .contractors "$pipeline_dir/out")" = 200 ]
recalculate 2024-06-30T00:00:00Z
status "a recalculation is waited for, with all that follows" 0 --wait --timeout "${TIMEOUT}s"
status "nothing is left then" 0
check "it says so" grep -q 'Nothing is left to do' "$pipeline_dir/out"
check "patterns, matches and goals are there" \
	[ "$(sql 'SELECT (SELECT count(*) > 0 FROM business_growth_patterns) AND (SELECT count(*) > 0 FROM contractor_pattern_matches) AND (SELECT count(*) > 0 FROM ai_concierge_goals WHERE pattern_id IS NOT NULL)')" = t ]

# Whoever dies in a transaction hides what others commit behind it, until a broker ends it. (kcat sends its input a block at a time.)
hanging_topic=${pipeline_prefix}action.recorded
transaction=(kcat -P -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -t "$hanging_topic" -p 0 -k 1 -X "transactional.id=${pipeline_prefix}hanging"
	-X transaction.timeout.ms=600000)
log_end()
{
	kcat -Q -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -X isolation.level=read_uncommitted -t "$hanging_topic:0:-1" |
		sed 's/.* offset //'
}
log_has_grown()
{
	[[ $(log_end) -gt $end ]]
}
end=$(log_end)
"${transaction[@]}" < <(seq 100000; exec sleep 30) 2>>"$pipeline_dir/kcat.out" &
hanging=$!
wait_for "a transaction has begun" log_has_grown
kill -9 "$hanging"
echo '{"contractor_id":1,"occurred_at":"2024-06-30T00:00:00Z","kind":"book","item":"behind_it"}' |
	kcat -P -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -t "$hanging_topic" -p 0 -k 1
status "what is behind an open transaction is left to do" 75 --wait --timeout 2s
check "and it says why" grep -q "open transaction hides .*$hanging_topic" "$pipeline_dir/said"
"${transaction[@]}" </dev/null 2>>"$pipeline_dir/kcat.out"
status "and is done when it has ended" 0 --wait --timeout "${TIMEOUT}s"
check "by everybody" [ "$(sql "SELECT count(*) FROM contractor_actions WHERE item = 'behind_it'")" = 1 ]

kill_worker matcher 1
recalculate 2024-06-30T00:00:00Z again
echo '{"topic":"action.recorded","key":"1","id":"late","value":{"contractor_id":1,"occurred_at":"2024-06-30T00:00:00Z","kind":"book","item":"late"}}' >"$pipeline_dir/late"
emit "$pipeline_dir/late"
start_worker matcher 1
wait_settled
printf 'not json' | kcat -P -k 1 -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -t "${pipeline_prefix}action.recorded"
wait_settled
status "dead letters are counted" 0 --json
check "one for each reader" \
	[ "$(jq -c '[.workers[] | {(.worker): .dead_letters}] | add' "$pipeline_dir/out")" = '{"cohort-analyzer":1,"matcher":0,"goal-enricher":1,"success-tracker":0}' ]

shown patterns 0
check "patterns are shown by their labels" grep -Eq '^revenue_growth +\$0-5M +\$5-10M +[0-9]+ +0\.[0-9]{2} ' "$pipeline_dir/out"
shown patterns 0 --json
check "and as JSON" [ "$(jq length "$pipeline_dir/out")" = "$(sql "SELECT count(*) FROM business_growth_patterns WHERE status <> 'removed'")" ]
contractor=$(sql 'SELECT contractor_id FROM ai_concierge_goals WHERE pattern_id IS NOT NULL ORDER BY 1 LIMIT 1')
shown contractor 0 "$contractor"
for part in "Contractor $contractor" 'Patterns that fit' 'source .*Based on [0-9]+ contractors who went from' 'timeline' '\[.\] '; do
	check "a contractor's page has: $part" grep -Eq "$part" "$pipeline_dir/out"
done
check "no escapes where there is no terminal" [ "$(grep -c $'\e' "$pipeline_dir/out")" = 0 ]
shown contractor 0 "$contractor" --json
check "and as JSON, with matches and goals" [ "$(jq '(.matches | length > 0) and (.goals[0].checklist | length > 0)' "$pipeline_dir/out")" = true ]
shown contractor 66 999999
stop_workers

status "topics that do not exist" 78 --set kafka.topic_prefix=nowhere.
createdb -U postgres "${database}_empty"
status "a database without tables" 78 --set postgres.conninfo="$pipeline_conninfo dbname=${database}_empty"
check "and it says what to do" grep -q 'growthctl migrate' "$pipeline_dir/said"
status "a broker that is not there" 69 --timeout 1s --set kafka.bootstrap_servers=127.0.0.1:1
