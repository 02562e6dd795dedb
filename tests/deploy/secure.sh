#!/usr/bin/env bash
# The pipeline on secured servers: TLS and SCRAM to a broker that refuses what no ACL allows, verify-full to Postgres, one account a worker
# on either. A profile becomes a goal; what must be refused is refused; and each of some thirty wrong configurations says what is
# wrong and what to do.
set -euo pipefail
: "${GROWTH_SOURCE:?run this by tests/run}"

if [[ -z ${GROWTH_DEV_SECURITY:-} ]]; then
	# The servers of tests/run are those without TLS.
	exec "$GROWTH_SOURCE/deploy/dev/servers" run --secured -- env plain_kafka="$GROWTH_KAFKA_BOOTSTRAP_SERVERS" plain_postgres="$PGPORT" "$0"
fi

# shellcheck source=tests/support/pipeline.bash
. "$GROWTH_SOURCE/tests/support/pipeline.bash"
# shellcheck source=tests/support/goals.bash
. "$GROWTH_SOURCE/tests/support/goals.bash"

secrets=$GROWTH_DEV_SECURITY
# Debian 12's librdkafka cannot log in to Kafka 4 by SCRAM; a current one can.
current=$("$GROWTH_SOURCE/deploy/dev/tools" librdkafka)

# ---- accounts ----

# as ACCOUNT COMMAND…: with its password for Kafka
as()
{
	GROWTH_KAFKA_PROPERTIES_SASL_USERNAME=growth-$1 GROWTH_KAFKA_PASSWORD_FILE=$secrets/kafka/growth-$1 "${@:2}"
}

# by_scram COMMAND…
# librdkafka's 4,096 rounds allocate: under a sanitizer that keeps no stacks they take a tenth.
by_scram()
{
	ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}malloc_context_size=0 LD_LIBRARY_PATH=$current GROWTH_KAFKA_PROPERTIES_SASL_MECHANISM=SCRAM-SHA-512 "$@"
}

