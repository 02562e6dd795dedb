#!/usr/bin/env bash
# What an operator does with dead letters: a message that no configured tier fitted is sent again after the configuration is put right, and
# arrives once; what fails again says what it is a retry of; discarding, mending in a file, and being killed on the way.
# shellcheck source=tests/support/pipeline.bash
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"
needs_crash_points

# As the operator's role: what it may do is enough.
dlq()
{
	PGUSER=growth_operator "$GROWTH_BIN/growthctl" dlq "$@" >"$pipeline_dir/out" 2>"$pipeline_dir/said"
}

# run WHAT STATUS ARGS…: what it writes is in out, what it says in said
run()
{
	local what=$1 wanted=$2 code=0

	shift 2
	dlq "$@" || code=$?
	[[ $code == "$wanted" ]] || { cat "$pipeline_dir/out" "$pipeline_dir/said" >&2; fail "$what: exit status $code instead of $wanted"; }
	echo "ok: $what"
}

said()
{
	grep -q "$1" "$pipeline_dir/said"
}

# letter WORKER CONTRACTOR [STATE]: the places of its letters
letter()
{
	dlq list "$1" --state "${3:-open}" --json
	jq -r --arg key "$2" '.[] | select(.key == $key) | .at' "$pipeline_dir/out"
}

profile()
{
	printf '{"contractor_id":%d,"occurred_at":"2024-01-02T00:00:00Z","revenue_tier":"%s"}' "$1" "$2"
}

with_headers()
{
	printf '{"topic":"contractor.updated","key":"%d","id":"profile-%d","source":"crm","value":%s}\n' "$1" "$1" "$(profile "$1" "$2")" >"$pipeline_dir/lines"
	emit "$pipeline_dir/lines"
}

without_headers()
{
	printf '%d:%s\n' "$1" "$2" | kcat -P -K: -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -t "${pipeline_prefix}contractor.updated"
}

# sent CONTRACTOR: how many messages about it are in the topic
sent()
{
	topic_dump contractor.updated '%k\n' | grep -cx "$1" || true
}

arrived()
{
	sql "SELECT count(*) FROM contractors WHERE id = $1"
}

observed()
{
	sql "SELECT count(*) FROM contractor_observations WHERE contractor_id = $1"
}

matched()
{
	topic_dump contractor.matched '%k\n' | grep -cx "$1" || true
}

pipeline_new dead_letters
run "no dead letters" 0
check "are said to be none" grep -q 'There are no dead letters' "$pipeline_dir/out"

# matcher's configuration lacks a tier that cohort-analyzer's has.
start_worker cohort-analyzer
start_worker goal-enricher
start_worker success-tracker
start_worker matcher 1 --set 'vocabulary.tiers=0_5_million=$0-5M,11_20_million=$11-20M'
with_headers 1 5_10_million
without_headers 2 "$(profile 2 5_10_million)"
with_headers 3 0_5_million
wait_settled
check "the others are not held up" [ "$(arrived 3)" = 1 ]
check "who knows the tier has handled them" [ "$(observed 1) $(observed 2)" = "1 1" ]
run "summary" 0
check "counts by reason" grep -Eq '^matcher +contractor.updated +2 +0 .*5_10_million' "$pipeline_dir/out"
run "show" 0 show "$(letter matcher 2)"
check "has the reason" grep -Eq '^reason .*5_10_million' "$pipeline_dir/out"
check "has the value" grep -q '"contractor_id": 2' "$pipeline_dir/out"
run "a dry run" 0 retry matcher --reason 5_10_MILLION --dry-run
check "says what would be sent" said '2 messages would be sent for 2 dead letters'
check "and sends nothing" [ "$(sent 1) $(sent 2)" = "1 1" ]

