#!/usr/bin/env bash
# When recalculations happen and what they calculate: only transitions that something has changed for, by the marks that
# batches leave; a month is asked for once, whoever dies on the way; drift is asked for once; and while one runs, for as long
# as it takes, the instance keeps consuming and stays in its group.
# shellcheck source=tests/support/pipeline.bash
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"
needs_crash_points

FIRST='0_5_million>5_10_million'
SECOND='5_10_million>11_20_million'
THIRD='11_20_million>21_30_million'

# profile CONTRACTOR TIER DAY [ID]
profile()
{
	printf '{"topic":"contractor.updated","key":"%d","id":"%s","value":{"contractor_id":%d,"occurred_at":"%sT00:00:00Z","revenue_tier":"%s"}}\n' \
		"$1" "${4:-$1-$3}" "$1" "$3" "$2"
}

# action CONTRACTOR ITEM DAY
action()
{
	printf '{"topic":"action.recorded","key":"%d","id":"a-%d-%s","value":{"contractor_id":%d,"occurred_at":"%sT00:00:00Z","kind":"book","item":"%s"}}\n' \
		"$1" "$1" "$2" "$1" "$3" "$2"
}

# Contractors 1 to 12 make the first step, 101 to 110 the second; 201 to 220 wait.
history()
{
	local id

	for id in $(seq 1 12); do
		profile "$id" 0_5_million 2022-01-01
		profile "$id" 5_10_million "2022-08-$((10 + id))"
	done
	for id in $(seq 101 110); do
		profile "$id" 5_10_million 2022-01-01
		profile "$id" 11_20_million "2022-09-$((id - 90))"
	done
	for id in $(seq 201 220); do
		profile "$id" 0_5_million 2022-02-01
	done
}

# send LINES…: and waits until the analyzer has them
send()
{
	"$@" >"$pipeline_dir/events"
	emit "$pipeline_dir/events"
	wait_for "the events" is_read
}

is_read()
{
	[ "$(growthctl status --json | jq '[.workers[] | select(.worker == "cohort-analyzer").partitions[].lag] | add')" = 0 ]
}

# done_by ID AS_OF [PATTERN]: asks, and waits; what was found is in `out`
done_by()
{
	growthctl recalculate --id "$1" --as-of "$2" --wait --timeout "${TIMEOUT}s" --json "${@:3}" >"$pipeline_dir/out" 2>"$pipeline_dir/said" ||
		{ cat "$pipeline_dir/said" >&2; fail "recalculation $1"; }
	wait_for "its marks to be cleared" is_cleared
}

is_cleared()
{
	is_empty sql 'SELECT 1 FROM cohort_analyzer.clearings LIMIT 1'
}

NEW='published, too small for the held-out test' # twelve levelled up

result_of()
{
	jq -r --arg key "$1/revenue_growth" '.transitions[] | select(.pattern_key == $key).result' "$pipeline_dir/out"
}

# Which transitions a request has calculated.
calculated_by()
{
	sql "SELECT string_agg(transition, ' ' ORDER BY place) FROM cohort_analyzer.transitions WHERE event_id = '$1'"
}

version_of()
{
	sql "SELECT version FROM business_growth_patterns WHERE pattern_key = '$1/revenue_growth'"
}

marks()
{
	sql 'SELECT count(*) FROM cohort_analyzer.changed_contractors'
}

requests()
{
	topic_dump recalculation.requested '%h %k %s\n' | grep -c "\"reason\":\"$1\"" || true
}

exists()
{
	[ -n "$(sql "SELECT 1 FROM cohort_analyzer.$1")" ]
}

# ---- what is calculated ----

pipeline_new recalculation
start_worker cohort-analyzer 1
send history
check "every contractor is marked" [ "$(marks)" = 42 ]
check "before the first, the ladder is shown" [ "$(growthctl patterns | grep -c 'not calculated yet')" -ge 3 ]

