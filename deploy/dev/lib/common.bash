# shellcheck shell=bash
# What the scripts of this folder share.

say()
{
	printf '%s: %s\n' "${0##*/}" "$*" >&2
}

# wait_until SECONDS COMMAND ARGS...: true as soon as the command is, false after the time.
wait_until()
{
	local deadline=$(( $(now_ms) + $1 * 1000 ))

	shift
	until "$@"; do
		(( $(now_ms) < deadline )) || return 1
		sleep 0.03
	done
}

now_ms()
{
	echo $(( ${EPOCHREALTIME/[.,]/} / 1000 ))
}

# The port might be taken by someone else before it is used; who starts a server tries again then.
# Below 32768, where Linux finds ports for outgoing connections.
free_port()
{
	local port

	while :; do
		port=$(( 20000 + RANDOM % 12000 ))
		if ! port_answers "$port"; then
			echo "$port"
			return
		fi
	done
}

# free_ports COUNT: as many different ones, one a line
free_ports()
{
	local -A ports=()

	while (( ${#ports[@]} < $1 )); do
		ports[$(free_port)]=
	done
	printf '%s\n' "${!ports[@]}"
}

port_answers()
{
	(exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# Only in a subshell that becomes a server: a descriptor kept open for the server's life would
# hold the caller's locks, and whoever reads a pipe of the caller's to its end.
close_descriptors()
{
	local path fd

	for path in /proc/self/fd/*; do
		fd=${path##*/}
		if (( fd > 2 )); then
			exec {fd}>&-
		fi
	done
}

# The processes that it started, theirs, and so on, parents first: a signal must reach who waits for
# a child before the child's end does.
descendants()
{
	local child

	for child in $(pgrep -P "$1"); do
		echo "$child"
		descendants "$child"
	done
}

# process_is PID PATH: it lives, and was started with that path among its arguments. A process id in
# a file may be another process's by now, which must not be killed for it.
process_is()
{
	[[ $1 ]] && grep -qsF -- "$2" "/proc/$1/cmdline"
}

# A zombie has ended; only its parent has not asked yet.
process_alive()
{
	local stat

	{ read -r stat <"/proc/$1/stat"; } 2>/dev/null || return
	[[ ${stat##*) } != Z* ]]
}

process_gone()
{
	! process_alive "$1"
}

process_paused()
{
	local stat

	{ read -r stat <"/proc/$1/stat"; } 2>/dev/null || return
	[[ ${stat##*) } == T* ]]
}

process_paused_or_gone()
{
	process_paused "$1" || process_gone "$1"
}

# Comes back when they stand still.
pause_processes()
{
	local pid

	for pid; do
		kill -s STOP "$pid" 2>/dev/null || true
	done
	for pid; do
		wait_until 10 process_paused_or_gone "$pid"
	done
}

# report_process NAME PORT PID: says how it is; PID is empty when it does not run. False when it does not serve.
report_process()
{
	if [[ -z $3 ]]; then
		echo "$1: stopped"
		return 1
	elif process_paused "$3"; then
		echo "$1: paused, process $3, port $2"
		return 1
	fi
	echo "$1: running, process $3, port $2"
}
