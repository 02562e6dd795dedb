#!/usr/bin/env bash
# Every metric in rules and dashboard is exported by a running worker, and every exported one is documented and shown; with a
# history through all four workers, so that what is registered late is there, too.
#
# shellcheck source=tests/support/pipeline.bash
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"

# scrape WORKER
scrape()
{
	metrics_of "$1" >"$pipeline_dir/$1.metrics"
}

# value WORKER SAMPLE: of what was scraped
value()
{
	grep -F "$2 " "$pipeline_dir/$1.metrics" | awk '{ print $2 }'
}

scraped()
{
	scrape "$1" && awk -v sample="$2" -v least="$3" 'index($0, sample " ") == 1 && $2 >= least { found = 1 }
		END { exit !found }' "$pipeline_dir/$1.metrics"
}

pipeline_new metrics
start_workers
growthctl simulate --contractors 150 --seed 1 >"$pipeline_dir/history.ndjson"
emit "$pipeline_dir/history.ndjson"
wait_settled
recalculate 2024-06-30T00:00:00Z
wait_settled
# A completion before its goal is parked; what is no message is dead.
printf '%s\n' '{"topic":"goal.completed","key":"1","value":{"goal_id":"00000000-0000-4000-8000-000000000001","contractor_id":1,"occurred_at":"2024-05-01T08:00:00Z","outcome":"completed"}}' \
	>"$pipeline_dir/early.ndjson"
emit "$pipeline_dir/early.ndjson"
echo '1:nonsense' | kcat -P -K: -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -t "${pipeline_prefix}partner.scored"

wait_for "parked message in the metrics" scraped success-tracker growth_parked_messages 1
wait_for "dead letter in the metrics" scraped matcher growth_events_dead_total 1
for worker in "${WORKERS[@]}"; do
	wait_for "events of $worker" scraped "$worker" growth_events_in_total 1
	check "$worker has measured the latency of each event, from both times" \
		[ "$(value "$worker" 'growth_event_latency_seconds_count{since="append_time"}')" = \
		"$(value "$worker" 'growth_event_latency_seconds_count{since="event_time"}')" ]
done
check "no partition lags" [ -z "$(grep -h '^growth_partition_lag_seconds.* [1-9]' "$pipeline_dir"/*.metrics)" ]
check "a pattern's confidence is there" grep -q '^growth_pattern_confidence_ratio{pattern="[^"]*/revenue_growth"} 0\.' "$pipeline_dir/matcher.metrics"
check "rules, dashboard, table and workers know the same metrics" \
	"$GROWTH_SOURCE/tests/deploy/metrics.py" "$GROWTH_SOURCE" "$pipeline_dir"/*.metrics
stop_workers
