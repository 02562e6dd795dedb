#!/usr/bin/env bash
# growthctl topics: creates what is missing, tells what differs, changes nothing that exists.
# shellcheck source=tests/support/pipeline.bash
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export GROWTH_KAFKA_TOPIC_PREFIX=topics_$$.

# topics WHAT STATUS [ARGS…]
topics()
{
	local what=$1 wanted=$2 status=0

	shift 2
	growthctl topics "$@" >"$scratch/out" 2>"$scratch/said" || status=$?
	[[ $status == "$wanted" ]] || { cat "$scratch/out" "$scratch/said" >&2; fail "$what: exit status $status instead of $wanted"; }
	echo "ok: $what"
}

# partitions TOPIC: as another client sees it
partitions()
{
	kcat -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -L -J | jq --arg topic "$GROWTH_KAFKA_TOPIC_PREFIX$1" \
		'[.topics[] | select(.topic == $topic) | .partitions | length] | add // 0'
}

topics "a dry run finds all missing" 65 --dry-run --json
check "seventeen of them" [ "$(jq 'map(select(.state == "missing")) | length' "$scratch/out")" = 17 ]
check "and makes none" [ "$(partitions contractor.updated)" = 0 ]
topics "then they are created" 0 --json
check "all of them" [ "$(jq 'map(select(.state == "created")) | length' "$scratch/out")" = 17 ]
check "contractor.updated has four partitions" [ "$(partitions contractor.updated)" = 4 ]
check "pattern.recalculated has one" [ "$(partitions pattern.recalculated)" = 1 ]
check "and is compacted" [ "$(jq -r '.[] | select(.topic | endswith("pattern.recalculated")) | .cleanup_policy' "$scratch/out")" = compact ]
check "the dead letters have a topic" [ "$(partitions matcher.dlq)" = 1 ]
topics "a second time there is nothing to do" 0
check "and it says so" grep -q 'all 17 topics exist' "$scratch/said"
topics "another number of partitions is told" 65 --set topics.partitions=5
check "by topic" grep -q 'contractor.updated .*differs: 4 partitions instead of 5' "$scratch/out"
check "and not changed" [ "$(partitions contractor.updated)" = 4 ]
topics "another retention is told" 65 --set topics.dead_letter_retention=2d
check "by topic" grep -q 'matcher.dlq .*retention.ms is 2592000000 instead of 172800000' "$scratch/out"

export GROWTH_KAFKA_TOPIC_PREFIX=topics_more_$$.
topics "partitions and retention are as configured" 0 --set topics.partitions=2 --set topics.retention=7d
check "in the broker" [ "$(partitions goal.enriched)" = 2 ]
topics "a replication factor that the cluster cannot give" 78 --set topics.replication_factor=3 \
	--set kafka.topic_prefix="topics_no_$$."
topics "a broker that is not there" 69 --timeout 1s --set kafka.bootstrap_servers=127.0.0.1:1
check "is named with the reason" grep -q '127.0.0.1:1 .*Connection refused' "$scratch/said"
topics "a property that librdkafka does not know" 78 --set kafka.properties.no.such=1
