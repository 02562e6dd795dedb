#!/usr/bin/env bash
# Static membership: a member that comes back in time keeps its partitions, and one that is fenced, because another process bears its
# name, leaves for a new start instead of living on without a message.
# shellcheck source=tests/support/pipeline.bash
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"

WORKER_SETTINGS=(--set kafka.session_timeout=10s --set kafka.static_membership=true)

assigned()
{
	[[ $(grep -c '"partitions assigned"' "$pipeline_dir/matcher-$1.log") -ge $2 ]]
}

# Its log goes under a name of its own; the instance is the first one's.
start_namesake()
{
	start_worker matcher namesake --set instance=matcher-1
}

has_left()
{
	! kill -0 "${worker_pids[matcher-1]}" 2>/dev/null
}

pipeline_new static
start_worker matcher 1
wait_for assignment assigned 1 1
kill_worker matcher 1 KILL
started=$SECONDS
start_worker matcher 1
wait_for "assignment again" assigned 1 2
check "a member that was killed has its partitions back before its session would have ended" \
	[ $((SECONDS - started < 8)) = 1 ]

start_namesake
wait_for "end of the one that was fenced" has_left
status=0
wait "${worker_pids[matcher-1]}" || status=$?
unset 'worker_pids[matcher-1]'
check "it leaves for a new start" [ "$status" = 75 ]
wait_for "assignment of its namesake" assigned namesake 1
stop_workers