# secured WORKER [INSTANCE] [--set …]: with its own accounts and nobody else's passwords
secured()
{
	local role=growth_${1//-/_}

	as "$1" env_of_worker "$role" start_worker "$@"
}

env_of_worker()
{
	PGPASSFILE=/dev/null GROWTH_POSTGRES_PASSWORD_FILE=$secrets/postgres/$1 "${@:2}"
}

operator()
{
	as operator "$GROWTH_BIN/growthctl" --set postgres.conninfo="$GROWTH_POSTGRES_CONNINFO user=growth_operator" "$@"
}

# kafka ACCOUNT ARGUMENTS…: kcat as that account
kafka()
{
	command kcat -F "$secrets/kcat.conf" -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -X "sasl.username=growth-$1" \
		-X "sasl.password=$(<"$secrets/kafka/growth-$1")" "${@:2}"
}

# What pipeline.bash and goals.bash do with it: publish a pattern, as who owns them.
kcat()
{
	kafka cohort-analyzer "$@"
}

# readable ACCOUNT TOPIC: what a read_committed consumer of that account gets
readable()
{
	kafka "$1" -C -t "$pipeline_prefix$2" -X isolation.level=read_committed -X fetch.wait.max.ms=10 -o beginning -e -q \
		-f "${3:-%k\t%s\n}" 2>>"$pipeline_dir/kcat.log"
}

is_readable()
{
	readable reader "$1" | grep -q "$2"
}

# profile CONTRACTOR
profile()
{
	printf '{"topic":"contractor.updated","key":"%d","id":"secure-%d","value":{"contractor_id":%d,"occurred_at":"2024-06-29T00:00:00Z","revenue_tier":"0_5_million","team_size":8}}\n' \
		"$1" "$1" "$1" >"$pipeline_dir/profile-$1"
	operator emit "$pipeline_dir/profile-$1" >>"$pipeline_dir/emit.log" 2>&1 || fail "emit as the operator"
}

# refused WHAT PATTERN COMMAND…: its output says so
refused()
{
	local said

	said=$("${@:3}" 2>&1 </dev/null) || true
	grep -qi -- "$2" <<<"$said" || fail "$1 was not refused: ${said:-no word}"
	echo "ok: $1 is refused"
}

# ---- a profile becomes a goal ----

pipeline_new secure
by_scram growthctl acls --execute >"$pipeline_dir/acls" 2>>"$pipeline_dir/acls.log" || { cat "$pipeline_dir/acls.log" >&2; fail "growthctl acls"; }
sees_all_topics()
{
	operator topics --dry-run >/dev/null 2>&1
}
wait_for "sight of all topics for the operator" sees_all_topics # the broker takes new rights into account a little later
echo "ok: the operator sees all topics"
for worker in "${WORKERS[@]}"; do
	by_scram secured "$worker" 1
done
publish_goal_pattern
profile 1
wait_for "match of the profile" is_readable contractor.matched '^1	'
wait_for "goal of the profile" is_readable goal.enriched '^1	'
echo "ok: a profile becomes a goal over TLS, SCRAM, ACLs and verify-full"
check "the database knows each worker by its own role, over TLS" [ "$(sql "SELECT string_agg(DISTINCT usename, ' ' ORDER BY usename) FROM pg_stat_activity
	JOIN pg_stat_ssl USING (pid) WHERE ssl AND application_name LIKE '$pipeline_prefix%'")" = \
	"growth_cohort_analyzer growth_goal_enricher growth_matcher growth_success_tracker" ]

# ---- what must be refused ----

goals=${pipeline_prefix}goal.enriched
refused "a consumer without an ACL" "authorization failed\|unknown topic" kafka stranger -C -t "$goals" -o beginning -e
refused "a reader who would write" "authorization failed" kafka reader -P -t "$goals" -X message.timeout.ms=10000 -l "$pipeline_dir/profile-1"
refused "matcher that would write what is goal-enricher's" "authorization failed" kafka matcher -P -t "$goals" -X message.timeout.ms=10000 -l "$pipeline_dir/profile-1"
as_role()
{
	psql -XAtq "host=127.0.0.1 dbname=$database user=$1" -c "$2"
}
refused "matcher's role that would write patterns" "permission denied" as_role growth_matcher "UPDATE business_growth_patterns SET confidence = 1"
refused "goal-enricher's role that would move matcher's position" "permission denied" as_role growth_goal_enricher "UPDATE matcher.positions SET epoch = 0"

# A producer that bears matcher's transactional id, and sends nothing.
zombie()
{
	kafka "$1" -P -t "${pipeline_prefix}matcher.dlq" -X "transactional.id=${pipeline_prefix}matcher-matcher-1" -X transaction.timeout.ms=10000
}
refused "a forged zombie of another account" "authorization failed" zombie goal-enricher
# With matcher's own password it fences matcher, which takes its id back: nothing is lost, nothing comes twice.
zombie matcher </dev/null >>"$pipeline_dir/kcat.log" 2>&1 || true
profile 2
wait_for "match after a zombie" is_readable contractor.matched '^2	'
check "the fenced matcher has started a producer anew" grep -q 'fenced\|starts anew' "$pipeline_dir/matcher-1.log"
check "its match is there once" [ "$(readable reader contractor.matched | grep -c '^2	')" = 1 ]
stop_workers

# ---- wrong configurations ----

# A case is a matcher that can log in on both servers, and what is wrong with it.
base=(--set http.port=0 --set log.format=json)
declare -A case_pids=() case_wants=() case_kinds=()

# wrong NAME KIND WANTED [--set …]…: KIND is exit (it leaves with 78), retry (it tells, is not ready, and tries on) or tell (the same
# but for what /readyz names)
wrong()
{
	local name=$1

	case_kinds[$name]=$2
	case_wants[$name]=$3
	as matcher env_of_worker growth_matcher launch "$name" "${@:4}"
}

launch()
{
	"$GROWTH_BIN/matcher" "${base[@]}" --set "instance=$1" "${@:2}" 2>"$pipeline_dir/$1.case" &
	case_pids[$1]=$! worker_pids[$1]=$!
}

told()
{
	grep -qE -- "${case_wants[$1]}" "$pipeline_dir/$1.case"
}

port_of()
{
	sed -nE 's/.*"health endpoint".*"port":([0-9]+).*/\1/p' "$pipeline_dir/$1.case"
}

not_ready_because()
{
	curl -s "http://127.0.0.1:$(port_of "$1")/readyz" | grep -qE -- "${case_wants[$1]}"
}

judge()
{
	local name=$1 status=0

	wait_for "word of case $name (${case_wants[$name]}): $(tail -n 3 "$pipeline_dir/$name.case")" told "$name"
	if [[ ${case_kinds[$name]} == retry ]]; then
		wait_for "reason in /readyz of case $name" not_ready_because "$name"
	fi
	if [[ ${case_kinds[$name]} != exit ]]; then
		kill -9 "${case_pids[$name]}" || fail "case $name left"
	fi
	wait "${case_pids[$name]}" 2>/dev/null || status=$?
	unset "worker_pids[$name]"
	[[ ${case_kinds[$name]} != exit || $status == 78 ]] || fail "case $name left with $status"
	(($(grep -cE -- "${case_wants[$name]}" "$pipeline_dir/$name.case") <= 4)) || fail "case $name says it again and again"
	echo "ok: wrong: $name"
}

judge_all()
{
	local name

	for name in "${!case_pids[@]}"; do
		judge "$name"
	done
	case_pids=()
}

umask 077
work=$pipeline_dir/secrets
mkdir "$work"
cp "$secrets/kafka/growth-matcher" "$work/open"
chmod 0644 "$work/open"
echo wrong >"$work/wrong"
cp "$secrets/stranger.key" "$work/open.key"
chmod 0644 "$work/open.key"
: >"$work/empty"

kafka_port=${GROWTH_KAFKA_BOOTSTRAP_SERVERS##*:}
conninfo=$GROWTH_POSTGRES_CONNINFO

# Kafka
wrong kafka-ca retry "CA that is not trusted here" --set "kafka.properties.ssl.ca.location=$secrets/stranger.crt"
wrong kafka-expired retry "certificate, or its CA's, has expired" --set "kafka.bootstrap_servers=${GROWTH_DEV_KAFKA_EXPIRED:?}"
wrong kafka-host retry "certificate is for another host" --set "kafka.bootstrap_servers=localhost:$kafka_port"
wrong kafka-password retry "user or password is wrong" --set "kafka.password_file=$work/wrong"
wrong kafka-user retry "user or password is wrong" --set kafka.properties.sasl.username=nobody
wrong kafka-old-scram retry "librdkafka before 2.6.1 cannot log in by SCRAM" --set kafka.properties.sasl.mechanism=SCRAM-SHA-512
wrong kafka-mechanism retry "set kafka.properties.sasl.mechanism to one of those" --set kafka.properties.sasl.mechanism=SCRAM-SHA-256
wrong kafka-plaintext retry "the port wants TLS" --set kafka.properties.security.protocol=PLAINTEXT
wrong kafka-no-login retry "the port wants a login" --set kafka.properties.security.protocol=SSL
judge_all
wrong kafka-no-tls retry "speaks no TLS" --set "kafka.bootstrap_servers=${plain_kafka:?}"
wrong kafka-ca-missing exit "kafka.properties.ssl.ca.location must be a file" --set kafka.properties.ssl.ca.location=/nonexistent
wrong kafka-key-missing exit "kafka.properties.ssl.key.location must be a file" --set kafka.properties.ssl.key.location=/nonexistent
wrong kafka-password-missing exit "kafka.password_file: /nonexistent cannot be read: No such file" --set kafka.password_file=/nonexistent
wrong kafka-password-open exit "kafka.password_file: .* can be read by everyone" --set "kafka.password_file=$work/open"
wrong kafka-password-empty exit "kafka.password_file: .* has no password" --set "kafka.password_file=$work/empty"
wrong acl-topic retry "Topic authorization failed.*growthctl acls" --set kafka.properties.sasl.username=growth-success-tracker \
	--set "kafka.password_file=$secrets/kafka/growth-success-tracker"
wrong acl-group retry "Group authorization failed.*ACL for the consumer group.*growthctl acls" --set kafka.group_id=foreign
# This account lacks the topics too, which is what its readiness names.
wrong acl-transactional-id tell "ACL for the transactional id is missing.*growthctl acls" --set "kafka.group_id=${pipeline_prefix}growth-reader" \
	--set kafka.properties.sasl.username=growth-reader --set "kafka.password_file=$secrets/kafka/growth-reader"
judge_all

# Postgres
wrong postgres-ca retry "CA that is not trusted here" --set "postgres.conninfo=$conninfo sslrootcert=$secrets/stranger.crt"
wrong postgres-ca-missing retry "sslrootcert in postgres.conninfo must be a file" --set "postgres.conninfo=$conninfo sslrootcert=/nonexistent"
wrong postgres-host retry "host in postgres.conninfo must be a name" --set "postgres.conninfo=$conninfo host=db.example hostaddr=127.0.0.1"
wrong postgres-password retry "user or password is wrong" --set "postgres.password_file=$work/wrong"
wrong postgres-user retry "user or password is wrong" --set "postgres.conninfo=$conninfo user=nobody"
wrong postgres-no-password retry "the server wants a password" --set postgres.password_file=
wrong postgres-plaintext retry "over TLS only: set sslmode=verify-full" --set "postgres.conninfo=$conninfo sslmode=disable"
wrong postgres-no-tls retry "TLS switched off" --set "postgres.conninfo=$conninfo port=${plain_postgres:?}"
wrong postgres-other-server retry "listens there is no Postgres" --set "postgres.conninfo=$conninfo port=$kafka_port"
judge_all
wrong postgres-key-open retry "sslkey in postgres.conninfo: chmod 0600" \
	--set "postgres.conninfo=$conninfo sslcert=$secrets/stranger.crt sslkey=$work/open.key"
wrong postgres-password-missing exit "postgres.password_file: /nonexistent cannot be read" --set postgres.password_file=/nonexistent
wrong postgres-password-open exit "postgres.password_file: .* can be read by everyone" --set "postgres.password_file=$work/open"
judge_all

# The server shows its expired certificate from here on.
for kind in crt:cert key:key; do
	sql "ALTER SYSTEM SET ssl_${kind#*:}_file = 'postgres-expired.${kind%:*}'"
done
sql "SELECT pg_reload_conf()" >/dev/null
refuses_now()
{
	! psql -XAtq -c "SELECT 1" >/dev/null 2>&1
}
wait_for "reload" refuses_now
wrong postgres-expired retry "certificate, or its CA's, has expired"
judge_all

# The operator's command says the same.
said=$("$GROWTH_BIN/growthctl" topics --set "kafka.bootstrap_servers=$GROWTH_DEV_KAFKA_EXPIRED" 2>&1) && status=0 || status=$?
check "growthctl: an expired certificate" grep -q "has expired" <<<"$said"
check "growthctl: it leaves with 69" [ "$status" = 69 ]
# No password was told to anybody.
for password in "$secrets"/kafka/* "$secrets"/postgres/*; do
	! grep -qrF -f "$password" "$pipeline_dir" --exclude-dir=secrets || fail "a log has the password of ${password##*/}"
done
echo "ok: no log has a password"
