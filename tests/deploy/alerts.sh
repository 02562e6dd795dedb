#!/usr/bin/env bash
# A real Prometheus scrapes the four workers by the rules of deploy/prometheus; an alert fires in the fault that it is made for, and
# clears when that is over. Times and thresholds are made small, names and expressions are those that are delivered.
#
# The servers are private ones: others share those of tests/run.
if [[ -z ${ALERTS_SERVERS:-} ]]; then
	exec "${GROWTH_SOURCE:?}/deploy/dev/servers" run -- env ALERTS_SERVERS=private "$0"
fi
# shellcheck source=tests/support/pipeline.bash
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"
# shellcheck source=tests/support/goals.bash
. "$GROWTH_SOURCE/tests/support/goals.bash"
# shellcheck source=deploy/dev/lib/common.bash
. "$GROWTH_SOURCE/deploy/dev/lib/common.bash"

declare -A ports=()

# start WORKER [--set …]: at the port where Prometheus looks for it
start()
{
	local worker=$1

	shift
	start_worker "$worker" 1 --set http.port="${ports[$worker]}" "$@"
}

servers()
{
	"$GROWTH_SOURCE/deploy/dev/servers" "$1" --dir "$GROWTH_DEV_DIR" 2>>"$pipeline_dir/servers.log" ||
		fail "servers $1"
}

write_prometheus()
{
	local worker

	# What lasts minutes there lasts seconds here, and one is many.
	sed -E 's/(sweep_contractors_total)\[[0-9]+m\]/\1[4s]/; s/\[[0-9]+[mh]\]/[10s]/g; s/^( *for:).*/\1 2s/; s/> 300$/> 2/; s/("append_time"\}) > 5$/\1 > 2/
		s/(increase.*|parked_messages\)) > [0-9]+$/\1 > 0/' \
		"$GROWTH_SOURCE/deploy/prometheus/growth.rules.yml" >"$pipeline_dir/growth.rules.yml"
	{
		printf 'global: { scrape_interval: 1s, evaluation_interval: 1s }\nrule_files: [growth.rules.yml]\nscrape_configs:\n'
		printf -- '- job_name: growth\n  static_configs:\n'
		for worker in "${WORKERS[@]}"; do
			printf '  - { targets: ["127.0.0.1:%s"], labels: { worker: %s } }\n' "${ports[$worker]}" "$worker"
		done
	} >"$pipeline_dir/prometheus.yml"
}

# prometheus PATH [CURL OPTION…]
prometheus()
{
	local path=$1

	shift
	curl -sf -m 5 "$@" "http://127.0.0.1:$prometheus_port/$path"
}

# firing_of ALERT [WORKER]: how many of them
firing_of()
{
	prometheus api/v1/alerts | jq --arg alert "$1" --arg worker "${2:-}" '[.data.alerts[]
		| select(.state == "firing" and .labels.alertname == $alert and ($worker == "" or .labels.worker == $worker))] | length'
}

# fires ALERT [WORKER], is_quiet ALERT [WORKER]: neither while Prometheus does not answer
fires()
{
	[[ $(firing_of "$@") -gt 0 ]]
}

is_quiet()
{
	[[ $(firing_of "$@") == 0 ]]
}

firing()
{
	prometheus api/v1/alerts | jq -r '.data.alerts[] | select(.state == "firing") | .labels.alertname + " " + (.labels.worker // "")' | sort -u
}

all_quiet()
{
	is_empty firing
}

all_up()
{
	[[ $(prometheus api/v1/query --data-urlencode 'query=sum(up)' | jq -r '.data.result[0].value[1]') == 4 ]]
}

# fault ALERT WORKER BEGIN END: BEGIN brings the fault about, END removes it ('true': it passes by itself)
fault()
{
	$3
	wait_for "alert $1 of $2" fires "$1" "$2"
	$4
	wait_for "end of alert $1 of $2" is_quiet "$1" "$2"
	echo "ok: $1 fires and clears"
}

contractor=1000

# emit_contractors N: profiles of contractors nobody knows
emit_contractors()
{
	local i

	for ((i = 0; i < $1; i++)); do
		printf '{"topic":"contractor.updated","key":"%d","value":{"contractor_id":%d,"occurred_at":"2024-05-01T08:00:00Z","revenue_tier":"0_5_million","team_size":6}}\n' \
			$((++contractor)) $contractor
	done >"$pipeline_dir/contractors.ndjson"
	emit "$pipeline_dir/contractors.ndjson"
}

produce()
{
	kcat -P -K: -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -t "$pipeline_prefix$1" <<<"$2"
}

goal=00000000-0000-4000-8000-000000000001
early_completion()
{
	produce goal.completed "1:{\"goal_id\":\"$goal\",\"contractor_id\":1,\"occurred_at\":\"2024-05-02T08:00:00Z\",\"outcome\":\"completed\"}"
}

