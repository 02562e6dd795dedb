#!/usr/bin/env bash
# When patterns change, all contractors concerned are matched again, and only they: with two instances, of which one dies in
# mid-sweep, twice. What they should come to is what a matcher makes of the same profiles that knew the new patterns from the start.
# shellcheck source=tests/support/pipeline.bash
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"
needs_crash_points

TIERS=(0_5_million 5_10_million 11_20_million 21_30_million 31_50_million 51_75_million 76_100_million 101_150_million
	151_300_million 300_plus_million)
CONTRACTORS=400
small_chunks=(--set sweep.chunk=7)

# pattern PLACE VERSION USAGE [STATUS [MEMBERS]]: from the tier of that place to the next, in Postgres and in the library
pattern()
{
	local from=${TIERS[$1]} to=${TIERS[$1 + 1]} status=${4:-active} key
	key="$from>$to/revenue_growth"

	sql "INSERT INTO business_growth_patterns (pattern_key, version, status, as_of, from_revenue_tier, to_revenue_tier,
			pattern_name, pattern_type, sample_size, confidence, expected_success, consistency)
		VALUES ('$key', $2, '$status', '2024-01-01Z', '$from', '$to', '$key', 'revenue_growth', 20, 0.6, 0.6, 0.5)
		ON CONFLICT (pattern_key) DO UPDATE SET version = excluded.version, status = excluded.status"
	printf '%s\t{"pattern_key":"%s","version":%d,"status":"%s","as_of":"2024-01-01T00:00:00Z","from_revenue_tier":"%s","to_revenue_tier":"%s","pattern_name":"%s","pattern_description":"of a test","pattern_type":"revenue_growth","common_focus_areas":[{"item":"closing_sales","users":10,"usage_rate":%s,"at_least":false}],"sample_size":20,"confidence_score":0.6,"expected_success":0.6,"consistency":0.5,"outcome_voters":0,"team_median":9%s}\n' \
		"$key" "$key" "$2" "$status" "$from" "$to" "$key" "$3" "${5:-}" | produce_patterns
}

# removed PLACE: its last event says so, a null value ends it
removed()
{
	pattern "$1" 9 0.5 removed
	printf '%s\t\n' "${TIERS[$1]}>${TIERS[$1 + 1]}/revenue_growth" | produce_patterns
}

produce_patterns()
{
	kcat -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -P -t "${pipeline_prefix}pattern.recalculated" -K '\t' -Z 2>>"$pipeline_dir/kcat.log"
}

contractors()
{
	local id focus=('"closing_sales"' '"customer_experience"' '"closing_sales","customer_experience"')

	for ((id = 1; id <= CONTRACTORS; id++)); do
		printf '{"topic":"contractor.updated","key":"%d","id":"%d","value":{"contractor_id":%d,"occurred_at":"2024-02-01T00:00:00Z","revenue_tier":"%s","team_size":%d,"focus_areas":[%s]}}\n' \
			"$id" "$id" "$id" "${TIERS[id % 10]}" $((id % 23 + 1)) "${focus[id % 3]}"
	done
}

