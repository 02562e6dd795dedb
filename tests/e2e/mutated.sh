#!/usr/bin/env bash
# 10,000 messages, each spoilt in some way, through all four workers: they go on, and each message is accounted for. SEED=n
# repeats a run.
#
# The sender (support/mutate.c) decodes each message itself and says what has to become of it. Afterwards every offset that
# it sent is looked for, worker by worker: a message that does not decode is one dead letter, with its reason; one that
# does is in the worker's tables, or parked, or a dead letter of Postgres's. What was lost is in none of them.
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"

COUNT=${COUNT:-10000}
export GROWTH_TEST_SEED=${SEED:-$RANDOM}
echo "SEED=$GROWTH_TEST_SEED"

# live WORKER: its process and its loop
live()
{
	local port

	port=$(sed -nE 's/.*"port":([0-9]+).*/\1/p' "$pipeline_dir/$1-1.log" | tail -n 1)
	kill -0 "${worker_pids[$1-1]}" && curl -sf "http://127.0.0.1:${port:?}/livez" >/dev/null
}

all_live()
{
	local worker

	for worker in "${WORKERS[@]}"; do
		live "$worker" || return
	done
}

# Real messages of every topic that a worker reads: upstream's, and what the workers themselves have published.
base_messages()
{
	local topic

	"$GROWTH_BIN/growthctl" simulate --contractors 150 --seed 2 --outcomes
	for topic in contractor.matched goal.enriched outcome.recorded recalculation.requested; do
		kcat -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -C -t "$pipeline_prefix$topic" -o beginning -e -q -J 2>>"$pipeline_dir/kcat.log"
	done
}

# Every dead letter: worker, topic, partition, offset, stage, code, reason
letters_of()
{
	local worker

	for worker in "${WORKERS[@]}"; do
		kcat -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -C -t "$pipeline_prefix$worker.dlq" -X isolation.level=read_committed \
			-o beginning -e -q -J 2>>"$pipeline_dir/kcat.log" |
			python3 "$GROWTH_SOURCE/tests/support/dead_letters.py" "$worker"
	done
}

# A profile of a contractor whom nobody has spoilt, for each partition and more.
good_batch()
{
	local id

	for id in {1000001..1000040}; do
		printf '{"topic":"contractor.updated","key":"%d","value":{"contractor_id":%d,"occurred_at":"2024-06-01T00:00:00Z","revenue_tier":"0_5_million","team_size":4}}\n' "$id" "$id"
		printf '{"topic":"action.recorded","key":"%d","value":{"contractor_id":%d,"occurred_at":"2024-06-02T00:00:00Z","kind":"book","item":"traction"}}\n' "$id" "$id"
	done
}

# load TABLE: from TABLE.tsv; texts stand as they are
load()
{
	sql "\\copy $1 FROM '$pipeline_dir/$1.tsv' (FORMAT csv, DELIMITER E'\\t', QUOTE E'\\b')"
}

# none QUERY: it has no rows, else shows the first
none()
{
	local rows

	rows=$(sql "$1 LIMIT 5") || return
	[[ -z $rows ]] || { printf '%s\n' "$rows" >&2; return 1; }
}

pipeline_new mutated
start_workers
"$GROWTH_BIN/growthctl" simulate --contractors 150 --seed 1 --outcomes >"$pipeline_dir/history.ndjson"
emit "$pipeline_dir/history.ndjson"
wait_settled
recalculate 2024-06-30T00:00:00Z
wait_settled

base_messages >"$pipeline_dir/base.ndjson"
"$GROWTH_BIN/../tests/mutate" "$COUNT" "$pipeline_prefix" "$pipeline_dir/base.ndjson" >"$pipeline_dir/sent.tsv" ||
	fail "not all mutants were sent"
wait_settled
good_batch >"$pipeline_dir/good.ndjson"
emit "$pipeline_dir/good.ndjson"
wait_settled
check "all workers are running and live" all_live
stop_workers

check "the good messages behind them are handled" \
	[ "$(sql "SELECT (SELECT count(*) FROM contractors WHERE id BETWEEN 1000001 AND 1000040) || ' ' ||
		(SELECT count(*) FROM contractor_observations WHERE contractor_id BETWEEN 1000001 AND 1000040) || ' ' ||
		(SELECT count(*) FROM contractor_actions WHERE contractor_id BETWEEN 1000001 AND 1000040) || ' ' ||
		(SELECT count(*) FROM goal_enricher.done_actions WHERE contractor_id BETWEEN 1000001 AND 1000040)")" = '40 40 40 40' ]
check "the good messages behind them are answered" \
	[ "$(topic_dump contractor.matched '%k\n' | grep -c '^10000[0-4][0-9]$')" = 40 ]

letters_of >"$pipeline_dir/letters.tsv"
psql -U postgres -d "$database" -Xq -v ON_ERROR_STOP=1 -f "$GROWTH_SOURCE/tests/support/mutated.sql"
load sent
load letters
check "every mutant was sent" [ "$(sql 'SELECT count(*) FROM sent')" = "$COUNT" ]
check "every position is behind the last of them" \
	none "SELECT worker, topic, partition, next_offset FROM due WHERE kafka_offset >= next_offset"
check "no message is a dead letter of the same worker twice" \
	none "SELECT worker, topic, partition, kafka_offset FROM letters GROUP BY 1, 2, 3, 4 HAVING count(*) > 1"
check "every dead letter is one of the mutants, and has a reason" \
	none "SELECT l.* FROM letters l LEFT JOIN due d USING (worker, topic, partition, kafka_offset)
		WHERE d.worker IS NULL OR l.reason = ''"
check "what does not decode is a dead letter" \
	none "SELECT d.* FROM due d LEFT JOIN letters l USING (worker, topic, partition, kafka_offset)
		WHERE d.verdict = 'poison' AND l.stage IS DISTINCT FROM 'decode'"
check "what decodes is none, unless Postgres or the worker's own rules refuse it" \
	none "SELECT d.worker, d.topic, d.what, l.stage, l.reason FROM due d
		JOIN letters l USING (worker, topic, partition, kafka_offset)
		WHERE d.verdict <> 'poison' AND l.stage <> 'handle' AND l.reason !~ '^(goal_type: |trigger_condition: |item: |snapshot )'"
check "what is no dead letter is stored or parked" \
	none "SELECT worker, topic, partition, kafka_offset, event_id, what FROM (
			SELECT * FROM due WHERE verdict = 'good' AND NOT stored EXCEPT SELECT * FROM untraceable) d
		WHERE NOT EXISTS (SELECT FROM letters l WHERE (l.worker, l.topic, l.partition, l.kafka_offset)
				= (d.worker, d.topic, d.partition, d.kafka_offset))
			AND NOT EXISTS (SELECT FROM parked p WHERE (p.worker, p.topic, p.partition, p.kafka_offset)
				= (d.worker, d.topic, d.partition, d.kafka_offset))"
sql "SELECT format('%s: %s messages, %s dead letters, %s good ones, %s of them untraceable', worker, count(*),
	count(*) FILTER (WHERE l.stage IS NOT NULL), count(*) FILTER (WHERE verdict = 'good' AND l.stage IS NULL),
	count(*) FILTER (WHERE verdict = 'good' AND l.stage IS NULL AND u.worker IS NOT NULL))
	FROM due LEFT JOIN letters l USING (worker, topic, partition, kafka_offset)
	LEFT JOIN (SELECT worker, topic, partition, kafka_offset FROM untraceable) u USING (worker, topic, partition, kafka_offset)
	GROUP BY worker ORDER BY worker"
