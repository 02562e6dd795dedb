#!/usr/bin/env bash
# Bad input loses nothing: each malformed message is dead-lettered with a reason that a person understands, the good ones
# around it are handled.
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"

# produce TOPIC KEY FILE: one message, whatever its bytes; KEY - for none
produce()
{
	local key=(-k "$2")

	[[ $2 == - ]] && key=()
	kcat -P -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -X message.max.bytes=4000000 -t "$pipeline_prefix$1" "${key[@]}" "$3"
}

# bad TOPIC KEY WORKER,WORKER "reason expected": the value is stdin
bad()
{
	cat >"$pipeline_dir/value"
	produce "$1" "$2" "$pipeline_dir/value"
	for worker in ${3//,/ }; do
		printf '%s\t%s\t%s\n' "$worker" "$1" "$4" >>"$pipeline_dir/expected"
	done
}

profile()
{
	printf '{"contractor_id":%s,"occurred_at":"2024-01-0%sT00:00:00Z","revenue_tier":"0_5_million"%s}' "$1" "$2" "${3:-}"
}

# good CONTRACTOR [MEMBERS]
good()
{
	profile "$1" 2 "${2:-}" >"$pipeline_dir/value"
	produce contractor.updated "$1" "$pipeline_dir/value"
	good_count=$((good_count + 1))
}

pipeline_new malformed
readers=cohort-analyzer,matcher
good_count=0
good 101
profile 1 2 | head -c 40 | bad contractor.updated 1 $readers 'not JSON'
good 102
printf '{"contractor_id":"one","occurred_at":"2024-01-02T00:00:00Z","revenue_tier":"0_5_million"}' |
	bad contractor.updated 1 $readers 'contractor_id: whole number expected, text found'
printf '{"contractor_id":1,"revenue_tier":"0_5_million"}' | bad contractor.updated 1 $readers 'occurred_at'
profile 1 2 ',"current_stage":"gro' >"$pipeline_dir/nul"
printf '\0wth"}' | cat "$pipeline_dir/nul" - | bad contractor.updated 1 $readers 'not JSON'
good 103
profile 1 2 ',"current_stage":"\u0000"' | bad contractor.updated 1 $readers 'NUL character'
printf '{"contractor_id":1,"occurred_at":"2024-01-02T00:00:00Z","revenue_tier":"0_5_million","current_stage":"\xff\xfe"}' |
	bad contractor.updated 1 $readers 'UTF-8'
{ printf '{"x":"'; head -c 1000000 /dev/zero | tr '\0' a; printf '"}'; } |
	bad contractor.updated 1 $readers 'the value has 1000008 bytes'
good 104
printf '{"contractor_id":1,"occurred_at":"2024-01-02T00:00:00Z","revenue_tier":"7_million"}' |
	bad contractor.updated 1 $readers '"7_million" is not a configured tier'
printf '{"contractor_id":1,"occurred_at":"2024-01-02T00:00:00Z","kind":"partner","item":"5","satisfaction":6}' |
	bad action.recorded 1 cohort-analyzer,goal-enricher 'satisfaction: 6 is not between 1 and 5'
good 106
printf '{"contractor_id":1,"occurred_at":"2024-01-02T00:00:00Z","kind":"book","item":"%s"}' \
	"$(head -c 2250 /dev/urandom | base64 -w0)" | bad action.recorded 1 cohort-analyzer,goal-enricher 'item: 3000 bytes are more than 1000'
printf '{"contractor_id":1,"occurred_at":"2024-01-02T00:00:00Z","kind":"focus_area","item":"x%1000sx"}' '' |
	bad action.recorded 1 cohort-analyzer,goal-enricher 'item: 1002 bytes are more than 1000'
# Only Postgres can refuse this one, by a rule of the test's own: the batch is bisected until it stands alone.
sql "ALTER TABLE goal_enricher.done_actions ADD CONSTRAINT not_that CHECK (item <> 'refused')"
printf '{"contractor_id":1,"occurred_at":"2024-01-02T00:00:00Z","kind":"book","item":"refused"}' |
	bad action.recorded 1 goal-enricher 'violates check constraint "not_that"'
good 107
profile 1 2 | bad contractor.updated - $readers 'the key is missing'
profile 1 2 | bad contractor.updated 2 $readers 'the key says contractor 2, the value 1'
profile 1 2 | bad contractor.updated one $readers 'is not a contractor id'
printf '1:' | kcat -P -K: -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -t "${pipeline_prefix}contractor.updated"
for worker in ${readers//,/ }; do
	printf '%s\t%s\t%s\n' "$worker" contractor.updated 'the value is empty' >>"$pipeline_dir/expected"
done
good 105
# Nobody would write so, and the schema lets him: all else that he says counts.
words=$(printf 'the stage after the last one, %.0s' {1..300})
good 108 ",\"current_stage\":\"$words\""
good 109 ",\"team_size\":\"$words\""
good 110 ',"team_size":2147483648'
good 111 ',"team_size":-9223372036854775808'

start_workers
wait_settled
stop_workers

check "every good message among them is handled" \
	[ "$(sql 'SELECT count(*) FROM contractors')" = "$good_count" ]
check "and learnt from" [ "$(sql 'SELECT count(*) FROM contractor_observations')" = "$good_count" ]
check "what is too long for a stage or a size is kept" \
	[ "$(sql "SELECT length(s.current_stage) > 5000 AND length(t.team_band) > 5000 FROM contractors s, contractors t
		WHERE s.id = 108 AND t.id = 109")" = t ]
check "more people than there can be are unknown" \
	[ "$(sql 'SELECT count(*) FROM contractors WHERE id IN (110, 111) AND team_size IS NULL AND team_band IS NULL')" = 2 ]
check "nothing of the bad ones is stored" \
	[ "$(sql 'SELECT count(*) FROM contractors WHERE id < 100')" = 0 ]

dead_letters | sed -E 's/^([^\t]*)\t.*__connect\.errors\.topic=([^,]*),.*__connect\.errors\.exception\.message=(.*),__connect\.errors\.exception\.stacktrace.*/\1\t\2\t\3/' \
	>"$pipeline_dir/letters"
check "as many dead letters as bad messages and readers" \
	[ "$(wc -l <"$pipeline_dir/letters")" = "$(wc -l <"$pipeline_dir/expected")" ]
while IFS=$'\t' read -r worker topic reason; do
	line=$(grep -nF -- "$reason" "$pipeline_dir/letters" | grep -F "$worker"$'\t'"$topic" | head -n 1) ||
		{ cat "$pipeline_dir/letters" >&2; fail "no dead letter of $worker says \"$reason\""; }
	sed -i "${line%%:*}d" "$pipeline_dir/letters"
done <"$pipeline_dir/expected"
echo "ok: each dead letter says why"
