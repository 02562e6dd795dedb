#!/usr/bin/env bash
# deploy/quickstart --stop takes nothing away but what --keep left, whatever a folder holds and whoever has the process ids of then; and --keep
# does not begin where it runs already. Without the demonstration itself, which takes a build.
set -euo pipefail

source=${GROWTH_SOURCE:?run this by tests/run}
# shellcheck source=deploy/dev/lib/common.bash
. "$source/deploy/dev/lib/common.bash"
scratch=$(mktemp -d)
chmod 0711 "$scratch" # Postgres's user passes through
kept=$scratch/kept
stranger='' worker=''

clean_up()
{
	kill -KILL $stranger $worker 2>/dev/null || true
	[[ ! -d $kept ]] || "$source/deploy/dev/servers" stop --mode immediate --dir "$kept" 2>/dev/null || true
	rm -rf "$scratch"
}
trap clean_up EXIT

fail()
{
	echo "FAILED: $*" >&2
	cat "$scratch/said" >&2
	exit 1
}

check()
{
	local what=$1

	shift
	"$@" || fail "$what"
	echo "ok: $what"
}

# quickstart ARGUMENTS...: sets `status`; what it says is in the file `said`
quickstart()
{
	status=0
	timeout 60 "$source/deploy/quickstart" "$@" >"$scratch/said" 2>&1 || status=$?
}

# refused WORDS: whether it did so, with them
refused()
{
	((status == 1)) && grep -qF -- "$1" "$scratch/said"
}

# As --keep would leave it: servers, and one that was started with a path of the folder for each worker.
sleep 1000 &
stranger=$!
"$source/deploy/dev/servers" start --postgres-only --dir "$kept" 2>"$scratch/said" || fail "servers start"
mkdir "$kept/quickstart" "$scratch/foreign" "$scratch/foreign/quickstart"
bash -c 'trap "exit 0" TERM; while :; do read -rt 1 <> <(:) || true; done' - --config "$kept/quickstart/worker.conf" &
worker=$!
echo "$worker" >"$kept/quickstart/matcher.pid"
echo "$stranger" | tee "$kept/quickstart/goal-enricher.pid" "$scratch/foreign/quickstart/matcher.pid" >/dev/null

cd "$scratch/foreign"
quickstart --stop .
check "in a folder of somebody else's it says that nothing is its own" refused ". holds nothing that --keep left"
check "and leaves all as it is" [ -e quickstart/matcher.pid ]
check "and who runs" kill -0 "$stranger"
cd "$scratch"

quickstart --keep kept
check "--keep where it runs already is refused" refused "it runs in kept already; deploy/quickstart --stop kept ends it"
check "and leaves it running" kill -0 "$worker"
check "and its process id where it was" [ "$(<"$kept/quickstart/matcher.pid")" = "$worker" ]

postgres=$(head -n 1 "$kept/postgres/data/postmaster.pid")
quickstart --stop kept
check "--stop ends" [ "$status" = 0 ]
check "its worker has ended" process_gone "$worker"
check "its servers, too" process_gone "$postgres"
check "who has a worker's process id now runs on" kill -0 "$stranger"
check "the folder is gone" [ ! -e "$kept" ]
