# shellcheck shell=bash
# Private brokers: the first in $dir/kafka, the others of a cluster in $dir/kafka-2, $dir/kafka-3. In each
# folder: server.properties, data/, kafka.log, console.log (what java itself says), pid, and port,
# which is chosen once. Every function expects $dir. A BROKER is a number from 1; where none is said,
# all are meant.

kafka_folder()
{
	if (( $1 == 1 )); then
		echo "$dir/kafka"
	else
		echo "$dir/kafka-$1"
	fi
}

kafka_brokers()
{
	local broker

	for (( broker = 1; ; broker++ )); do
		[[ -d $(kafka_folder "$broker") ]] || break
		echo "$broker"
	done
}

# For clients: HOST:PORT,HOST:PORT
kafka_bootstrap()
{
	local broker servers=

	for broker in $(kafka_brokers); do
		servers+=${servers:+,}127.0.0.1:$(<"$(kafka_folder "$broker")/port")
	done
	echo "$servers"
}

# kafka_each FUNCTION [BROKER...]: at the same time; false when one fails.
kafka_each()
{
	local function=$1 broker pid pids=() status=0

	shift
	if (( $# == 0 )); then
		# shellcheck disable=SC2046
		set -- $(kafka_brokers)
	fi
	for broker; do
		"$function" "$broker" &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid" || status=1
	done
	return "$status"
}

# kafka_java_options BROKER
kafka_java_options()
{
	local archive=$kafka_libs/../classes.jsa

	printf '%s\n' -Xmx512m -XX:+UseSerialGC -XX:-UsePerfData \
		"-Dlog4j2.configurationFile=$here/kafka/log4j2.properties" \
		"-Dgrowth.kafka.log=$(kafka_folder "$1")/kafka.log"
	if [[ -e $archive ]]; then
		printf '%s\n' "-XX:SharedArchiveFile=$archive"
	fi
	printf '%s\n' -classpath "$kafka_libs/*"
}

kafka_pid()
{
	cat "$(kafka_folder "$1")/pid" 2>/dev/null
}

kafka_running()
{
	local pid

	pid=$(kafka_pid "$1") && process_is "$pid" "$(kafka_folder "$1")/server.properties"
}

kafka_stopped()
{
	! kafka_running "$1"
}

# It answers, and lists itself: the cluster has let it in.
kafka_answers()
{
	local port

	port=$(<"$(kafka_folder "$1")/port")
	# kcat alone would wait a second for a broker that is not there yet.
	port_answers "$port" || return
	if secured; then
		set -- "$1" -F "$dir/security/kcat.conf"
	fi
	kcat "${@:2}" -L -b "127.0.0.1:$port" -m 2 2>/dev/null | grep " broker $1 at " >/dev/null
}

kafka_show_log()
{
	local folder

	folder=$(kafka_folder "$1")
	say "the end of Kafka's log:"
	tail -n 30 "$folder/kafka.log" "$folder/console.log" >&2 || true
}

# Each broker votes for the controller, too. Three keep what is theirs three times, and take a write
# when two have it: so one may go.
kafka_write_settings()
{
	local ports broker folder count=$# voters='' access=plain

	if secured; then
		access=secured
	fi
	mapfile -t ports < <(free_ports $(( 4 * count )))
	for broker; do
		voters+=${voters:+,}$broker@127.0.0.1:${ports[count + broker - 1]}
	done
	for broker; do
		folder=$(kafka_folder "$broker")
		sed -e "s|@BROKER@|$broker|" -e "s|@VOTERS@|$voters|" \
			-e "s|@BROKER_PORT@|${ports[broker - 1]}|" \
			-e "s|@CONTROLLER_PORT@|${ports[count + broker - 1]}|" \
			-e "s|@INTERNAL_PORT@|${ports[2 * count + broker - 1]}|" \
			-e "s|@EXPIRED_PORT@|${ports[3 * count + broker - 1]}|" \
			-e "s|@REPLICAS@|$count|" -e "s|@MIN_REPLICAS@|$(( (count + 1) / 2 ))|" \
			-e "s|@DATA@|$folder/data|" -e "s|@SECURITY@|$dir/security|" \
			-e "s|@USERS@|$(security_users)|" \
			"$here/kafka/server.properties.in" "$here/kafka/$access.properties.in" \
			>"$folder/server.properties"
		echo "${ports[broker - 1]}" >"$folder/port"
		if secured; then
			echo "${ports[3 * count + broker - 1]}" >"$folder/expired-port"
		fi
	done
}

# As kafka.tools.StorageTool random-uuid does, without another java. No '-': one in front would be taken
# for an option.
kafka_random_id()
{
	head -c 16 /dev/urandom | base64 | tr '+/' 'AB' | tr -d '='
}

# Expects $cluster_id.
kafka_format()
{
	local options folder account users=()

	folder=$(kafka_folder "$1")
	mapfile -t options < <(kafka_java_options "$1")
	if secured; then
		for account in "$dir"/security/kafka/*; do
			users+=(--add-scram "SCRAM-SHA-512=[name=${account##*/},password=$(<"$account")]")
		done
	fi
	java "${options[@]}" -XX:TieredStopAtLevel=1 kafka.tools.StorageTool format \
		--cluster-id "$cluster_id" --config "$folder/server.properties" "${users[@]}" \
		>"$folder/console.log" 2>&1
}

