#!/usr/bin/env bash
# A pattern library that misses what Postgres has is read again from its topic's start. Nothing is decided with an empty one meanwhile: a sweep
# that is under way goes on where it was, and reaches everybody.
# shellcheck source=tests/support/pipeline.bash
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"
# shellcheck source=tests/support/goals.bash
. "$GROWTH_SOURCE/tests/support/goals.bash"

COUNT=1000

stored()
{
	[ "$(sql 'SELECT count(*) FROM contractors')" = "$1" ]
}

matched()
{
	[ "$(sql 'SELECT count(DISTINCT contractor_id) FROM contractor_pattern_matches')" = "$1" ]
}

stale()
{
	grep -c 'the pattern library misses what Postgres has' "$pipeline_dir/matcher-1.log"
}

read_again()
{
	(($(stale) >= 3))
}

export GROWTH_TOPICS_PARTITIONS=1
pipeline_new library_stale
start_worker matcher 1 --set library.check=1s --set sweep.chunk=1
in_tier 0_5_million 1 $COUNT >"$pipeline_dir/profiles"
emit "$pipeline_dir/profiles"
wait_for "contractors" stored $COUNT
publish_goal_pattern
# A version that is not in the topic.
sql 'UPDATE business_growth_patterns SET version = 2'
wait_for "a library that was read again" read_again
wait_for "matches of all" matched $COUNT
check "nobody was left without a match: $(stale) times was the library read again" [ "$(topic_dump contractor.matched '%s\n' | jq -r '[.contractor_id, (.matches | length)] | @tsv' |
	awk '{ last[$1] = $2 } END { for (id in last) none += last[id] == 0; print none + 0 }')" = 0 ]
stop_workers
