#!/usr/bin/env bash
# The n-th allocation, send and receive fail in turn in the four workers, against the real servers (fail_nth.c).
#
# Memory: the worker dies at once, by exit status 71 and a line that says so, and nothing else; the next one starts where it died
# and fails a bit later. Sends, receives and libpq's memory: the worker goes on, or leaves with 75 for a new start. In the
# end the state and the outputs equal those of an undisturbed run, and nothing is dead-lettered or published twice.
#
#   FAULTS=long   every n of a start, more numbers after it (many minutes); default: a sample
#   SEED=N        which numbers
#   RUNS="calm sockets"   not all of it; calm is what the others are compared with
# shellcheck source=tests/support/pipeline.bash
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"

library=$(realpath "$GROWTH_BIN/../tests/fail-nth.so")
seed=${SEED:-11}
contractors=${CONTRACTORS:-80}
as_of=2024-06-30T00:00:00Z
if [[ ${FAULTS:-} == long ]]; then
	start_step=1 rounds=30 io_faults=60
	connecting=(1 3 6 10 15 21) # each new connection fails one step later than the one before
else
	start_step=4 rounds=4 io_faults=8
	connecting=(1 3)
fi
start_calls=52	# about so many allocations of ours until the group has answered
life_s=6	# a number that is not reached by then is not reached
death_s=5	# who cannot go on is gone by then
# A dead member is missed soon; small batches are many.
settings=(--set batch.max=60 --set kafka.session_timeout=1500ms)

pipeline_make_dir
history=$pipeline_dir/history
"$GROWTH_BIN/growthctl" simulate --contractors "$contractors" --seed "$seed" --outcomes >"$history"
echo "seed $seed, $contractors contractors, $(wc -l <"$history") events"

# launch WORKER RULES [ASAN_OPTIONS]: in the background; sets `pid`. It does not outlive the shell that starts it.
launch()
{
	# A sanitizer wants to be the first library; ours comes before it and hands on to it what it lets through. What the dynamic
	# linker allocates for itself is then no longer recognised as such, and would be a leak.
	setpriv --pdeathsig KILL env ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0:detect_leaks=0${3:+:$3}" \
		LD_PRELOAD="$library" FAIL_NTH="$2" FAIL_NTH_REPORT="$pipeline_dir/$1.report" \
		"$GROWTH_BIN/$1" --set instance="$1-1" --set http.port=0 \
		"${settings[@]}" 2>>"$pipeline_dir/$1-1.log" &
	pid=$!
}

alive()
{
	kill -0 "$pid" 2>/dev/null
}

# ends_within SECONDS: sets `status` to the exit status
ends_within()
{
	local deadline=$((SECONDS + $1))

	while alive; do
		((SECONDS < deadline)) || return
		read -rt 0.05 <> <(:) || true
	done
	status=0
	wait "$pid" || status=$?
}

has_fired()
{
	grep -q "$1" "$pipeline_dir/$worker.report" 2>/dev/null
}

# ---- memory ----

# die_at CALLER N: one life. True if that allocation was reached.
die_at()
{
	local what="$worker, allocation $2 of $1" deadline=$((SECONDS + life_s))

	rm -f "$pipeline_dir/$worker.report"
	# What a sanitizer says of a library's crash is not for the whole run to fail by.
	launch "$worker" "malloc@$1=NOMEM:$2" "$([[ $1 == program ]] || echo "log_path=$pipeline_dir/$worker.asan")"
	until has_fired NOMEM || ((SECONDS >= deadline)) || ! alive; do
		read -rt 0.05 <> <(:) || true
	done
	if ! has_fired NOMEM; then
		alive || fail "$what: it ended before"
		kill -TERM "$pid"
		ends_within 10 || fail "$what: not reached, and SIGTERM is not obeyed"
		[[ $status != 0 ]] || return 1
		has_fired NOMEM || fail "$what: not reached, and it left with $status"
	fi
	"ends_well_for_$1" "$what"
}

ends_well_for_program()
{
	ends_within "$death_s" || fail "$1: it lives on"
	[[ $status == 71 ]] || fail "$1: it left with $status"
	[[ $(tail -n 1 "$pipeline_dir/$worker-1.log") == 'out of memory' ]] || fail "$1: it does not say why it left"
}

# json-c crashes in some places, and in others it can do without. What counts is that no good message is taken for a bad one.
ends_well_for_libjson-c()
{
	if ! ends_within 1; then
		kill -KILL "$pid"
		ends_within "$death_s"
	fi
}