kill_worker matcher 1
start_worker matcher
wait_settled
check "the configuration alone brings nothing back" [ "$(arrived 1)" = 0 ]
run "retry" 0 retry matcher --reason 5_10_million
check "sends both" said '2 messages sent for 2 dead letters'
wait_settled
check "issue4: with headers it arrives, once" [ "$(arrived 1) $(matched 1) $(sent 1)" = "1 1 2" ]
check "issue4: without headers it arrives, once" [ "$(arrived 2) $(matched 2) $(sent 2)" = "1 1 2" ]
check "who had handled them ignores the copies" [ "$(observed 1) $(observed 2)" = "1 1" ]
check "a message keeps its id" \
	[ "$(topic_dump contractor.updated '%k %h\n' | grep '^1 ' | grep -o 'ce_id=[^,]*' | sort -u)" = ce_id=profile-1 ]
check "one without headers gets the id of its place" \
	grep -Eq '^2 .*ce_id=contractor.updated/[0-9]+/[0-9]{20},' <(topic_dump contractor.updated '%k %h\n')
check "each is recorded, with where it went" \
	[ "$(sql "SELECT count(*) FROM operator.dead_letters WHERE action = 'retry' AND outcome = 'done' AND sent_offset IS NOT NULL AND decided_by = 'growth_operator'")" = 2 ]
run "retry once more" 0 retry --all
check "has nothing to send" said '0 messages sent'
run "retry of one that is retried" 65 retry "$(letter matcher 1 retried)"
check "is refused" said 'is left out: retried .* to contractor.updated:'
run "retry of one that does not exist" 66 retry matcher.dlq:0:4711

check "status knows that none is open" \
	[ "$(growthctl status --json | jq -c '.workers[] | select(.worker == "matcher") | [.dead_letters, .dead_letters_open]')" = '[2,0]' ]

# A tier that nobody has: both workers dead-letter it, and again.
with_headers 4 seven
wait_settled
first=$(letter matcher 4)
run "retry of a message that two could not handle" 0 retry "$first"
check "is one message for both" said '1 messages sent for 2 dead letters'
wait_settled
check "it fails again, in both" [ "$(letter matcher 4 | wc -l) $(letter cohort-analyzer 4 | wc -l)" = "1 1" ]
run "show what failed again" 0 show "$(letter matcher 4)"
check "names the first letter" grep -q "^retry of .*$first" "$pipeline_dir/out"

run "discard without a reason" 64 discard cohort-analyzer -r seven
run "discard, dry" 0 discard cohort-analyzer -r seven --because 'no such tier' --dry-run
check "does nothing" [ "$(letter cohort-analyzer 4 | wc -l)" = 1 ]
run "discard" 0 discard cohort-analyzer -r seven --because 'no such tier'
check "is recorded" [ "$(sql "SELECT because FROM operator.dead_letters WHERE action = 'discard'")" = 'no such tier' ]
run "list of the discarded" 0 list --state discarded
check "says why and by whom" grep -q 'by growth_operator: no such tier' "$pipeline_dir/out"

run "export" 0 export matcher -r seven
cp "$pipeline_dir/out" "$pipeline_dir/letters"
check "has what went wrong" [ "$(jq -r .dead_letter.retry_of "$pipeline_dir/letters")" = "$first" ]
run "import of what is not mended, with a line that is none" 65 import <(cat "$pipeline_dir/letters"; echo '{"topic":"contractor.updated","key":"4","value":{}}')
check "sends nothing" said '1 bad lines of 2; nothing was sent'
jq -c '.value.revenue_tier = "5_10_million"' "$pipeline_dir/letters" >"$pipeline_dir/mended"
run "import, dry" 0 import --dry-run "$pipeline_dir/mended"
run "import" 0 import "$pipeline_dir/mended"
wait_settled
check "the mended message arrives, once, at both" [ "$(arrived 4) $(observed 4) $(matched 4)" = "1 1 1" ]
run "import again" 0 import "$pipeline_dir/mended"
check "sends nothing" said '0 messages sent'
check "nothing is open" [ -z "$(dlq list --json && jq -r '.[].at' "$pipeline_dir/out")" ]

