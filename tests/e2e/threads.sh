#!/usr/bin/env bash
# Every thread of a worker at work at once: the loop, the publisher, a recalculation on its own connection, the health
# endpoint under constant questions, librdkafka's; Postgres restarts meanwhile, and SIGTERM comes in the middle of work. It is
# for ThreadSanitizer (tests/run --preset tsan -R threads), whose report ends a worker with a status that is not 0.
# shellcheck source=tests/support/pipeline.bash
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"

contractors=${CONTRACTORS:-60}
seed=${SEED:-9}

# ask_all: all endpoints of all workers, again and again
ask_all()
{
	local worker port path

	while :; do
		for worker in "${WORKERS[@]}"; do
			port=$(port_of "$worker")
			for path in livez 'readyz?verbose' metrics nothing; do
				[[ -z $port ]] || curl -s -m 5 -w "$path %{http_code}\n" -o "$pipeline_dir/answer" \
					"http://127.0.0.1:$port/$path" || true
			done
			read -rt 0.05 <> <(:) || true
		done
	done >"$pipeline_dir/answers"
}

answered()
{
	grep -q "^$1 $2" "$pipeline_dir/answers"
}

has_patterns()
{
	[ -n "$(sql 'SELECT 1 FROM business_growth_patterns LIMIT 1' 2>/dev/null)" ]
}

pipeline_new threads
history=$pipeline_dir/history.ndjson
growthctl simulate --contractors "$contractors" --seed "$seed" --outcomes >"$history"
echo "seed $seed, $contractors contractors, $(wc -l <"$history") events"

start_workers 1
ask_all &
worker_pids[questions-1]=$!
emit "$history"
recalculate 2024-03-31T00:00:00Z early
wait_settled
"$GROWTH_SOURCE/deploy/dev/servers" restart-postgres --dir "$GROWTH_DEV_DIR" 2>>"$pipeline_dir/servers.log" ||
	fail "Postgres does not restart"
recalculate 2024-06-30T00:00:00Z late
wait_for patterns has_patterns
wait_settled
check "every endpoint has answered" answered livez 200
check "with metrics" answered metrics 200
check "with what is ready" answered 'readyz?verbose' 200

# In the middle of a recalculation and of what follows from it.
recalculate 2024-09-30T00:00:00Z last
for worker in "${WORKERS[@]}"; do
	kill_worker "$worker" 1
	check "$worker leaves with 0 on SIGTERM" [ "$status" = 0 ]
done
kill_worker questions 1 KILL
check "no dead letter" is_empty dead_letters
