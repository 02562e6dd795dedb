#!/usr/bin/env bash
# What a worker tells systemd, to a socket that is systemd's: READY when /readyz is true and not before, WATCHDOG as long as its loop
# moves, whatever servers are away, none while the loop hangs, and STOPPING when it is told to leave.
#
# Postgres is a private one: others share the server of tests/run.
if [[ -z ${NOTIFY_POSTGRES:-} ]]; then
	exec "${GROWTH_SOURCE:?}/deploy/dev/servers" run --postgres-only -- env NOTIFY_POSTGRES=private \
		GROWTH_KAFKA_BOOTSTRAP_SERVERS="$GROWTH_KAFKA_BOOTSTRAP_SERVERS" "$0"
fi
# shellcheck source=tests/support/pipeline.bash
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"

watchdog_ms=1500

# heard REGEX [MILLISECONDS]: since then, or ever
heard()
{
	awk -v since="${2:-0}" -v regex="$1" '$1 > since && $0 ~ regex { found = 1 } END { exit !found }' "$told"
}

last_ms()
{
	awk 'END { print $1 + 0 }' "$told"
}

servers()
{
	"$GROWTH_SOURCE/deploy/dev/servers" "$1" --dir "$GROWTH_DEV_DIR" 2>>"$pipeline_dir/servers.log" ||
		fail "servers $1"
}

# longest_silence FROM_MS: between two signs of life, in ms
longest_silence()
{
	awk -v from="$1" '$1 < from { last = $1; next } / WATCHDOG=1$/ {
		if (last && $1 - last > most) most = $1 - last; last = $1 } END { print most + 0 }' "$told"
}

is_silent_for()
{
	local before

	before=$(grep -c WATCHDOG "$told")
	read -rt "$1" <> <(:) || true
	[[ $(grep -c WATCHDOG "$told") == "$before" ]]
}

pipeline_new notify
told=$pipeline_dir/told
"$GROWTH_SOURCE/tests/support/notify.py" "$pipeline_dir/notify" >"$told" &
worker_pids[notify-0]=$!
wait_for "socket" test -S "$pipeline_dir/notify"

servers stop-postgres
WATCHDOG_USEC=$((watchdog_ms * 1000)) NOTIFY_SOCKET=$pipeline_dir/notify \
	start_worker matcher 1 --set http.liveness=2s --set postgres.statement_timeout=60s
wait_for "status that names Postgres" heard 'STATUS=postgres: .*connect to Postgres as growth_matcher'
check "it is not ready without Postgres" eval '! heard READY=1'
servers start-postgres
wait_for "READY=1" heard 'READY=1 STATUS=ready'
check "signs of life in time, with Postgres away, too" [ "$(longest_silence 0)" -lt "$watchdog_ms" ]

before=$(last_ms)
servers stop-postgres
wait_for "status" heard 'STATUS=postgres: ' "$before"
servers start-postgres
wait_for "status" heard 'STATUS=ready' "$(awk '/STATUS=postgres/ { at = $1 } END { print at }' "$told")"
check "READY is said once" [ "$(grep -c READY=1 "$told")" = 1 ]

# A lock holds the loop inside one statement, as an endless loop or a deadlock of ours would hold it.
coproc HOLDER { psql -U postgres -d "$database" -XAtq; }
echo 'BEGIN; LOCK TABLE matcher.parked IN ACCESS EXCLUSIVE MODE;' >&"${HOLDER[1]}"
wait_for "silence of a loop that hangs: systemd's watchdog would end it" is_silent_for 2
before=$(last_ms)
echo 'COMMIT;' >&"${HOLDER[1]}"
wait_for "sign of life" heard WATCHDOG=1 "$before"
eval "exec ${HOLDER[1]}>&-"

kill_worker matcher 1
check "it leaves with 0" [ "$status" = 0 ]
wait_for "STOPPING=1" heard STOPPING=1
kill_worker notify 0
