#!/usr/bin/env bash
# growthctl emit: all of a file or nothing, with keys, headers and partitions as others expect them.
# shellcheck source=tests/support/pipeline.bash
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
pipeline_prefix=emit_$$.
pipeline_dir=$scratch
export GROWTH_KAFKA_TOPIC_PREFIX=$pipeline_prefix
growthctl topics >/dev/null 2>&1

# send WHAT STATUS [ARGS…]: stdin goes to emit
send()
{
	local what=$1 wanted=$2 status=0

	shift 2
	growthctl emit "$@" >"$scratch/out" 2>"$scratch/said" || status=$?
	[[ $status == "$wanted" ]] || { cat "$scratch/said" >&2; fail "$what: exit status $status instead of $wanted"; }
	echo "ok: $what"
}

action()
{
	printf '{"topic":"action.recorded","key":"%s","id":"a-%s","value":{"contractor_id":%s, "occurred_at":"2024-01-02T03:04:05Z","kind":"book","item":"traction"}}\n' "$1" "$1" "$1"
}

count()
{
	topic_dump "$1" '%k\n' | wc -l
}

for id in $(seq 1 50); do action "$id"; done >"$scratch/good"
{ head -n 2 "$scratch/good"; echo nonsense; tail -n 3 "$scratch/good"; action 51 | sed 's/"key":"51"/"key":"52"/'; } >"$scratch/bad"
send "a file with bad lines" 65 "$scratch/bad"
check "each is told with its number and reason" \
	[ "$(grep -c -e "$scratch/bad:3: not a JSON object" -e "$scratch/bad:7: .*key \"52\" contradicts" "$scratch/said")" = 2 ]
check "and nothing is sent" [ "$(count action.recorded)" = 0 ]
send "a dry run of a good one" 0 --dry-run "$scratch/good"
check "sends nothing either" [ "$(count action.recorded)" = 0 ]
send "a good file" 0 --json "$scratch/good"
check "is counted" [ "$(jq .messages "$scratch/out")" = 50 ]
check "and sent" [ "$(count action.recorded)" = 50 ]
check "byte for byte" \
	grep -qxF '{"contractor_id":7, "occurred_at":"2024-01-02T03:04:05Z","kind":"book","item":"traction"}' <(topic_dump action.recorded '%s\n')
check "as a CloudEvent" \
	grep -qxF 'ce_specversion=1.0,ce_id=a-7,ce_type=com.growthpatterns.action.recorded,ce_source=growthctl/emit,ce_time=2024-01-02T03:04:05Z,content-type=application/json' <(topic_dump action.recorded '%h\n')

seq -f '%g:x' 1 50 |
	kcat -P -K: -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -t "${pipeline_prefix}goal.created" -X topic.partitioner=murmur2_random
compare "partitions of keys" <(topic_dump goal.created '%k %p\n' | sort) <(topic_dump action.recorded '%k %p\n' | sort)
echo "ok: keys land where Java's producers put them"

kcat -C -e -q -J -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -t "${pipeline_prefix}action.recorded" -o beginning >"$scratch/kcat"
send "what kcat -J writes" 0 - <"$scratch/kcat"
check "comes out as it went in" \
	[ "$(topic_dump action.recorded '%k %h %s\n' | sort | uniq -c | awk '{ print $1 }' | sort -u)" = 2 ]
send "from a pipe" 0 < <(action 99)
check "it is sent" [ "$(count action.recorded)" = 101 ]
echo '{"topic":"contractor.updated","key":"7","value":null,"time":"2024-05-06T07:08:09Z"}' >"$scratch/null"
send "a tombstone" 0 "$scratch/null"
check "is null, and no CloudEvent without an id" [ "$(topic_dump contractor.updated '%S %h\n')" = '-1 ce_type=com.growthpatterns.contractor.updated,ce_source=growthctl/emit,ce_time=2024-05-06T07:08:09Z' ]
echo '{"topic":"goal.completed","key":"x","payload":"not json"}' >"$scratch/unchecked"
send "what no worker takes" 65 "$scratch/unchecked"
send "goes out unchecked if it must" 0 --no-check "$scratch/unchecked"
check "as it is" [ "$(topic_dump goal.completed '%k %s\n')" = 'x not json' ]
send "an empty input" 0 - </dev/null

send "a file that is not there" 66 "$scratch/nowhere"
send "a folder" 66 "$scratch"
send "a topic that is not there" 78 "$scratch/good" --set kafka.topic_prefix=nowhere.
check "is named" grep -q 'topic nowhere.action.recorded does not exist' "$scratch/said"
send "a broker that is not there" 69 --timeout 1s --set kafka.bootstrap_servers=127.0.0.1:1 "$scratch/good"
check "is named with the reason" grep -q '127.0.0.1:1 .*Connection refused' "$scratch/said"

# What Kafka does not take ends it while the queue is full: messages without a key in a compacted topic, none of which it takes, whichever comes
# before the first is told of.
growthctl topics --set kafka.topic_prefix="${pipeline_prefix}one." --set topics.partitions=1 >/dev/null 2>&1
{
	echo '{"topic":"pattern.recalculated","value":{}}'
	for ((i = 0; i < 20; i++)); do
		printf '{"topic":"pattern.recalculated","value":{"padding":"%060000d"}}\n' 0
	done
} >"$scratch/refused"
send "what Kafka refuses, with a full queue" 65 --no-check "$scratch/refused" --set kafka.topic_prefix="${pipeline_prefix}one." \
	--set kafka.properties.queue.buffering.max.kbytes=200 --set kafka.properties.batch.num.messages=1 --set kafka.properties.max.in.flight=1
check "is told with its cause, and how many were taken" grep -q 'took 0 of 21 messages; .*pattern.recalculated: Broker: Broker failed to validate record' "$scratch/said"

growthctl simulate -n 300 >"$scratch/history"
send "a simulated history" 0 "$scratch/history"
for topic in contractor.updated partner.scored; do
	check "every line of $topic arrives" \
		[ "$(topic_dump "$topic" '%s\n' | grep -c '{')" = "$(grep -c "^{\"topic\":\"$topic\"" "$scratch/history")" ]
done
check "in the order of each key" cmp -s \
	<(topic_dump partner.scored '%k %s\n' | sort -s -n -k1,1 | sha256sum) \
	<(jq -r 'select(.topic == "partner.scored") | "\(.key) \(.value | tojson)"' "$scratch/history" | sort -s -n -k1,1 | sha256sum)
