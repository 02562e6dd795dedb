# shellcheck shell=bash
# One private broker in $dir/kafka: server.properties, data/, kafka.log, console.log (what java
# itself says), pid, and port, which is chosen once. Every function expects $dir.

kafka_java_options()
{
	local archive=$kafka_libs/../classes.jsa

	printf '%s\n' -Xmx512m -XX:+UseSerialGC -XX:-UsePerfData \
		"-Dlog4j2.configurationFile=$here/kafka/log4j2.properties" \
		"-Dgrowth.kafka.log=$dir/kafka/kafka.log"
	if [[ -e $archive ]]; then
		printf '%s\n' "-XX:SharedArchiveFile=$archive"
	fi
	printf '%s\n' -classpath "$kafka_libs/*"
}

kafka_pid()
{
	cat "$dir/kafka/pid" 2>/dev/null
}

kafka_running()
{
	local pid

	pid=$(kafka_pid) && process_is "$pid" "$dir/kafka/server.properties"
}

kafka_stopped()
{
	! kafka_running
}

kafka_answers()
{
	local port

	port=$(<"$dir/kafka/port")
	# kcat alone would wait a second for a broker that is not there yet.
	port_answers "$port" && kcat -L -b "127.0.0.1:$port" -m 2 >/dev/null 2>&1
}

kafka_show_log()
{
	say "the end of Kafka's log:"
	tail -n 30 "$dir/kafka/kafka.log" "$dir/kafka/console.log" >&2 || true
}

kafka_write_settings()
{
	local controller

	while controller=$(free_port); [[ $controller == "$1" ]]; do
		:
	done
	sed -e "s|@BROKER_PORT@|$1|" -e "s|@CONTROLLER_PORT@|$controller|" \
		-e "s|@DATA@|$dir/kafka/data|" "$here/kafka/server.properties.in" \
		>"$dir/kafka/server.properties"
	echo "$1" >"$dir/kafka/port"
}

# As kafka.tools.StorageTool random-uuid does, without another java. No '-': one in front would be taken
# for an option.
kafka_random_id()
{
	head -c 16 /dev/urandom | base64 | tr '+/' 'AB' | tr -d '='
}

kafka_format()
{
	local options

	mapfile -t options < <(kafka_java_options)
	java "${options[@]}" -XX:TieredStopAtLevel=1 kafka.tools.StorageTool format \
		--cluster-id "$(kafka_random_id)" --config "$dir/kafka/server.properties" \
		>"$dir/kafka/console.log" 2>&1
}

# The first start: makes the data and finds ports.
kafka_create()
{
	local try

	mkdir -m 0700 "$dir/kafka"
	for try in 1 2 3 4 5; do
		kafka_write_settings "$(free_port)"
		if ! kafka_format; then
			break
		fi
		if kafka_launch; then
			return
		fi
		grep -qs 'Address already in use' "$dir/kafka/kafka.log" || break
		say "a port of Kafka's was taken ($try)"
		rm -rf "$dir/kafka/data" "$dir/kafka/kafka.log"
	done
	kafka_show_log
	return 1
}

# Writes down its process id and becomes java, in a session of its own: a Ctrl-C on the terminal
# is for the caller, who may need a broker until the end.
kafka_become()
{
	local options extra

	mapfile -t options < <(kafka_java_options)
	read -ra extra <<<"${GROWTH_DEV_KAFKA_JAVA_OPTIONS:-}"
	close_descriptors
	echo "$BASHPID" >"$dir/kafka/pid"
	exec setsid env --default-signal java "${options[@]}" "${extra[@]}" \
		kafka.Kafka "$dir/kafka/server.properties" \
		</dev/null >"$dir/kafka/console.log" 2>&1
}

kafka_ready_or_dead()
{
	kafka_answers || ! process_alive "$1"
}

kafka_launch()
{
	local pid

	kafka_become &
	pid=$!
	wait_until 120 kafka_ready_or_dead "$pid" && kafka_running
}

kafka_start()
{
	if kafka_running; then
		return
	fi
	if ! kafka_launch; then
		kafka_show_log
		return 1
	fi
}

# kafka_stop fast|immediate: a controlled shutdown, or none.
kafka_stop()
{
	local pid

	kafka_running || return 0
	pid=$(kafka_pid)
	kill -s CONT "$pid" 2>/dev/null || true
	if [[ $1 == fast ]]; then
		kill -s TERM "$pid" 2>/dev/null || true
		wait_until 60 kafka_stopped && return
	fi
	kafka_kill
}

kafka_kill()
{
	local pid

	kafka_running || return 0
	pid=$(kafka_pid)
	kill -s KILL "$pid" 2>/dev/null || true
	wait_until 10 process_gone "$pid"
}
