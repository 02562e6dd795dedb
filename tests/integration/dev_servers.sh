#!/usr/bin/env bash
# deploy/dev/servers: a cluster of three brokers takes writes while one is killed; a paused server answers nobody and is
# itself again afterwards; what is paused, stopped or killed is cleaned up with the rest when the script dies.
# shellcheck source=tests/support/pipeline.bash
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"

scratch=$(mktemp -d)
export GROWTH_KAFKA_TOPIC_PREFIX=cluster.

servers()
{
	"$GROWTH_SOURCE/deploy/dev/servers" "$@" 2>>"$scratch/servers.log"
}

# The keeper outlives whom it looks after, so a failure here leaves nothing either.
clean_up()
{
	local status=$?

	((status == 0)) || cat "$scratch/servers.log" >&2
	kill -KILL "$run" 2>/dev/null || true
	rm -rf "$scratch"
}

# topic JQ: of what the brokers say about it
topic()
{
	kcat -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -L -J -t cluster.contractor.matched 2>/dev/null | jq -c "$1"
}

all_in_sync()
{
	[[ $(topic '[.topics[0].partitions[].isrs | length] | unique') == '[3]' ]]
}

# produce FIRST LAST: every copy that is there must have them, once each also when a broker ends before it has answered
produce()
{
	seq "$1" "$2" | kcat -P -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -t cluster.contractor.matched -X acks=all \
		-X enable.idempotence=true -X message.timeout.ms=30000 2>>"$scratch/servers.log"
}

consume()
{
	kcat -C -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -t cluster.contractor.matched -o beginning -e -q \
		2>>"$scratch/servers.log" | sort -n
}

status_is()
{
	servers status | sed -E 's/, process.*//' >"$scratch/status" || true
	compare status <(printf '%s\n' "$@") "$scratch/status"
}

postgres_answers()
{
	[[ $(timeout 2 psql -XAtc 'SELECT 7' 2>/dev/null) == 7 ]]
}

postgres_is_silent()
{
	! postgres_answers
}

all_gone()
{
	local pid

	[[ ! -e $GROWTH_DEV_DIR ]] || return
	for pid in "${pids[@]}"; do
		[[ ! -e /proc/$pid ]] || return
	done
}

# shellcheck disable=SC2016
setsid "$GROWTH_SOURCE/deploy/dev/servers" run --brokers 3 -- bash -c 'echo "$GROWTH_DEV_DIR" >"$1"; sleep infinity' \
	- "$scratch/dir" 2>>"$scratch/servers.log" &
run=$!
trap clean_up EXIT
wait_for "cluster" [ -s "$scratch/dir" ]
# shellcheck disable=SC1091
. "$(<"$scratch/dir")/env"
status_is 'postgres: running' 'kafka broker 1: running' 'kafka broker 2: running' 'kafka broker 3: running'
check "three brokers are told of" [ "$GROWTH_DEV_KAFKA_BROKERS $(tr , '\n' <<<"$GROWTH_KAFKA_BOOTSTRAP_SERVERS" | wc -l)" = "3 3" ]

growthctl topics --set topics.replication_factor=3 >/dev/null 2>>"$scratch/servers.log"
check "a topic is kept three times" all_in_sync
produce 1 1000
servers kill-kafka --broker 2
produce 1001 2000
status_is 'postgres: running' 'kafka broker 1: running' 'kafka broker 2: stopped' 'kafka broker 3: running'
check "two of three take writes and have all of them" cmp -s <(seq 2000) <(consume)
servers start-kafka --broker 2
wait_for "third copy" all_in_sync

servers pause-kafka --broker 3
servers pause-postgres
status_is 'postgres: paused' 'kafka broker 1: running' 'kafka broker 2: running' 'kafka broker 3: paused'
check "a paused Postgres is silent" postgres_is_silent
servers resume-postgres
servers resume-kafka --broker 3
check "and answers later" postgres_answers
servers stop-kafka --broker 1
servers pause-postgres
servers pause-kafka --broker 3
postmaster=$(head -n 1 "$GROWTH_DEV_DIR/postgres/data/postmaster.pid")
mapfile -t pids < <(cat "$GROWTH_DEV_DIR"/kafka-[23]/pid; echo "$postmaster"; pgrep -P "$postmaster")
check "the others still have their processes" [ "${#pids[@]}" -gt 4 ]
kill -KILL "$run"
wait_for "end of them all" all_gone
echo "ok: nothing is left"
