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

# watched PATTERN: an observer on a terminal of 80 columns, who leaves after two looks, the second of which has that. What `script` has seen
# of it is in $pipeline_dir/seen.
watched()
{
	rm -f "$pipeline_dir"/{seen,watcher}
	PGUSER=postgres TERM=xterm script -qfec "stty rows 12 cols 80
		sh -c 'echo \$\$ >$pipeline_dir/watcher; exec $GROWTH_BIN/growthctl status --watch 0.3'
		echo left with \$?" "$pipeline_dir/seen" </dev/null >/dev/null &
	worker_pids[script-1]=$!
	wait_for "looks of a watcher that show $1" has_looked_twice "$1"
	kill -INT "$(<"$pipeline_dir/watcher")"
	wait "${worker_pids[script-1]}" || fail "script left with $?"
	unset "worker_pids[script-1]"
}

# has_looked_twice PATTERN: and there it is, after the first look
has_looked_twice()
{
	tr '\r\n' '  ' <"$pipeline_dir/seen" 2>/dev/null | grep -aq "every 0\.3 s.*every 0\.3 s.*$1"
}

# watch_plainly PATTERN ARGS…: the same without a terminal, until two lines have it; what is written is in $pipeline_dir/out
watch_plainly()
{
	PGUSER=postgres "$GROWTH_BIN/growthctl" status --watch=0.3 "${@:2}" >"$pipeline_dir/out" &
	worker_pids[watcher-1]=$!
	wait_for "looks that show $1" has_written_twice "$1"
	kill_worker watcher 1
	check "told to leave, it does ($*)" [ "$status" = 0 ]
}

has_written_twice()
{
	[[ $(grep -c "$1" "$pipeline_dir/out") -gt 1 ]]
}

pipeline_new status
status "nothing was sent, nothing is left" 0 --wait --timeout 5s
status "but nobody works" 1
check "which is the first thing told" grep -q '^ATTENTION  no instance of .* runs, and 3 more. Next: start ' "$pipeline_dir/out"
growthctl simulate -n 200 --outcomes >"$pipeline_dir/history"
emit "$pipeline_dir/history"
status "no worker runs, and messages wait" 2 --json
check "so it is ill, which is told in words, with what to do" [ "$(jq -c '[.health, (.findings | map(select(.health == "ill")) | .[0].next)]' "$pipeline_dir/out")" = \
	'["ill","start cohort-analyzer"]' ]
check "since when the oldest waits is known" [ "$(jq '[.workers[].partitions[] | select(.lag > 0) | .waiting_seconds] | all(. >= 0 and . < 600)' "$pipeline_dir/out")" = true ]
check "nothing moves" [ "$(jq '[.workers[].partitions[].rate // 0] | add' "$pipeline_dir/out")" = 0 ]
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
check "the first line says so" [ "$(head -n 1 "$pipeline_dir/out")" = 'WELL  Nothing is left to do.' ]
check "each worker has one instance" [ "$(awk '/^WORKER/ { on = 1 } /^$/ { on = 0 } on && $2 == 1' "$pipeline_dir/out" | wc -l)" = 4 ]
check "patterns are counted by status" grep -Eq '^Patterns +[1-9][0-9]* active, 0 downgraded, 0 removed$' "$pipeline_dir/out"
status "every partition" 0 --partitions
check "is there" [ "$(grep -Ec '^(cohort-analyzer|matcher|goal-enricher|success-tracker) +[a-z]+\.[a-z]+ +[0-9]+ ' "$pipeline_dir/out")" = 45 ]
watched 'WELL.*more lines'
check "a watcher on a terminal sees it over itself" grep -q $'\e\[H.*growthctl status, every 0.3 s' "$pipeline_dir/seen"
check "in colour" grep -q $'\e\[1;32mWELL\e\[0m  Nothing is left' "$pipeline_dir/seen"
check "as many lines as the window has" grep -q '^\.\.\. [0-9]* more lines' "$pipeline_dir/seen"
check "and has the terminal back when he leaves" grep -aq $'\e\[?25h\e\[?1049l.*left with 0' <(tr -d '\r\n' <"$pipeline_dir/seen")
NO_COLOR=1 watched 'WELL  Nothing is left'
check "without colour where that is wanted" [ "$(grep -c $'\e\[1;32m' "$pipeline_dir/seen")" = 0 ]
watch_plainly ^WELL
check "without a terminal each look is written below the other" [ "$(grep -c '^WELL' "$pipeline_dir/out")" -gt 1 ]
check "and commands no terminal" [ "$(grep -c $'\e' "$pipeline_dir/out")" = 0 ]
watch_plainly '^{.*}$' --json
check "as JSON it is an object a line" [ "$(jq -c .health "$pipeline_dir/out" | sort | uniq -c | awk '{ print ($1 > 1), $2 }')" = '1 "well"' ]
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
status "dead letters are counted, and somebody should look" 1 --json
check "at them" [ "$(jq -r '.findings[0].next' "$pipeline_dir/out")" = 'growthctl dlq list cohort-analyzer' ]
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
