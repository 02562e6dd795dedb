# The whole pipeline for a script test: a database and topics of its own on the servers of tests/run, workers as real
# processes, a wait for a condition instead of a sleep. Source it; `pipeline_new NAME` first. Everything is stopped at exit.
#
# shellcheck shell=bash
set -euo pipefail

: "${GROWTH_BIN:?run this by tests/run}" "${GROWTH_KAFKA_BOOTSTRAP_SERVERS:?run this by tests/run}"
: "${GROWTH_POSTGRES_CONNINFO:?run this by tests/run}" "${GROWTH_SOURCE:?run this by tests/run}"

WORKERS=(cohort-analyzer matcher goal-enricher success-tracker)
OUTPUTS=(pattern.recalculated contractor.matched partner.recommended goal.enriched feedback.requested outcome.recorded)
TIMEOUT=${GROWTH_TEST_TIMEOUT:-240}

# What comes by the clock would come in one run and not in another; a test of it switches it on. So does what is published because of
# outcomes: which of them come to be looked at together is a matter of time. What they say in the end is not, and is compared.
export GROWTH_RECALCULATION_SCHEDULE=off GROWTH_RECALCULATION_DRIFT_SHARE=0 GROWTH_CONFIDENCE_PUBLISH_STEP=1 GROWTH_CONFIDENCE_EVERY=1ms

# A dead member is missed soon: its partitions wait for the end of its session.
WORKER_SETTINGS=(--set kafka.session_timeout=3s)

declare -A worker_pids=()
pipeline_dir=
pipeline_conninfo=$GROWTH_POSTGRES_CONNINFO

fail()
{
	echo "FAILED: $*" >&2
	exit 1
}

pipeline_end()
{
	local status=$? name log

	for name in "${!worker_pids[@]}"; do
		kill -9 "${worker_pids[$name]}" 2>/dev/null || true
	done
	wait 2>/dev/null || true
	if ((status)) && [[ -n $pipeline_dir ]]; then
		for log in "$pipeline_dir"/*.log; do
			[[ -e $log ]] && { echo "--- ${log##*/}"; tail -n 15 "$log"; } >&2
		done
	fi
	[[ -n $pipeline_dir ]] && rm -rf "$pipeline_dir"
	return "$status"
}

# needs_crash_points: for a test that has processes die by GROWTH_CRASH_AT
needs_crash_points()
{
	"$GROWTH_BIN/growthctl" --version | grep -q 'with crash points' ||
		fail "$GROWTH_BIN is built without crash points, which this test wants: a build by --preset sanitize or debug has them"
}

# Before pipeline_new for who needs the folder earlier; it goes at exit.
pipeline_make_dir()
{
	[[ -n $pipeline_dir ]] || { pipeline_dir=$(mktemp -d); trap pipeline_end EXIT; }
}

# pipeline_new NAME: a fresh database and topics; the former pipeline's workers are stopped.
pipeline_new()
{
	stop_workers
	pipeline_make_dir
	pipeline_name=$1_$$
	pipeline_prefix=$pipeline_name.
	database=test_$pipeline_name
	createdb -U postgres "$database"
	export GROWTH_POSTGRES_CONNINFO="$pipeline_conninfo dbname=$database"
	export GROWTH_KAFKA_TOPIC_PREFIX=$pipeline_prefix
	growthctl migrate >/dev/null 2>"$pipeline_dir/migrate.log"
	growthctl topics >/dev/null 2>"$pipeline_dir/topics.log"
}

growthctl()
{
	PGUSER=postgres "$GROWTH_BIN/growthctl" "$@"
}

sql()
{
	psql -U postgres -d "$database" -XAtq -v ON_ERROR_STOP=1 -c "$1"
}

