# For the benchmarks that are scripts: the release build, servers of their own, figures. Source it; then `bench_begin`.
#
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

say()
{
	printf 'tests/bench/run: %s\n' "$*" >&2
}

# bench_begin "TARGET…" "SERVERS' OPTIONS" ARGUMENTS…: builds, and starts this script anew inside of servers, with a file for its figures.
bench_begin()
{
	local targets=$1 options=$2

	shift 2
	if [[ -z ${GROWTH_BENCH_SERVERS:-} ]]; then
		# shellcheck disable=SC2086
		(cd "$root" && cmake --preset release && cmake --build --preset release --target $targets) >&2
		# shellcheck disable=SC2086
		exec "$root/deploy/dev/servers" run $options -- env GROWTH_BENCH_SERVERS=1 "$0" "$@"
	fi
	figures=$(mktemp)
	trap 'rm -f "$figures"' EXIT
}

# The last figure of this name.
value()
{
	sed -n "s/^{\"figure\": \"$1\",.*\"value\": \\([^,]*\\),.*/\\1/p" "$figures" | tail -n 1
}

# ratio NAME WORKER OVER UNDER: of two figures
ratio()
{
	awk -v name="$1" -v worker="$2" -v over="$(value "$3")" -v under="$(value "$4")" 'BEGIN {
		printf "{\"figure\": \"%s\", \"worker\": \"%s\", \"value\": %.3g, \"unit\": \"x\"}\n", name, worker, over / under
	}'
}