done_by first 2024-01-01
ladder=$(jq '.transitions | length' "$pipeline_dir/out")
check "the first calculates every transition" [ "$(sql "SELECT count(*) FROM cohort_analyzer.transitions WHERE event_id = 'first'")" = "$ladder" ]
check "finds the patterns" [ "$(result_of "$FIRST"), $(result_of "$SECOND")" = "$NEW, $NEW" ]
check "and says where there is not enough data" [ "$(result_of "$THIRD")" = 'not enough data (0 of 5)' ]
check "so do growthctl patterns" grep -q 'not enough data (0 of 5)' <(growthctl patterns)
check "and status" [ "$(growthctl status --json | jq -c '[.transitions[0] | .result, .at_risk, .levelled_up, .version]')" = "[\"$NEW\",32,12,1]" ]
check "the marks are cleared" [ "$(marks)" = 0 ]

send history
check "repeated events mark nothing" [ "$(marks)" = 0 ]
done_by second 2024-02-01
check "nothing new is calculated nowhere" is_empty calculated_by second
check "and keeps its version" [ "$(result_of "$FIRST") $(version_of "$FIRST")" = 'unchanged: nothing new 1' ]

send profile 210 0_5_million 2023-06-01
check "who is heard again is marked" [ "$(marks)" = 1 ]
done_by heard 2024-02-01
check "but it changes nothing that was found" is_empty calculated_by heard
check "and that is settled" [ "$(marks)" = 0 ]

# Fewer would be too few for new numbers to be published.
newcomers()
{
	local id

	for id in $(seq 111 115); do
		profile "$id" 5_10_million 2022-01-01
		profile "$id" 11_20_million 2022-10-01
	done
}
send newcomers
done_by third 2024-02-01
check "only the transition that changed is calculated" [ "$(calculated_by third)" = "$SECOND $THIRD" ]
check "it has a new version, the other not" [ "$(version_of "$FIRST") $(version_of "$SECOND")" = '1 2' ]

# ---- one transition ----

send action 5 both 2022-09-01 # he was in both tiers
done_by key 2024-02-01 "$FIRST"
check "one that is asked for is calculated alone" [ "$(calculated_by key)" = "$FIRST" ]
check "the others have still to see the change" [ "$(marks)" = 1 ]
done_by rest 2024-02-01
check "they do next, and it does not again" [ "$(calculated_by rest)" = "$SECOND" ]
check "then all have" [ "$(marks)" = 0 ]
done_by asked 2024-02-01 "$FIRST/revenue_growth"
check "what is asked for by key is calculated in any case" [ "$(calculated_by asked)" = "$FIRST" ]

# ---- time ----

send action 101 later 2024-03-01
done_by before 2024-02-15
check "a mark of a later event stays" [ "$(calculated_by before) $(marks)" = "$SECOND $THIRD 1" ]
done_by after 2024-04-01
check "until it has been seen" [ "$(calculated_by after) $(marks)" = "$SECOND $THIRD 0" ]
done_by back 2022-09-05
check "an earlier time calculates everything" [ "$(calculated_by back | wc -w)" = "$ladder" ]
check "as it was then" [ "$(result_of "$FIRST"), $(result_of "$SECOND")" = "$NEW, removed: not enough data (0 of 5)" ]
done_by again 2024-04-01
check "and so does the way back" [ "$(calculated_by again | wc -w)" = "$ladder" ]

# ---- erasure ----