# jq's filter over matcher's part of the status
matcher_is()
{
	[ "$(growthctl status --json 2>/dev/null | jq ".workers[] | select(.worker == \"matcher\") | $1")" = true ]
}

is_swept()
{
	matcher_is '.outbox == 0 and ([.partitions[] | .lag == 0 and (.sweep_done != false) and .next_offset != null] | all)'
}

is_known()
{
	[ "$(sql "SELECT count(*) FROM contractors")" = "$CONTRACTORS" ]
}

# Best matches, a line each.
matches()
{
	sql "SELECT m.contractor_id, m.match_rank, p.pattern_key, m.pattern_version, m.score
		FROM contractor_pattern_matches m JOIN business_growth_patterns p ON p.id = m.pattern_id
		WHERE m.match_rank IS NOT NULL ORDER BY 1, 2"
}

# Contractors that contractor.matched is about, a line an event.
told()
{
	topic_dump contractor.matched '%k\n' | sort -n
}

patterns_as_they_were()
{
	pattern 0 1 0.5
	pattern 2 1 0.5
	pattern 6 1 0.5
	pattern 8 1 0.5
}

patterns_as_they_become()
{
	pattern 2 2 0.9
	removed 6
}

wait_swept()
{
	wait_for "all contractors" is_known
	wait_for "the end of the sweep" is_swept
}

# ---- what should come out ----

pipeline_new rematch_reference
patterns_as_they_were
patterns_as_they_become
contractors >"$pipeline_dir/contractors"
emit "$pipeline_dir/contractors"
start_worker matcher 1
wait_swept
stop_workers
matches >"$pipeline_dir/wanted"
check "there are matches" [ "$(wc -l <"$pipeline_dir/wanted")" -gt 200 ]
check "the removed pattern's are none of them" [ "$(grep -c '76_100_million>' "$pipeline_dir/wanted")" = 0 ]

# ---- two instances, one dies ----

pipeline_new rematch
patterns_as_they_were
emit "$pipeline_dir/contractors"
start_worker matcher 1 "${small_chunks[@]}"
start_worker matcher 2 "${small_chunks[@]}"
wait_swept
matches >"$pipeline_dir/before"
check "everybody was told once" [ "$(told | uniq -c | awk '$1 != 1' | wc -l) $(told | wc -l)" = "0 $CONTRACTORS" ]
kill_worker matcher 1
rm "$pipeline_dir/matcher-1.log" # what the next one is assigned counts
GROWTH_CRASH_AT=batch.sweep:3 start_worker matcher 1 "${small_chunks[@]}"

has_partitions()
{
	tail -n 1 <(grep '"msg":"partitions assigned"' "$pipeline_dir/matcher-1.log") | grep -q '"count":[1-9]'
}

dead()
{
	! kill -0 "${worker_pids[matcher-1]}" 2>/dev/null
}

wait_for "an assignment" has_partitions
wait_for "quiet" is_swept
patterns_as_they_become
wait_for "a death in mid-sweep" dead
unset "worker_pids[matcher-1]"
GROWTH_CRASH_AT=batch.commit:3 start_worker matcher 1 "${small_chunks[@]}"
wait_for "another one" dead
unset "worker_pids[matcher-1]"
start_worker matcher 1 "${small_chunks[@]}"
wait_for "the end of the sweep" is_swept
stop_workers

matches >"$pipeline_dir/after"
compare "matches after the sweep and those that should be" "$pipeline_dir/wanted" "$pipeline_dir/after"
echo "ok: day2: when patterns change, contractors are matched again without an event"
# Whose lines differ.
{ diff "$pipeline_dir/before" "$pipeline_dir/wanted" || true; } | sed -n 's/^[<>] \([0-9]*\)|.*/\1/p' | sort -nu >"$pipeline_dir/concerned"
told | uniq -c | awk '$1 != 1 { print $2, $1 }' >"$pipeline_dir/twice"
sed 's/$/ 2/' "$pipeline_dir/concerned" >"$pipeline_dir/should"
compare "those told again, each once, and those concerned" "$pipeline_dir/should" "$pipeline_dir/twice"
check "they are some, not all: $(wc -l <"$pipeline_dir/concerned")" \
	[ "$(($(wc -l <"$pipeline_dir/concerned") > 100 && $(wc -l <"$pipeline_dir/concerned") < CONTRACTORS / 2))" = 1 ]
check "nobody was told anything twice" check_ids_unique

# ---- what is looked at ----

told >"$pipeline_dir/told"
start_worker matcher 1 "${small_chunks[@]}"
knows_the_library()
{
	[ "$(metric matcher growth_library_snapshot_number)" = "$(sql "SELECT max(sweep_since) FROM matcher.positions")" ]
}
wait_for "the library" knows_the_library
wait_for "quiet" is_swept
looked_at=$(metric matcher growth_sweep_contractors_total)
check "nothing is looked at when nothing changed" [ "$looked_at" = 0 ]
pattern 0 2 0.5 # nothing else of it
has_looked()
{
	is_swept && [ "$(metric matcher growth_sweep_contractors_total)" != "$looked_at" ]
}
wait_for "the next sweep" has_looked
check "a sweep looks at the contractors of the changed pattern's tiers alone" \
	[ "$(metric matcher growth_sweep_contractors_total)" = "$(sql "SELECT count(*) FROM contractors WHERE revenue_tier IN ('0_5_million', '5_10_million')")" ]

# ---- partners ----

printf '{"topic":"partner.scored","key":"10","id":"scored","value":{"contractor_id":10,"occurred_at":"2024-02-02T00:00:00Z","partners":[{"partner_id":"p1","name":"BuildPro","match_score":0.8}]}}\n' >"$pipeline_dir/scored"
emit "$pipeline_dir/scored"
boosts()
{
	topic_dump partner.recommended '%s\n' | jq -r '.partners[] | "\(.boost) \(.boosted_score)"'
}
is_recommended()
{
	[ "$(boosts | wc -l)" = "$1" ]
}
wait_for "a recommendation" is_recommended 1
check "day4: without a pattern's word the score stays" [ "$(boosts)" = "0 0.8" ]
pattern 0 3 0.5 active ',"common_partners":[{"item":"p1","name":"BuildPro","users":18,"usage_rate":0.89,"at_least":false,"avg_satisfaction":4.8,"raters":12,"shrunk_satisfaction":4.7}]'
wait_for "another one" is_recommended 2
check "day4: a pattern's change boosts the last partner.scored anew, by 15 % at 89 % usage and good ratings" \
	[ "$(boosts | tail -n 1 | awk '{ printf "%.2f %.2f", $1, $2 }')" = "0.15 0.92" ]

# ---- pattern_result ----

results()
{
	sql "SELECT pattern_result FROM contractor_pattern_matches WHERE contractor_id = 10"
}
check "day2: pattern_result is pending until a goal exists" [ "$(results)" = pending ]
sql "UPDATE contractor_pattern_matches SET goals_generated = 1 WHERE contractor_id = 10"
check "day2: then it is in progress" [ "$(results)" = in_progress ]
printf '{"topic":"contractor.updated","key":"10","id":"risen","value":{"contractor_id":10,"occurred_at":"2024-08-01T00:00:00Z","revenue_tier":"$5-10M","team_size":11,"focus_areas":"Customer Experience"}}\n' >"$pipeline_dir/risen"
emit "$pipeline_dir/risen"
has_risen()
{
	[ "$(sql "SELECT revenue_tier FROM contractors WHERE id = 10")" = 5_10_million ]
}
wait_for "his new tier, by its label" has_risen
check "day2: and successful when his tier is reached" [ "$(sql "SELECT m.pattern_result FROM contractor_pattern_matches m JOIN business_growth_patterns p ON p.id = m.pattern_id WHERE contractor_id = 10 AND from_revenue_tier = '0_5_million'")" = successful ]
check "day2: what he wrote is kept in the vocabulary's words" [ "$(sql "SELECT focus_areas FROM contractors WHERE id = 10")" = '["customer_experience"]' ]
stop_workers
check "nothing is dead-lettered" is_empty dead_letters