# run_out_of_memory WORKER: a life for each number
run_out_of_memory()
{
	local n reached=0 numbers

	worker=$1
	mapfile -t numbers < <(RANDOM=$((seed + ${#worker})); memory_numbers)
	for n in "${numbers[@]}"; do
		if die_at "${n%:*}" "${n#*:}"; then
			reached=$((reached + 1))
		fi
	done
	echo "$worker: $reached of ${#numbers[@]} allocations failed: ${numbers[*]//program:/}"
}

# A start's calls one by one, then numbers behind it, each range about one and a half times the one before.
memory_numbers()
{
	local n high=$start_calls round

	for ((n = 1 + RANDOM % start_step; n <= start_calls; n += start_step)); do
		echo "program:$n"
	done
	for ((round = 0; round < rounds; round++)); do
		echo "program:$((start_calls + RANDOM % high))"
		((round % 2)) || echo "libjson-c:$((1 + RANDOM % 500))"
		high=$((high < 5000 ? high * (rounds < 10 ? 6 : 3) / 2 : 100))
	done
}

# in_each_worker COMMAND: side by side, in a shell each
in_each_worker()
{
	for worker in "${WORKERS[@]}"; do
		("$1" "$worker") &
		worker_pids[$worker-1]=$!
	done
}

all_have_done()
{
	for worker in "${WORKERS[@]}"; do
		wait "${worker_pids[$worker-1]}" || fail "see above"
		unset "worker_pids[$worker-1]"
	done
}

# ---- sends and receives ----

# numbers GAP [FIRST…]: ascending, at most so far apart
numbers()
{
	local n k gap=$1 list=()

	shift
	list=("$@")
	n=$((${*: -1} + 20))
	for ((k = 0; k < io_faults; k++)); do
		n=$((n + 1 + RANDOM % gap))
		list+=("$n")
	done
	(IFS=,; echo "${list[*]}")
}

io_rules()
{
	local how rules=()

	rules+=("connect@libpq=REFUSED:1" "send@libpq=RESET:$(numbers 90 "${connecting[@]}")")
	rules+=("recv@libpq=RESET:$(numbers 150 "${connecting[@]}")" "recv@libpq=EOF:$(numbers 200 40)")
	rules+=("send@libpq=SHORT:$(numbers 40 2 4 5)" "recv@libpq=SHORT:$(numbers 40 1 3 4)")
	rules+=("recv@libpq=INTR:$(numbers 40 6 7 8)" "poll@program=INTR:$(numbers 40 1 2 3)")
	rules+=("malloc@libpq=NOMEM:$(numbers 600 20)")
	rules+=("connect@librdkafka=REFUSED:1,4")
	for how in RESET SHORT AGAIN; do
		rules+=("sendmsg@librdkafka=$how:$(numbers 60 $((RANDOM % 10 + 1)))")
	done
	for how in RESET EOF SHORT AGAIN; do
		rules+=("recvmsg@librdkafka=$how:$(numbers 120 $((RANDOM % 20 + 1)))")
	done
	(IFS=';'; echo "${rules[*]}")
}

# run_with_bad_sockets WORKER: until there is $pipeline_dir/enough; starts it again when it asks for it
run_with_bad_sockets()
{
	local rules starts=1

	worker=$1 RANDOM=$((seed + ${#1}))
	rules=$(io_rules)
	launch "$worker" "$rules"
	until [[ -e $pipeline_dir/enough ]]; do
		if ! alive; then
			ends_within 1
			[[ $status == 75 ]] || fail "$worker left with $status"
			starts=$((starts + 1))
			launch "$worker" "$(io_rules)"
		fi
		read -rt 0.1 <> <(:) || true
	done
	kill -TERM "$pid"
	ends_within 10 || fail "$worker does not leave on SIGTERM"
	[[ $status == 0 ]] || fail "$worker left with $status on SIGTERM"
	echo "$worker: $(grep -vc ' calls$' "$pipeline_dir/$worker.report") calls failed, $starts starts"
}

# ---- the three runs ----

finish_run()
{
	state_dump >"$pipeline_dir/$1.state"
	outputs_dump >"$pipeline_dir/$1.outputs"
	check_ids_unique
	check "$1: no dead letter" is_empty dead_letters
	[[ $1 == calm ]] && return
	compare "$1: end states" "$pipeline_dir/calm.state" "$pipeline_dir/$1.state"
	compare "$1: outputs" "$pipeline_dir/calm.outputs" "$pipeline_dir/$1.outputs"
	echo "ok: $1 equals calm"
}

run_calm()
{
	pipeline_new calm
	for worker in "${WORKERS[@]}"; do
		start_worker "$worker" 1 "${settings[@]}"
	done
	emit "$history"
	wait_settled
	recalculate "$as_of"
	wait_settled
	stop_workers
	finish_run calm
}

# While the history is worked off, and once more while the patterns of a recalculation are.
run_memory()
{
	pipeline_new memory
	emit "$history"
	in_each_worker run_out_of_memory
	all_have_done
	for worker in "${WORKERS[@]}"; do
		start_worker "$worker" 1 "${settings[@]}"
	done
	wait_settled
	stop_workers
	recalculate "$as_of"
	seed=$((seed + 1000)) start_step=$((start_calls + 1))
	in_each_worker run_out_of_memory
	all_have_done
	for worker in "${WORKERS[@]}"; do
		start_worker "$worker" 1 "${settings[@]}"
	done
	wait_settled
	stop_workers
	finish_run memory
}

run_sockets()
{
	pipeline_new sockets
	rm -f "$pipeline_dir"/*.report
	in_each_worker run_with_bad_sockets
	emit "$history"
	wait_settled
	recalculate "$as_of"
	wait_settled
	touch "$pipeline_dir/enough"
	all_have_done
	finish_run sockets
}

for run in ${RUNS:-calm memory sockets}; do
	started=$SECONDS
	"run_$run"
	echo "$run: $((SECONDS - started)) s"
done
