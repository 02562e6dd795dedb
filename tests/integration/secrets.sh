#!/usr/bin/env bash
# A password that a worker or growthctl was given, from environment, file or command line, is found nowhere: not in logs, metrics, answers of
# the health endpoint, --print-config, messages about a connection that fails, ps, /proc/PID/environ, or in what a crash leaves.
# shellcheck source=tests/support/pipeline.bash
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"

readonly canary=canary-5550123

silent()
{
	! grep -aq "$canary" "$1"
}

get()
{
	curl -s -m 5 "http://127.0.0.1:$port/$1"
}

has_port()
{
	port=$(port_of matcher)
	[[ -n $port ]]
}

is_ready()
{
	[[ $(get readyz) == ok ]]
}

# as_other COMMAND...: who is not this user, when that is root
as_other()
{
	if ((EUID == 0)); then
		setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
	else
		"$@"
	fi
}

shows_its_environment()
{
	as_other cat "/proc/$1/environ" 2>/dev/null
}

reads_nothing()
{
	tr '\0' ' ' <"/proc/$1/cmdline" >"$pipeline_dir/cmdline"
	grep -q 'postgres.conninfo' "$pipeline_dir/cmdline" && silent "$pipeline_dir/cmdline"
}

# says_only EXPECTED COMMAND...: fails with a message that has the one and not the other
says_only()
{
	local expected=$1

	shift
	! timeout 20 "$@" >"$pipeline_dir/said" 2>&1 && grep -q "$expected" "$pipeline_dir/said" && silent "$pipeline_dir/said"
}

# leaves_core WORD: the worker, told WORD of core_dumps, is made to crash in a folder of its own; 0 when the kernel wrote a core file
leaves_core()
{
	mkdir -p "$pipeline_dir/crash-$1"
	ASAN_OPTIONS=${ASAN_OPTIONS:-}:disable_coredump=0 python3 - "$pipeline_dir/crash-$1" "$GROWTH_BIN/matcher" --set http.port=0 \
		--set instance=crash "${secretly[@]}" --set core_dumps="$1" <<-'END'
		import os, resource, signal, subprocess, sys

		hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
		resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
		with open(sys.argv[1] + "/log", "wb") as log:
		    child = subprocess.Popen(sys.argv[2:], cwd=sys.argv[1], stderr=subprocess.PIPE)
		    for line in child.stderr:
		        log.write(line)
		        if b"health endpoint" in line:
		            break
		    os.kill(child.pid, signal.SIGQUIT)
		    log.write(child.stderr.read())
		sys.exit(0 if os.WCOREDUMP(os.waitpid(child.pid, 0)[1]) else 1)
	END
}