# start_worker WORKER [INSTANCE] [--set …]: in the background, its log in WORKER-INSTANCE.log
start_worker()
{
	local worker=$1 instance=${2:-1}

	shift; (($#)) && shift
	"$GROWTH_BIN/$worker" --set instance="$worker-$instance" --set http.port=0 \
		"${WORKER_SETTINGS[@]}" "$@" \
		2>>"$pipeline_dir/$worker-$instance.log" &
	worker_pids[$worker-$instance]=$!
}

# start_workers [INSTANCES]
start_workers()
{
	local instance worker

	for ((instance = 1; instance <= ${1:-1}; instance++)); do
		for worker in "${WORKERS[@]}"; do
			start_worker "$worker" "$instance"
		done
	done
}

# kill_worker WORKER INSTANCE [SIGNAL]: waits until it is gone; sets `status` to its exit code
kill_worker()
{
	local name=$1-$2

	kill "-${3:-TERM}" "${worker_pids[$name]}"
	status=0
	wait "${worker_pids[$name]}" 2>/dev/null || status=$?
	unset "worker_pids[$name]"
}

stop_workers()
{
	local name

	for name in "${!worker_pids[@]}"; do
		kill -TERM "${worker_pids[$name]}" 2>/dev/null || fail "$name was not running"
	done
	for name in "${!worker_pids[@]}"; do
		wait "${worker_pids[$name]}" || fail "$name left with $?"
	done
	worker_pids=()
}

# port_of WORKER: of its first instance's health endpoint; nothing before it is told
port_of()
{
	jq -rR 'fromjson? | objects | select(.msg == "health endpoint").port' "$pipeline_dir/$1-1.log" 2>/dev/null | tail -n 1 || true
}

# metrics_of WORKER: the metrics of its first instance, which runs
metrics_of()
{
	curl -sf -m 5 "http://127.0.0.1:$(port_of "$1")/metrics"
}

# metric WORKER NAME: of its first instance, which runs
metric()
{
	metrics_of "$1" | sed -n "s/^$2 //p"
}

# Everything emitted is consumed, recalculated, swept and published.
wait_settled()
{
	growthctl status --wait --timeout "${TIMEOUT}s" >"$pipeline_dir/status.log" 2>&1 ||
		{ cat "$pipeline_dir/status.log" >&2; fail "not settled in $TIMEOUT s"; }
}

# wait_for WHAT COMMAND…: until the command succeeds
wait_for()
{
	local what=$1 deadline=$((SECONDS + TIMEOUT))

	shift
	until "$@"; do
		((SECONDS < deadline)) || fail "no $what in $TIMEOUT s"
		read -rt 0.1 <> <(:) || true
	done
}

# kafka_tool CLASS ARGS…: one of Kafka's own
kafka_tool()
{
	java -Xshare:auto -XX:TieredStopAtLevel=1 -cp "$GROWTH_KAFKA_LIBS/*" "org.apache.kafka.tools.$1" \
		--bootstrap-server "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" "${@:2}" >>"$pipeline_dir/kafka_tool.out" 2>&1 ||
		{ tail -n 5 "$pipeline_dir/kafka_tool.out" >&2; fail "$1"; }
}

topic_is_gone()
{
	[[ $(kcat -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -L -J | jq --arg topic "$pipeline_prefix$1" '.topics | any(.topic == $topic)') == false ]]
}

# delete_topic TOPIC: until the broker has forgotten it; else it could still be taken for one that is there
delete_topic()
{
	kafka_tool TopicCommand --delete --topic "$pipeline_prefix$1"
	wait_for "end of $1" topic_is_gone "$1"
}

emit()
{
	growthctl emit "$1" 2>>"$pipeline_dir/emit.log" >&2 || { tail -n 5 "$pipeline_dir/emit.log" >&2; fail "emit $1"; }
}

# recalculate AS_OF [ID]
recalculate()
{
	growthctl recalculate --as-of "$1" --id "${2:-recalculation-1}" >/dev/null 2>"$pipeline_dir/recalculate.log" ||
		{ cat "$pipeline_dir/recalculate.log" >&2; fail "recalculate $1"; }
}

# topic_dump TOPIC [FORMAT]: what a read_committed consumer gets
topic_dump()
{
	kcat -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -C -t "$pipeline_prefix$1" -X isolation.level=read_committed -X fetch.wait.max.ms=10 \
		-o beginning -e -q -f "${2:-%k\t%s\n}" 2>>"$pipeline_dir/kcat.log"
}

# Value and headers, ids included. A snapshot's number is left out: it is an offset, so it depends on how often a transaction was aborted.
outputs_dump()
{
	local topic

	for topic in "${OUTPUTS[@]}"; do
		topic_dump "$topic" "$topic\t%k\t%s\t%h\n" | sed -E 's/"snapshot":[0-9]+/"snapshot":N/'
	done | LC_ALL=C sort
}

# No output twice.
check_ids_unique()
{
	check_ids_unique_in "${OUTPUTS[@]}"
}

# check_ids_unique_in TOPIC…: every ce_id of each once
check_ids_unique_in()
{
	local topic twice

	for topic; do
		topic_dump "$topic" '%h\n' >"$pipeline_dir/headers" || fail "$topic cannot be read"
		twice=$(grep -o 'ce_id=[^,]*' "$pipeline_dir/headers" | LC_ALL=C sort | uniq -d | head -n 3) || true
		[[ -z $twice ]] || fail "$topic has outputs twice: $twice"
	done
}

dead_letters()
{
	local worker

	for worker in "${WORKERS[@]}"; do
		topic_dump "$worker.dlq" "$worker\t%h\n" || return
	done
}

# is_empty COMMAND…: it succeeds, and has nothing to say. A look that failed has not seen that nothing is there.
is_empty()
{
	local found

	found=$("$@") && [[ -z $found ]]
}

# The domain's tables by their public keys, in a fixed order: equal text is an equal end state. A vote's event is left out: it is that of
# the completion or of the feedback, whichever was read last.
state_dump()
{
	local table name from row tables=(
		"contractors|to_jsonb(t) - 'kafka_partition'|contractors t"
		"observations|to_jsonb(t)|contractor_observations t"
		"actions|to_jsonb(t)|contractor_actions t"
		"votes|to_jsonb(t) - 'event_id'|pattern_votes t"
		"confidence|to_jsonb(t)|confidence_history t"
		"scores|to_jsonb(t)|partner_scores t"
		"patterns|to_jsonb(t) - 'id' - 'inputs'|business_growth_patterns t"
		"publications|to_jsonb(t)|cohort_analyzer.publications t"
		"standings|to_jsonb(t)|cohort_analyzer.standings t"
		"due|to_jsonb(t) - 'xid' - 'heard_at'|cohort_analyzer.due_voters t"
		"voters|to_jsonb(t) - 'good' - 'bad' || jsonb_build_object('good', trim_scale(t.good), 'bad', trim_scale(t.bad))|cohort_analyzer.pattern_voters t"
		"evidence|to_jsonb(t) - 'good' - 'bad' || jsonb_build_object('good', trim_scale(t.good), 'bad', trim_scale(t.bad))|cohort_analyzer.pattern_evidence t"
		"matches|to_jsonb(t) - 'id' - 'pattern_id' || jsonb_build_object('pattern', p.pattern_key)|contractor_pattern_matches t JOIN business_growth_patterns p ON p.id = t.pattern_id"
		"goals|to_jsonb(t) - 'id' - 'pattern_id' || jsonb_build_object('pattern', p.pattern_key)|ai_concierge_goals t LEFT JOIN business_growth_patterns p ON p.id = t.pattern_id"
		"checklist|to_jsonb(t) - 'id' - 'goal_id' || jsonb_build_object('goal', g.goal_uuid)|ai_concierge_checklist_items t JOIN ai_concierge_goals g ON g.id = t.goal_id"
		"tracking|to_jsonb(t) - 'id' - 'goal_id' - 'pattern_id'|pattern_success_tracking t"
	)

	for table in "${tables[@]}"; do
		name=${table%%|*} from=${table##*|} row=${table#*|} row=${row%|*}
		sql "SELECT '$name', $row FROM $from ORDER BY 2"
	done
}

# compare WHAT FILE_A FILE_B
compare()
{
	if ! cmp -s "$2" "$3"; then
		diff "$2" "$3" | cut -c1-400 | head -n 8 >&2 || true
		fail "$1 differ"
	fi
}

check()
{
	local what=$1

	shift
	"$@" || fail "$what"
	echo "ok: $what"
}
