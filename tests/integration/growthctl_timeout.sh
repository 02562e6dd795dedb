#!/usr/bin/env bash
# growthctl's --timeout is Postgres's too: one that keeps a statement waiting, or is stopped in the middle and keeps its connections
# open, is given up in time.
set -euo pipefail
: "${GROWTH_SOURCE:?run this by tests/run}"

if [[ -z ${timeout_kafka:-} ]]; then
	# The Postgres of tests/run is for others, too.
	exec "$GROWTH_SOURCE/deploy/dev/servers" run --postgres-only -- env timeout_kafka="$GROWTH_KAFKA_BOOTSTRAP_SERVERS" "$0"
fi
export GROWTH_KAFKA_BOOTSTRAP_SERVERS=$timeout_kafka

# shellcheck source=tests/support/pipeline.bash
. "$GROWTH_SOURCE/tests/support/pipeline.bash"

HANGS=60 # seconds, after which it would be for ever

servers()
{
	"$GROWTH_SOURCE/deploy/dev/servers" "$@" 2>>"$pipeline_dir/servers.log"
}

# gives_up WHAT SECONDS ARGS…: exit status 69, in at most so many seconds; stderr in said-COMMAND
gives_up()
{
	local what=$1 most=$2 code=0 begun=$SECONDS said=$pipeline_dir/said-$3

	shift 2
	PGUSER=postgres timeout "$HANGS" "$GROWTH_BIN/growthctl" "$@" >/dev/null 2>"$said" || code=$?
	[[ $code == 69 ]] || { cat "$said" >&2; fail "$what: exit status $code instead of 69"; }
	((SECONDS - begun <= most)) || fail "$what: took $((SECONDS - begun)) s"
	echo "ok: $what"
}

is_locked()
{
	[ "$(sql "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted AND relation = 'matcher.positions'::regclass")" = 1 ]
}

are_looking()
{
	[ "$(sql "SELECT count(*) FROM pg_stat_activity WHERE datname = '$database' AND application_name = 'growthctl'")" = "$1" ]
}

# silence_under PROCESS…: Postgres is stopped while they wait for it, each in one session
silence_under()
{
	local waiting

	wait_for "$# sessions of growthctl" are_looking "$#"
	servers pause-postgres
	for waiting; do
		wait "$waiting" || fail "a silent Postgres is waited for"
	done
	servers resume-postgres
}

# Waiting for a lock, which lock_timeout (15 s) would end otherwise, if the server could.
keep_waiting()
{
	psql -U postgres -d "$database" -XAtq -c 'BEGIN; LOCK TABLE matcher.positions, operator.dead_letters; SELECT pg_sleep(600)' >/dev/null 2>&1 &
	disown
	wait_for "the lock" is_locked
}

pipeline_new timeout
echo lost | kcat -P -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -t "${pipeline_prefix}matcher.dlq"
keep_waiting
gives_up "status waits no longer than --timeout for a statement" 9 status --timeout 1s
check "and says what it waited for" grep -q 'status_.*canceling statement due to statement timeout' "$pipeline_dir/said-status"
gives_up "positions neither" 9 positions --timeout 1s
gives_up "nor positions move" 9 positions move matcher --all-topics --to-current --timeout 1s
gives_up "nor dlq" 9 dlq --timeout 1s
gives_up "a statement that is not even cancelled is given up" 15 status --timeout 3s &
silence_under $!
psql -U postgres -d "$database" -XAtq -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'BEGIN; LOCK%'" >/dev/null

echo '{"topic":"contractor.updated","key":"1","id":"e1","value":{"contractor_id":1,"occurred_at":"2024-01-01T00:00:00Z","revenue_tier":"0_5_million"}}' >"$pipeline_dir/event"
emit "$pipeline_dir/event"
gives_up "status --wait ends although Postgres has fallen silent" 35 status --wait --timeout 3s &
status=$!
gives_up "and so does recalculate --wait" 35 recalculate --wait --timeout 3s &
silence_under "$status" $!
