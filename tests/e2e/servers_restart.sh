#!/usr/bin/env bash
# Postgres and the broker go away and come back in mid-load, cleanly and not: no worker has to be restarted, nothing is
# dead-lettered, and the end state and outputs equal an undisturbed run's.
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"

contractors=${CONTRACTORS:-200}
seed=${SEED:-5}
pipeline_make_dir
history=$pipeline_dir/history
"$GROWTH_BIN/growthctl" simulate --contractors "$contractors" --seed "$seed" --outcomes >"$history"
echo "seed $seed, $contractors contractors, $(wc -l <"$history") events"

servers()
{
	"$GROWTH_SOURCE/deploy/dev/servers" "$@" --dir "$GROWTH_DEV_DIR" 2>>"$pipeline_dir/servers.log" ||
		{ tail -n 5 "$pipeline_dir/servers.log" >&2; fail "servers $*"; }
}

# A third of the history is in Postgres when the first server goes.
is_under_way()
{
	[ "$(sql 'SELECT coalesce(sum(next_offset), 0) FROM matcher.positions' 2>/dev/null)" -gt \
		$(($(grep -c '"topic":"contractor.updated"' "$history") / 3)) ]
}

# run NAME FAULT...: each fault once in mid-load and once in mid-recalculation
run()
{
	local name=$1

	shift
	pipeline_new "$name"
	start_workers
	emit "$history"
	(($#)) && wait_for progress is_under_way
	for fault in "$@"; do
		servers $fault
	done
	wait_settled
	recalculate 2024-06-30T00:00:00Z
	for fault in "$@"; do
		servers $fault
	done
	wait_settled
	stop_workers
	state_dump >"$pipeline_dir/$name.state"
	outputs_dump >"$pipeline_dir/$name.outputs"
	check_ids_unique
	check "$name: no dead letter" is_empty dead_letters
}

equals_undisturbed()
{
	compare "$1: end states" "$pipeline_dir/calm.state" "$pipeline_dir/$1.state"
	compare "$1: outputs" "$pipeline_dir/calm.outputs" "$pipeline_dir/$1.outputs"
	echo "ok: $1 equals undisturbed"
}

run calm
run postgres_restarts restart-postgres 'restart-postgres --mode immediate' kill-postgres start-postgres
equals_undisturbed postgres_restarts
run broker_restarts restart-kafka
equals_undisturbed broker_restarts