# What cannot be sent again is said: an erasure without a time, bytes that are no text.
printf 'x:' | kcat -P -Z -K: -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -t "${pipeline_prefix}contractor.updated"
without_headers 5 $'\xff\xfe'
wait_settled
run "retry of an erasure without a time" 65 retry matcher --reason 'contractor id'
check "is left out" said 'an erasure without ce_time'
run "bytes that are no text" 0 show "$(letter matcher 5)"
check "are shown as such" grep -q '^00000000  ff fe ' "$pipeline_dir/out"
run "and exported" 0 export "$(letter matcher 5)"
check "as hexadecimal" [ "$(jq -r .value_hex "$pipeline_dir/out")" = fffe ]
cp "$pipeline_dir/out" "$pipeline_dir/bytes"
run "a line without a value" 65 import "$pipeline_dir/bytes"

printf '6:{"specversion":"1.0","id":"profile-6","source":"crm","type":"com.example.updated","data":%s}\n' "$(profile 6 seven)" |
	kcat -P -K: -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -t "${pipeline_prefix}contractor.updated" -H 'content-type=application/cloudevents+json'
wait_settled
run "show of a structured CloudEvent" 0 show "$(letter matcher 6)"
check "knows it by its own id and source" grep -q 'profile-6 of crm' "$pipeline_dir/out"
run "discard all" 0 discard --all --because 'shown enough'

# Killed on the way: recorded but not sent, sent but not committed, committed but not recorded so.
id=10
for point in dlq.recorded dlq.produced dlq.sent; do
	id=$((id + 1))
	with_headers $id seven
	wait_settled
	place=$(letter matcher $id)
	status=0
	GROWTH_CRASH_AT=$point:1 dlq retry "$place" || status=$?
	check "$point: it is killed" [ $status = 137 ]
	check "$point: which can be seen" [ "$(letter matcher $id pending)" = "$place" ]
	if [[ $point == dlq.sent ]]; then
		run "$point: once more" 65 retry "$place"
		check "$point: finds that it is sent" said 'they are sent'
	else
		run "$point: once more" 0 retry "$place"
		check "$point: finds that it is not" said 'they are open again'
	fi
	wait_settled
	check "$point: it is sent once" [ "$(sent $id)" = 2 ]
	check "$point: and recorded" [ "$(letter matcher $id retried)" = "$place" ]
	check "$point: nothing is pending" [ "$(sql "SELECT count(*) FROM operator.dead_letters WHERE outcome = 'pending'")" = 0 ]
done
stop_workers

# A dead-letter topic that was deleted and made anew: offsets begin at 0 again, and what was decided about the letters before is not about
# these. A record from before 0028 does not say of which letter it is, and holds for its place.
opened()
{
	growthctl status --json | jq -c '.workers[] | select(.worker == "matcher") | [.dead_letters, .dead_letters_open]'
}

check "the first place has a record" [ "$(sql "SELECT action FROM operator.dead_letters WHERE (topic, partition, kafka_offset) = ('matcher.dlq', 0, 0)")" = retry ]
run "export of what will be gone" 0 export matcher.dlq:0:0
cp "$pipeline_dir/out" "$pipeline_dir/gone"
delete_topic matcher.dlq
growthctl topics >/dev/null 2>"$pipeline_dir/topics.log"
for worker in "${WORKERS[@]}"; do
	start_worker "$worker"
done
with_headers 20 seven
wait_settled
check "made anew: a letter is at a place that has a record" [ "$(letter matcher 20 any)" = matcher.dlq:0:0 ]
check "made anew: and is open" [ "$(letter matcher 20)" = matcher.dlq:0:0 ]
check "made anew: status knows it" [ "$(opened)" = '[1,1]' ]
run "made anew: import of the letter that was there before" 0 import "$pipeline_dir/gone"
check "made anew: knows that one as answered" said '0 messages sent'
run "made anew: retry" 0 retry matcher.dlq:0:0
check "made anew: sends it" said '1 messages sent for 2 dead letters'
wait_settled
check "made anew: once" [ "$(sent 20)" = 2 ]
check "made anew: and it is retried" [ "$(letter matcher 20 retried)" = matcher.dlq:0:0 ]
stop_workers