its_goal()
{
	produce contractor.updated '1:{"contractor_id":1,"occurred_at":"2024-05-01T08:00:00Z","revenue_tier":"0_5_million"}'
	produce goal.created "1:{\"goal_id\":\"$goal\",\"contractor_id\":1,\"occurred_at\":\"2024-05-01T08:00:00Z\",\"goal_type\":\"website\",\"goal_description\":\"Make a website\"}"
}

restored_database()
{
	kill_worker matcher 1
	sql "UPDATE matcher.positions SET sequence = 0 WHERE topic = 'contractor.updated' AND sequence > 0"
	start matcher
}

operator_decides()
{
	growthctl positions move matcher --all-topics --to-current --execute >"$pipeline_dir/move.log" 2>&1 ||
		{ cat "$pipeline_dir/move.log" >&2; fail "positions move"; }
}

slow_matcher()
{
	kill_worker matcher 1
	start matcher --set batch.max=1
	emit_contractors 8000
}

fenced()
{
	sql "UPDATE matcher.positions SET epoch = epoch + 1" # as another instance does that takes them over
	emit_contractors 50
}

# Two processes of one name: each makes the other's transactions fail.
same_name()
{
	start_worker matcher 2 --set instance=matcher-1
	emit_contractors 300
}

second_instance()
{
	start_worker matcher 2
}

second_leaves()
{
	kill_worker matcher 2
}

# Somebody's long transaction holds what a recalculation reads and half of those whom a sweep matches again; the sweep's first chunk is done.
locks_are_held()
{
	local count

	coproc HOLDER { psql -U postgres -d "$database" -XAtq; }
	echo "BEGIN; LOCK TABLE contractor_observations IN ACCESS EXCLUSIVE MODE;
		SELECT count(*) FROM (SELECT FROM contractors WHERE id > $(((1000 + contractor) / 2)) FOR UPDATE) c;" >&"${HOLDER[1]}"
	read -r count <&"${HOLDER[0]}"
	((count > 100)) || fail "only $count contractors are locked"
	recalculate 2024-06-01
	publish_goal_pattern
}

locks_are_released()
{
	echo 'COMMIT;' >&"${HOLDER[1]}"
	eval "exec ${HOLDER[1]}>&-"
}

pipeline_new alerts
mapfile -t free < <(free_ports $((${#WORKERS[@]} + 1)))
for i in "${!WORKERS[@]}"; do
	ports[${WORKERS[i]}]=${free[i]}
done
prometheus_port=${free[-1]}
write_prometheus
for worker in "${WORKERS[@]}"; do
	start "$worker"
done
"$("$GROWTH_SOURCE/deploy/dev/tools" prometheus)" --config.file="$pipeline_dir/prometheus.yml" --storage.tsdb.path="$pipeline_dir/tsdb" \
	--web.listen-address="127.0.0.1:$prometheus_port" --log.level=warn 2>"$pipeline_dir/prometheus.log" &
worker_pids[prometheus-1]=$!
wait_for "four workers that are scraped" all_up
emit_contractors 50
wait_settled
wait_for "quiet" all_quiet
echo "ok: nothing fires while all is well"

kill_worker success-tracker 1
wait_for "alert GrowthWorkerDown" fires GrowthWorkerDown success-tracker
fault GrowthWorkerMissing success-tracker true 'start success-tracker'
wait_for "end of alert GrowthWorkerDown" is_quiet GrowthWorkerDown
echo "ok: GrowthWorkerDown fires and clears"

fault GrowthWorkerNotReady matcher 'servers stop-postgres' 'servers start-postgres'
fault GrowthDeadLetters matcher 'produce partner.scored 1:nonsense' true
fault GrowthParked success-tracker early_completion its_goal
fault GrowthPatternsWrong goal-enricher 'produce pattern.recalculated k:nonsense' true
fault GrowthRebalancing matcher second_instance second_leaves
fault GrowthPartitionStopped matcher restored_database operator_decides
fault GrowthFenced matcher fenced true
fault GrowthLagging matcher slow_matcher true
fault GrowthSlow matcher 'emit_contractors 5000' true
locks_are_held
wait_for "alert GrowthRecalculationLong" fires GrowthRecalculationLong cohort-analyzer
fault GrowthSweepStuck matcher true locks_are_released
wait_for "end of alert GrowthRecalculationLong" is_quiet GrowthRecalculationLong
echo "ok: GrowthRecalculationLong fires and clears"
fault GrowthTransactionsAborted matcher same_name second_leaves
wait_settled
wait_for "quiet" all_quiet
check "nothing fires afterwards" all_quiet
# Prometheus is asked to leave like a worker.
kill_worker prometheus 1
stop_workers
