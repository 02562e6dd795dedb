#!/usr/bin/env bash
# What somebody may send who means no good: deploy/security.md has the list, and what holds each. One set of workers gets it all.
# shellcheck source=tests/support/pipeline.bash
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"

export PYTHONDONTWRITEBYTECODE=1

attacks()
{
	python3 "$GROWTH_SOURCE/tests/support/attacks.py" "$@"
}

# produce TOPIC KEY FILE [KCAT OPTION…]
produce()
{
	local topic=$1 key=$2 file=$3

	shift 3
	kcat -P -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -X message.max.bytes=8000000 -t "$pipeline_prefix$topic" -k "$key" "$@" "$file" \
		2>>"$pipeline_dir/kcat.log"
}

# profile ID [MORE]
profile()
{
	printf '{"contractor_id":%s,"occurred_at":"2024-01-02T00:00:00Z","revenue_tier":"0_5_million"%s}' "$1" "${2:-}"
}

letters_with()
{
	dead_letters | grep -c -- "exception.message=[^,]*$1" || true
}

# every row of every table, as JSON
all_rows()
{
	sql "SELECT format('SELECT to_jsonb(t) FROM %I.%I t;', schemaname, tablename) FROM pg_tables
		WHERE schemaname NOT IN ('pg_catalog', 'information_schema')" | psql -U postgres -d "$database" -XAtq -v ON_ERROR_STOP=1
}

all_outputs()
{
	local topic

	for topic in "${OUTPUTS[@]}"; do
		topic_dump "$topic" '%s\n' | sed '/^$/d'
	done
}

# holds N COMMAND…: the texts that it writes are as they were sent, at least N of them
holds()
{
	local count

	"${@:2}" >"$pipeline_dir/values"
	count=$(attacks literal <"$pipeline_dir/values") || return
	echo "# $count (texts, kinds)"
	((${count% *} >= $1))
}

# One line a record, whatever was in it; nothing that a terminal obeys.
logs_are_whole()
{
	local worker

	for worker in "${WORKERS[@]}"; do
		jq -se 'length > 0 and all(has("time") and has("level") and has("worker"))' "$pipeline_dir/$worker-1.log" >/dev/null || return
		! grep -aqP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]' "$pipeline_dir/$worker-1.log" || return
	done
}

pipeline_new attacks
start_workers

# ---- SQL, COPY, arrays, templates, terminals: in every text ----

growthctl simulate --contractors 100 --seed 5 --outcomes 2>/dev/null | attacks history >"$pipeline_dir/history.ndjson"
emit "$pipeline_dir/history.ndjson"
attacks poison >"$pipeline_dir/poison" 2>"$pipeline_dir/letters_expected"
while IFS= read -r topic; do
	grep -a "^$topic"$'\t' "$pipeline_dir/poison" | cut -f2- |
		kcat -P -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -t "$pipeline_prefix$topic" -K '\t' 2>>"$pipeline_dir/kcat.log"
done < <(cut -f1 "$pipeline_dir/poison" | LC_ALL=C sort -u)

# ---- large and deep ----

limit=262144
padding=$((limit - $(profile 900001 ',"x":""' | wc -c)))
for more in 0 1; do
	profile $((900001 + more)) ",\"x\":\"$(head -c $((padding + more)) /dev/zero | tr '\0' a)\"" >"$pipeline_dir/value"
	produce contractor.updated $((900001 + more)) "$pipeline_dir/value"
done
head -c 6000000 /dev/zero | tr '\0' a >"$pipeline_dir/value" # it is small while it is compressed
produce contractor.updated 900003 "$pipeline_dir/value" -z gzip
profile 900004 ",\"x\":$(head -c 31 /dev/zero | tr '\0' '[')$(head -c 31 /dev/zero | tr '\0' ']')" >"$pipeline_dir/value"
produce contractor.updated 900004 "$pipeline_dir/value"
profile 900005 ",\"x\":$(head -c 100000 /dev/zero | tr '\0' '[')" >"$pipeline_dir/value"
produce contractor.updated 900005 "$pipeline_dir/value"
profile 900006 ",\"x\":[$(head -c 60000 /dev/zero | sed 's/\x0/[],/g')0]" >"$pipeline_dir/value"
produce contractor.updated 900006 "$pipeline_dir/value"
profile 900007 "$(for ((i = 0; i < 10000; i++)); do printf ',"m%d":1' $i; done)" >"$pipeline_dir/value"
produce contractor.updated 900007 "$pipeline_dir/value"

# ---- headers ----

mapfile -t flood < <(for ((i = 0; i < 5000; i++)); do printf -- '-H\nh%d=%d\n' $i $i; done)
profile 900011 >"$pipeline_dir/value"
produce contractor.updated 900011 "$pipeline_dir/value" "${flood[@]}"
large=$(head -c 100000 /dev/zero | tr '\0' v)
profile 900012 >"$pipeline_dir/value"
produce contractor.updated 900012 "$pipeline_dir/value" -H "ce_id=$large" -H "ce_source=$large" -H "a=$large" -H "b=$large" -H "$large=c"
profile 900013 >"$pipeline_dir/value"
produce contractor.updated 900013 "$pipeline_dir/value" -H $'ce_id=a\n{"level":"error","msg":"forged"}' -H $'ce_source=\e[2J' -H $'\xff\xfe\x01=\x80' \
	-H $'traceparent=00-\e]0;x\a' -H 'ce_time=%n%n%n' -H 'content-type=text/%s%n'