pipeline_new secrets
printf 'kafka = { properties = { sasl = { password = "%s-file"; }; }; };\n' "$canary" >"$pipeline_dir/secret.conf"
printf '@include "%s"\n' "$pipeline_dir/secret.conf" >"$pipeline_dir/growth.conf"
chmod 600 "$pipeline_dir"/*.conf
secretly=(--config "$pipeline_dir/growth.conf" --set "kafka.properties.ssl.key.password=$canary-set"
	--set "postgres.conninfo=$GROWTH_POSTGRES_CONNINFO password=$canary-conninfo")
export GROWTH_KAFKA_PROPERTIES_SASL_USERNAME=me GROWTH_KAFKA_PROPERTIES_SASL_OAUTHBEARER_CONFIG=$canary-env

start_worker matcher 1 "${secretly[@]}" --set log.level=debug --set kafka.properties.debug=all
wait_for "health endpoint" has_port
wait_for "ready worker" is_ready
check "ps shows none of a worker" reads_nothing "${worker_pids[matcher-1]}"
check "others cannot read its environment" [ -z "$(shows_its_environment "${worker_pids[matcher-1]}")" ]
for path in livez 'readyz?verbose' metrics nothing; do
	get "$path" >"$pipeline_dir/answer"
	check "/$path does not tell" silent "$pipeline_dir/answer"
done
kill_worker matcher 1
check "its log tells what librdkafka is told" grep -q sasl.username "$pipeline_dir/matcher-1.log"
check "and no password, debugging on" silent "$pipeline_dir/matcher-1.log"

for program in "${WORKERS[@]}" growthctl; do
	"$GROWTH_BIN/$program" "${secretly[@]}" --print-config >"$pipeline_dir/config"
	check "$program --print-config masks" grep -q 'password=\*\*\*' "$pipeline_dir/config"
	check "$program --print-config tells none" silent "$pipeline_dir/config"
done

mkfifo "$pipeline_dir/events"
"$GROWTH_BIN/growthctl" emit "${secretly[@]}" "$pipeline_dir/events" 2>/dev/null &
worker_pids[growthctl-1]=$!
exec {events}>"$pipeline_dir/events" # it has got so far
check "ps shows none of growthctl" reads_nothing "${worker_pids[growthctl-1]}"
exec {events}>&-
wait "${worker_pids[growthctl-1]}" || true
unset 'worker_pids[growthctl-1]'

for conninfo in "host=127.0.0.1 password=two $canary" "postgresql://me:pa/$canary@127.0.0.1/growth" "postgresql://me:pa@$canary@127.0.0.1/growth"; do
	for program in matcher 'growthctl migrate'; do
		# shellcheck disable=SC2086
		check "$program says what is wrong, not the password" \
			says_only 'postgres\.conninfo: ' "$GROWTH_BIN"/$program --set postgres.conninfo="$conninfo"
	done
done
check "a connection that is refused" says_only 'connect to Postgres as me: ' \
	"$GROWTH_BIN/growthctl" migrate --set postgres.conninfo="host=127.0.0.1 port=1 user=me password=$canary"
check "a key that cannot be read" says_only 'ssl.key.pem: librdkafka does not take its value\|Kafka client: ' \
	"$GROWTH_BIN/matcher" --set http.port=0 --set kafka.properties.security.protocol=ssl --set kafka.properties.ssl.key.pem="$canary"
check "a conninfo whose blanks are not quoted" says_only 'unexpected argument "password"' \
	"$GROWTH_BIN/matcher" --set postgres.conninfo=host=db "password=$canary"
check "the same of growthctl" says_only "one worker, not 'password'" \
	"$GROWTH_BIN/growthctl" positions matcher --set postgres.conninfo=host=db "password=$canary"
check "a URI without its key" says_only 'unexpected argument "postgresql"' "$GROWTH_BIN/matcher" "postgresql://me:$canary@db/growth"
check "what is taken for a command" says_only "no command 'postgres.conninfo'" "$GROWTH_BIN/growthctl" "postgres.conninfo=password=$canary"
for program in matcher 'growthctl topics'; do
	# shellcheck disable=SC2086
	check "$program: a key that is taken for an option" says_only "unknown option '--kafka.properties.sasl.password'" \
		"$GROWTH_BIN"/$program --kafka.properties.sasl.password="$canary"
	for wrong in "kafka.properties.sasl.password $canary" "kafka.properties.sasl.password:$canary"; do
		# shellcheck disable=SC2086
		check "$program: a setting without =" says_only 'KEY=VALUE.*kafka\.properties\.sasl\.password' "$GROWTH_BIN"/$program --set "$wrong"
	done
done
mapfile -t many < <(yes -- --set=log.level=info | head -n 64)
check "a setting too many" says_only 'at most 64 times: "kafka\.properties\.sasl\.password"' \
	"$GROWTH_BIN/matcher" "${many[@]}" --set "kafka.properties.sasl.password=$canary"

leaves_core false && fail "a crash left a core file"
check "a crash tells none" silent "$pipeline_dir/crash-false/log"
check "and leaves no core file" [ "$(ls "$pipeline_dir/crash-false")" = log ]
if [[ $(ulimit -Hc) == unlimited && -n $(</proc/sys/kernel/core_pattern) ]]; then
	check "who wants a core file gets it" leaves_core true
fi