printf '{"topic":"contractor.updated","key":"110","id":"erased","value":null}\n' >"$pipeline_dir/erasure"
send cat "$pipeline_dir/erasure"
check "an erased contractor leaves tiers, not himself" [ "$(marks) $(sql "SELECT string_agg(tier, ' ' ORDER BY tier COLLATE \"C\") FROM cohort_analyzer.erased_tiers")" = '0 11_20_million 5_10_million' ]
done_by erasure 2024-04-01
check "whose transitions are calculated without him" [ "$(calculated_by erasure | cut -d' ' -f1) $(sql "SELECT levelled_up FROM cohort_analyzer.transitions WHERE transition = '$SECOND'")" = "$SECOND 14" ]
check "and that is forgotten" [ "$(sql 'SELECT count(*) FROM cohort_analyzer.erased_tiers')" = 0 ]

# ---- a long one ----

# A history that takes long to read, for recalculations alone: they read it in a snapshot.
sql "CREATE FUNCTION gate() RETURNS boolean LANGUAGE plpgsql VOLATILE AS \$\$
BEGIN
	WHILE current_setting('transaction_isolation') = 'repeatable read' AND NOT pg_try_advisory_xact_lock_shared(1) LOOP
		PERFORM pg_sleep(0.05);
	END LOOP;
	RETURN true;
END \$\$;
CREATE POLICY slow ON contractor_actions USING (gate()) WITH CHECK (true);
ALTER TABLE contractor_actions ENABLE ROW LEVEL SECURITY"
coproc GATE { exec psql -U postgres -d "$database" -XAtq; }
worker_pids[gate-1]=$GATE_PID
echo "SELECT pg_advisory_lock(1);" >&"${GATE[1]}"
read -r _ <&"${GATE[0]}"

rebalances=$(metric cohort-analyzer growth_rebalances_total)
send action 103 reason 2023-01-01
growthctl recalculate --id long --as-of 2024-04-01 >"$pipeline_dir/out"
check "growthctl tells the request's id" [ "$(cat "$pipeline_dir/out")" = long ]
wait_for "progress" exists "recalculations WHERE event_id = 'long' AND phase = 'reading history'"
check "status shows it" [ "$(growthctl status --json | jq -r '.recalculating | "\(.id) \(.phase)"')" = 'long reading history' ]
check "so does a metric" [ "$(metric cohort-analyzer growth_recalculation_phase)" = 3 ]
send action 102 meanwhile 2023-01-01
check "meanwhile events are handled" [ "$(sql "SELECT count(*) FROM contractor_actions WHERE item = 'meanwhile'")" = 1 ]
check "growthctl gives up in time, the recalculation does not" \
	[ "$(growthctl recalculate --id long --as-of 2024-04-01 --wait --timeout 1s >/dev/null 2>&1; echo $?)" = 75 ]
wait_for "a log line" grep -q '"msg":"recalculating".*"phase":"reading history"' "$pipeline_dir/cohort-analyzer-1.log"
check "after more than a session it is still in its group" [ "$(metric cohort-analyzer growth_rebalances_total)" = "$rebalances" ]
echo "SELECT pg_advisory_unlock(1); \\q" >&"${GATE[1]}"
wait_for "its end" exists "recalculations WHERE event_id = 'long' AND finished"
wait_for "its marks to be cleared" is_cleared
check "who changed after its snapshot stays marked" [ "$(calculated_by long) $(marks)" = "$SECOND $THIRD 1" ]
check "no more progress is shown" [ "$(metric cohort-analyzer growth_recalculation_phase)" = 0 ]
wait "${worker_pids[gate-1]}" || true
unset "worker_pids[gate-1]"
done_by later 2024-04-01
check "for the next" [ "$(calculated_by later) $(marks)" = "$SECOND $THIRD 0" ]

stop_workers
start_worker cohort-analyzer 1 --set statistics.lag_days=31
done_by settings 2024-04-01
check "other settings calculate everything" [ "$(calculated_by settings | wc -w)" = "$ladder" ]
stop_workers

# ---- the schedule ----

# start_scheduler INSTANCE
start_scheduler()
{
	start_worker cohort-analyzer "$1" --set recalculation.schedule=monthly
}

# dies INSTANCE AT: until it has
dies()
{
	GROWTH_CRASH_AT=$2 start_scheduler "$1"
	wait "${worker_pids[cohort-analyzer-$1]}" 2>/dev/null || true
	unset "worker_pids[cohort-analyzer-$1]"
}

start_scheduler 1
wait_for "a beginning" exists "schedule WHERE what = 'monthly'"
kill_worker cohort-analyzer 1
check "it begins with this month, and asks for none before" \
	[ "$(requests scheduled) $(sql "SELECT count(*) FROM cohort_analyzer.schedule WHERE done_at = date_trunc('month', now(), 'UTC')")" = '0 1' ]

sql "UPDATE cohort_analyzer.schedule SET done_at = done_at - interval '8 months' WHERE what = 'monthly'"
dies 1 task.done:1
dies 2 batch.task:1
dies 1 batch.commit:1
dies 2 batch.committed:1
dies 1 publish.committed:1
start_scheduler 1
start_scheduler 2
wait_for "the scheduled recalculation" exists "recalculations WHERE reason = 'scheduled' AND finished"
kill_worker cohort-analyzer 1 KILL
kill_worker cohort-analyzer 2 KILL
start_scheduler 1
start_scheduler 2
send action 104 meanwhile 2023-01-01
check "day6: eight missed months are one request, whoever dies" \
	[ "$(requests scheduled) $(sql "SELECT count(*) FROM cohort_analyzer.recalculations WHERE reason = 'scheduled'")" = '1 1' ]
check "for the month that is" [ "$(sql "SELECT r.as_of = s.done_at AND s.done_at = date_trunc('month', now(), 'UTC') FROM cohort_analyzer.recalculations r, cohort_analyzer.schedule s WHERE r.reason = 'scheduled' AND s.what = 'monthly'")" = t ]
check "status shows this one and the next" \
	[ "$(growthctl status --json | jq '[.scheduled_last, .scheduled_next] | map(fromdate) | (.[1] - .[0]) / 86400 | . >= 28 and . <= 31')" = true ]
stop_workers

# ---- drift ----

start_drifting()
{
	start_worker cohort-analyzer 1 --set recalculation.drift_share=0.2 --set recalculation.drift_every=1ms
}

looked_again()
{
	[ "$(sql "SELECT done_at > '$looked' FROM cohort_analyzer.schedule WHERE what = 'drift'")" = t ]
}

# looks TIMES: until drift has been looked for so often
looks()
{
	local i

	for ((i = 0; i < $1; i++)); do
		looked=$(sql "SELECT coalesce((SELECT done_at FROM cohort_analyzer.schedule WHERE what = 'drift'), '-infinity')")
		wait_for "a look for drift" looked_again
	done
}

actions()
{
	local id

	for id in $(seq "$2" "$3"); do
		action "$id" "$1" 2023-02-01
	done
}

drifted()
{
	[ "$(sql "SELECT count(*) FROM cohort_analyzer.recalculations WHERE reason = 'drift' AND finished")" = "$1" ]
}

start_drifting
send actions little 201 206 # 6 of 32
looks 2
check "a little is no drift" [ "$(requests drift)" = 0 ]
send actions more 207 207
wait_for "a recalculation" drifted 1
looks 2
check "more than a fifth of a cohort is, once" [ "$(requests drift)" = 1 ]
check "for that transition alone" \
	[ "$(sql "SELECT r.pattern_key || ' ' || count(*) FROM cohort_analyzer.recalculations r JOIN cohort_analyzer.transitions t USING (event_id) WHERE r.reason = 'drift' GROUP BY r.pattern_key")" = "$FIRST/revenue_growth 1" ]
send actions again 201 207
wait_for "the next" drifted 2
printf '{"topic":"contractor.updated","key":"201","id":"erased-later","value":null}\n' >"$pipeline_dir/erasure"
emit "$pipeline_dir/erasure"
wait_for "one because of an erasure" drifted 3
looks 2
check "an erasure waits for nobody else, and is looked at once" \
	[ "$(requests drift) $(sql "SELECT count(*) FROM cohort_analyzer.erased_tiers WHERE tier = split_part('$FIRST', '>', 1)")" = '3 0' ]
stop_workers
check "nothing is dead-lettered" is_empty dead_letters
