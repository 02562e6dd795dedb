#!/usr/bin/env bash
# What the health endpoint says of a worker while Postgres hangs, is gone, takes no writes, or holds the loop. While a server is away the loop
# moves, so /livez stays true and a restart is asked of nobody; /readyz is false and says why. When the loop itself does
# not move for http.liveness, /livez is false.
#
# Postgres is a private one: others share the server of tests/run.
if [[ -z ${HEALTH_POSTGRES:-} ]]; then
	exec "${GROWTH_SOURCE:?}/deploy/dev/servers" run --postgres-only -- env HEALTH_POSTGRES=private \
		GROWTH_KAFKA_BOOTSTRAP_SERVERS="$GROWTH_KAFKA_BOOTSTRAP_SERVERS" "$0"
fi
# shellcheck source=tests/support/pipeline.bash
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"

statement_timeout=500ms
liveness_s=7 # above statement_timeout and the 5 s that an answer may be late

# get PATH: sets `code` and $pipeline_dir/body
get()
{
	code=$(curl -s -m 5 -o "$pipeline_dir/body" -w '%{http_code}' "http://127.0.0.1:$port/$1") || code=none
}

answers()
{
	get "$1"
	[[ $code == "$2" ]]
}

has_port()
{
	port=$(port_of matcher)
	[[ -n $port ]]
}

# asks: as a container's health check does
asks()
{
	"$GROWTH_BIN/matcher" --ask-health --set http.port="$port"
}

# asks_in_vain REASON
asks_in_vain()
{
	! asks 2>"$pipeline_dir/asked" && grep -q "$1" "$pipeline_dir/asked"
}

# start_matcher LIVENESS
start_matcher()
{
	rm -f "$pipeline_dir/matcher-1.log"
	start_worker matcher 1 --set http.liveness="$1" --set postgres.statement_timeout="$statement_timeout"
	wait_for "health endpoint" has_port
	wait_for "ready worker" answers readyz 200
	check "a ready worker is live" answers livez 200
	check "it says so to its own executable" asks
}

postgres_processes()
{
	local pid

	read -r pid <"$GROWTH_DEV_DIR/postgres/data/postmaster.pid"
	echo "$pid"
	pgrep -P "$pid"
}

signal_postgres()
{
	postgres_processes | xargs kill -s "$1"
}

servers()
{
	"$GROWTH_SOURCE/deploy/dev/servers" "$1" --dir "$GROWTH_DEV_DIR" 2>>"$pipeline_dir/servers.log" ||
		fail "servers $1"
}

# read_only on|off: as a standby answers, also to who is connected already
read_only()
{
	sql "ALTER SYSTEM SET default_transaction_read_only = $1"
	sql 'SELECT pg_reload_conf()' >/dev/null
}

# The server's processes that serve the worker.
backends()
{
	sql "SELECT pid FROM pg_stat_activity WHERE usename = 'growth_matcher' ORDER BY 1"
}

# emit_contractor ID: to Kafka only
emit_contractor()
{
	printf '{"topic":"contractor.updated","key":"%d","id":"update-%d","value":{"contractor_id":%d,"occurred_at":"2024-05-01T08:00:00Z","revenue_tier":"0_5_million","team_size":6}}\n' \
		"$1" "$1" "$1" >"$pipeline_dir/contractor.ndjson"
	emit "$pipeline_dir/contractor.ndjson"
}

has_contractor()
{
	[[ $(sql "SELECT count(*) FROM contractors WHERE id = $1" 2>/dev/null) == 1 ]]
}

# stays_live SECONDS: asked all the time
stays_live()
{
	local deadline=$((SECONDS + $1))

	while ((SECONDS < deadline)); do
		answers livez 200 || return
		read -rt 0.2 <> <(:) || true
	done
}

# outage NAME SAYS BEGIN END: commands that take Postgres away and bring it back
outage()
{
	local name=$1 says=$2 begin=$3 end=$4 contractor=$5

	$begin
	emit_contractor "$contractor"
	wait_for "$name: a worker that is not ready" answers readyz 503
	check "$name: /livez stays true for longer than http.liveness" stays_live $((liveness_s + 1))
	get 'readyz?verbose'
	check "$name: /readyz stays false" [ "$code" = 503 ]
	check "$name: it says what was tried" grep -Eq "^\\[-\\] postgres: .*($says)" "$pipeline_dir/body"
	check "$name: it does not blame Kafka" grep -q '^\[+\] kafka ok' "$pipeline_dir/body"
	$end
	wait_for "$name: a worker that is ready again" answers readyz 200
	check "$name: it is live" answers livez 200
	wait_for "$name: what was sent meanwhile" has_contractor "$contractor"
}

pipeline_new health
start_matcher "${liveness_s}s"
emit_contractor 1
wait_for "first contractor" has_contractor 1

outage "Postgres hangs" 'no answer|timeout expired' 'signal_postgres STOP' 'signal_postgres CONT' 2
outage "Postgres is gone" 'connect to Postgres as growth_matcher' 'servers stop-postgres' 'servers start-postgres' 3
before=$(backends)
outage "Postgres is read-only" 'read-only transaction' 'read_only on' 'read_only off' 4
check "the worker has connected anew" [ -z "$(comm -12 <(echo "$before") <(backends))" ]
check "nothing was dead-lettered" is_empty dead_letters
kill_worker matcher 1
check "SIGTERM is obeyed" [ "$status" = 0 ]
check "who has left does not answer" asks_in_vain "no answer from http://127.0.0.1:$port/livez"

# A lock holds the loop inside one statement, as an endless loop or a deadlock of ours would hold it.
statement_timeout=60s
start_matcher 2s
coproc HOLDER { psql -U postgres -d "$database" -XAtq; }
echo 'BEGIN; LOCK TABLE matcher.parked IN ACCESS EXCLUSIVE MODE;' >&"${HOLDER[1]}"
wait_for "/livez that is false" answers livez 503
check "it says what is the matter" grep -q 'the loop does not move' "$pipeline_dir/body"
check "to its own executable, too" asks_in_vain 'the loop does not move'
echo 'COMMIT;' >&"${HOLDER[1]}"
wait_for "/livez that is true again" answers livez 200
wait_for "ready worker" answers readyz 200
emit_contractor 5
wait_for "contractor" has_contractor 5
check "and works" is_empty dead_letters
eval "exec ${HOLDER[1]}>&-"
stop_workers