# kafka_create COUNT: the first start makes the data and finds ports.
kafka_create()
{
	local try broker cluster_id

	for broker in $(seq "$1"); do
		mkdir -m 0700 "$(kafka_folder "$broker")"
	done
	cluster_id=$(kafka_random_id)
	for try in 1 2 3 4 5; do
		# shellcheck disable=SC2046
		kafka_write_settings $(kafka_brokers)
		if ! kafka_each kafka_format; then
			break
		fi
		if kafka_each kafka_launch; then
			return
		fi
		grep -qs 'Address already in use' "$dir"/kafka*/kafka.log || break
		say "a port of Kafka's was taken ($try)"
		kafka_kill
		rm -rf "$dir"/kafka*/data "$dir"/kafka*/kafka.log
	done
	kafka_each kafka_show_log
	return 1
}

# Writes down its process id and becomes java, in a session of its own: a Ctrl-C on the terminal
# is for the caller, who may need a broker until the end.
kafka_become()
{
	local options extra folder

	folder=$(kafka_folder "$1")
	mapfile -t options < <(kafka_java_options "$1")
	read -ra extra <<<"${GROWTH_DEV_KAFKA_JAVA_OPTIONS:-}"
	close_descriptors
	echo "$BASHPID" >"$folder/pid"
	exec setsid env --default-signal java "${options[@]}" "${extra[@]}" \
		kafka.Kafka "$folder/server.properties" \
		</dev/null >"$folder/console.log" 2>&1
}

# kafka_ready_or_dead BROKER PID
kafka_ready_or_dead()
{
	kafka_answers "$1" || ! process_alive "$2"
}

kafka_launch()
{
	local pid

	kafka_become "$1" &
	pid=$!
	wait_until 120 kafka_ready_or_dead "$1" "$pid" && kafka_running "$1"
}

kafka_start_one()
{
	if kafka_running "$1"; then
		return
	fi
	if ! kafka_launch "$1"; then
		kafka_show_log "$1"
		return 1
	fi
}

kafka_start()
{
	kafka_each kafka_start_one "$@"
}

# kafka_stop fast|immediate [BROKER...]: a controlled shutdown, or none.
kafka_stop()
{
	local mode=$1

	shift
	kafka_each "kafka_stop_$mode" "$@"
}

kafka_stop_fast()
{
	local pid

	kafka_running "$1" || return 0
	pid=$(kafka_pid "$1")
	kill -s CONT "$pid" 2>/dev/null || true
	kill -s TERM "$pid" 2>/dev/null || true
	wait_until 60 kafka_stopped "$1" || kafka_stop_immediate "$1"
}

kafka_stop_immediate()
{
	local pid

	kafka_running "$1" || return 0
	pid=$(kafka_pid "$1")
	kill -s KILL "$pid" 2>/dev/null || true
	wait_until 10 process_gone "$pid"
}

kafka_kill()
{
	kafka_each kafka_stop_immediate "$@"
}

kafka_pause_one()
{
	kafka_running "$1" || { say "$(kafka_name "$1") does not run"; return 1; }
	pause_processes "$(kafka_pid "$1")"
}

kafka_pause()
{
	kafka_each kafka_pause_one "$@"
}

kafka_resume_one()
{
	kafka_running "$1" || { say "$(kafka_name "$1") does not run"; return 1; }
	kill -s CONT "$(kafka_pid "$1")"
}

kafka_resume()
{
	kafka_each kafka_resume_one "$@"
}

kafka_name()
{
	if [[ -d $dir/kafka-2 ]]; then
		echo "kafka broker $1"
	else
		echo kafka
	fi
}

# False when one does not serve.
kafka_report()
{
	local broker pid status=0

	for broker in $(kafka_brokers); do
		pid=
		if kafka_running "$broker"; then
			pid=$(kafka_pid "$broker")
		fi
		report_process "$(kafka_name "$broker")" "$(<"$(kafka_folder "$broker")/port")" "$pid" ||
			status=1
	done
	return "$status"
}