# Headers of a message that is a dead letter go along with it.
printf 'no JSON %%n%%s \e[31m' >"$pipeline_dir/value"
produce contractor.updated 900014 "$pipeline_dir/value" "${flood[@]}"
produce contractor.updated $'900015\n{"level":"error","msg":"forged"}\e[2J\u202e\u009b2J%n%s' "$pipeline_dir/value" -H "ce_id='; DROP TABLE contractors; --" -H 'ce_source=%n'
produce contractor.updated 900016 "$pipeline_dir/value" -H "ce_id=$large" -H $'\xff\xfe\x01=\x80'

# ---- configuration: paths, formats, SQL; each in a process of its own, for a while ----

# configured NAME SETTING…: runs until it is told to leave, or says what is wrong; topics and group are nobody's
configured()
{
	local name=$1 setting settings=()

	for setting in "${@:2}"; do
		settings+=(--set "$setting")
	done
	timeout -s TERM 4 "$GROWTH_BIN/matcher" --set http.port=0 --set kafka.topic_prefix=nobody. --set kafka.group_id="nobody-$name" \
		--set instance="$name" "${settings[@]}" 2>"$pipeline_dir/hostile-$name.err" &
	worker_pids[hostile-$name]=$!
}

configured instance $'instance=../../%n%s\n{"level":"error","msg":"forged"}\e[2J'
configured prefix 'kafka.topic_prefix=../../etc/%n%s; DROP TABLE contractors; --'
as_owner="postgres.conninfo=$GROWTH_POSTGRES_CONNINFO user=postgres" # as whom a schema's name could do harm
configured schema "$as_owner" 'postgres.schema=public"; DROP TABLE contractors; --'
configured long "$as_owner" "postgres.schema=$(head -c 480 /dev/zero | tr '\0' '"')"
configured words 'vocabulary.tiers=%n%s=%n,0_5_million=../../etc/passwd' 'texts.match.confidence=%n%s%n {level}'
configured listen 'http.listen=%n%n/../../etc/passwd'
configured kafka $'kafka.properties.sasl.username=%n%s\n' 'kafka.properties.ssl.ca.location=/etc/passwd' 'kafka.properties.security.protocol=ssl'
configured generation $'generation=%n%s\x27; DROP TABLE contractors; --'
for file in /etc/passwd /proc/self/environ /dev/zero ../../../../etc/passwd; do
	"$GROWTH_BIN/matcher" --config "$file" >"$pipeline_dir/hostile-file.err" 2>&1 && fail "$file is taken for a configuration"
	check "$file is no configuration, and is not shown" bash -c "! grep -q 'root:\|PATH=' '$pipeline_dir/hostile-file.err'"
done

# ---- slow and hostile clients of the health endpoint; the loop works on meanwhile ----

mkfifo "$pipeline_dir/until"
attacks http "$(port_of matcher)" <"$pipeline_dir/until" >"$pipeline_dir/http.log" 2>&1 &
worker_pids[attacks-http]=$!
exec {until}>"$pipeline_dir/until"
wait_for "slow clients" grep -Eq '^(# the slowest answer|FAILED)' "$pipeline_dir/http.log"
wait_settled
recalculate 2025-07-01
wait_settled
echo "ok: events are handled and patterns calculated beside them"
exec {until}>&-
wait "${worker_pids[attacks-http]}" || fail "hostile clients of the health endpoint"
unset 'worker_pids[attacks-http]'
cat "$pipeline_dir/http.log"

for name in "${!worker_pids[@]}"; do
	[[ $name == hostile-* ]] || continue
	status=0
	wait "${worker_pids[$name]}" || status=$?
	unset "worker_pids[$name]"
	case $status in
	0 | 124 | 64 | 75 | 78) ;;
	*) cat "$pipeline_dir/$name.err" >&2; fail "configuration $name: exit status $status" ;;
	esac
	check "$name is what it says, no more ($status)" bash -c "! grep -aq 'root:' '$pipeline_dir/$name.err'"
done

# ---- what has become of it all ----

check "what is stored is what was sent, character by character" holds 10000 all_rows
check "what is published, too" holds 100 all_outputs
check "what no text may be is a dead letter each" \
	[ "$(letters_with 'NUL character\|UTF-8\|surrogate')" = "$(<"$pipeline_dir/letters_expected")" ]
check "as large as allowed is handled, and as deep" \
	[ "$(sql "SELECT string_agg(id::text, ' ' ORDER BY id) FROM contractors WHERE id > 900000 AND id < 900010")" = '900001 900004 900007' ]
check "what is larger says so" [ "$(letters_with "the value has \(262145\|6000000\) bytes")" = 4 ]
check "what is deeper, too" [ "$(letters_with 'more than 32 levels\|more than 10000 ')" = 4 ]
check "floods of headers change nothing" \
	[ "$(sql "SELECT count(*) FROM contractors WHERE id IN (900011, 900012, 900013)")" = 3 ]
check "headers are in dead letters as far as they fit" [ "$(dead_letters | grep -c 'h0=0,.*h9=9,.*growth.cut_from=key')" = 2 ]
check "a forged id is none" is_empty sql "SELECT 1 FROM contractor_observations WHERE event_id LIKE '%forged%'"
check "the tables are all there" [ "$(sql 'SELECT count(*) > 100 FROM contractors')" = t ]
check "each record of a log is one line and harmless" logs_are_whole
check "none of them is forged" bash -c "! grep -h '^{' '$pipeline_dir'/*-1.log '$pipeline_dir'/*.err | jq -eR 'fromjson? | objects | select(.msg == \"forged\")' >/dev/null"
growthctl dlq show matcher >"$pipeline_dir/shown" 2>&1 || true
growthctl dlq list matcher >>"$pipeline_dir/shown" 2>&1
check "nor does growthctl dlq command a terminal" bash -c "! grep -aqP '[\\x00-\\x08\\x0b-\\x1f\\x7f]|\\xc2[\\x80-\\x9f]' '$pipeline_dir/shown'"
stop_workers
echo "ok: all leave in order"
