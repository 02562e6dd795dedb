#!/usr/bin/env bash
# A partition that stays stopped while its reason's text changes (it names the log's end, which grows) is told of once, and its text is kept
# up to date; and no other partition notices.
# shellcheck source=tests/support/pipeline.bash
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"

# profile PARTITION ID
profile()
{
	printf '%d:{"contractor_id":%d,"occurred_at":"2024-01-01T00:00:00Z","revenue_tier":"0_5_million"}\n' "$2" "$2" |
		kcat -P -K: -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -t "${pipeline_prefix}contractor.updated" -p "$1"
}

knows()
{
	[ "$(sql "SELECT count(*) FROM contractors WHERE id = $1")" = 1 ]
}

ends_at()
{
	curl -s -m 5 "http://127.0.0.1:$(port_of matcher)/readyz?verbose" |
		grep -q "contractor.updated\[0\] is stopped: the log does not have offset 1000, .* it ends at $1;"
}

# From the log at level debug: how often librdkafka was told what is fetched.
assigns()
{
	grep -c 'assign: .*incremental\|Setting new assignment\|"facility":"ASSIGN"' "$pipeline_dir/matcher-1.log" || true
}

pipeline_new stopped_again
start_worker matcher
profile 0 1
profile 1 2
wait_for "profiles" knows 1
wait_for "profiles" knows 2
kill_worker matcher 1
sql "UPDATE matcher.positions SET next_offset = 1000 WHERE topic = 'contractor.updated' AND partition = 0"
rm "$pipeline_dir/matcher-1.log"
start_worker matcher 1 --set log.level=debug --set kafka.properties.debug=cgrp
wait_for "a stop" ends_at 1
before=$(assigns)
for end in 2 3; do
	profile 0 $((end + 8))
	wait_for "the text of now" ends_at $end
done
profile 1 3
wait_for "a profile of another partition" knows 3
check "it is told once" [ "$(grep -c 'partition stopped until' "$pipeline_dir/matcher-1.log")" = 1 ]
check "nothing is assigned anew" [ "$(assigns)" = "$before" ]
check "and what is assigned is counted" [ "$before" -gt 0 ]
stop_workers
