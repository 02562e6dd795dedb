#!/usr/bin/env bash
# growthctl's command line: help everywhere, exit codes, configuration from file, environment and --set.
# shellcheck source=tests/support/pipeline.bash
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"

pipeline_make_dir
scratch=$pipeline_dir

# run WHAT STATUS ARGS…
run()
{
	local what=$1 wanted=$2 code=0

	shift 2
	growthctl "$@" >"$scratch/out" 2>"$scratch/said" || code=$?
	[[ $code == "$wanted" ]] || { cat "$scratch/said" >&2; fail "$what: exit status $code instead of $wanted"; }
	echo "ok: $what"
}

run "without a command" 64
run "with a command that does not exist" 64 forge
run "with an option that does not exist" 64 --forge
run "help" 0 --help
commands=$(sed -n 's/^  \([a-z]*\)  *[a-z].*/\1/p' "$scratch/out")
check "names the commands" [ "$(wc -w <<<"$commands")" -ge 7 ]
for command in $commands; do
	run "$command --help" 0 "$command" --help
	check "has examples" grep -q '^Examples:' "$scratch/out"
	run "$command --forge" 64 "$command" --forge
done
run "version" 0 --version
check "is told" grep -Eq '^growthctl [0-9]+\.[0-9]+' "$scratch/out"
run "version of a command" 0 emit --version

run "simulate" 0 simulate -n 30 --seed 5
cp "$scratch/out" "$scratch/first"
run "simulate again" 0 simulate -n 30 --seed 5
check "gives the same" cmp -s "$scratch/first" "$scratch/out"
run "another seed" 0 simulate -n 30 --seed 6
check "gives another" [ "$(cmp "$scratch/first" "$scratch/out" | wc -l)" = 1 ]
run "outcomes alone" 0 simulate -n 100 --outcomes=only
check "are completions and feedback" \
	[ "$(jq -r .topic "$scratch/out" | sort -u | tr '\n' ' ')" = 'feedback.submitted goal.completed ' ]
run "the truth" 0 simulate --truth
check "is about every transition of the ladder" [ "$(jq -r 'select(.role) | .from_tier' "$scratch/out" | sort -u | wc -l)" = 9 ]
run "other dates" 0 simulate -n 5 --from 2023-01-01 --to 2023-12-31
check "are kept to" [ "$(jq -r '.value.occurred_at[:4]' "$scratch/out" | sort -u)" = 2023 ]
for bad in '-n 0' '-n many' '--seed -1' '--from 2024-02-30' '--to 1999-01-01' '--outcomes=none' 'more'; do
	# shellcheck disable=SC2086
	run "simulate $bad" 64 simulate $bad
done
run "contractor without an id" 64 contractor
run "contractor with a wrong one" 64 contractor 5x
run "a duration that is none" 64 status --wait --timeout soon
run "two files" 64 emit a b
run "a time that is none" 64 recalculate --as-of 2024-02-30
run "an id without a text" 64 recalculate --id ''
run "two transitions" 64 recalculate a b
for bad in '--hold-out 1' '--hold-out half' '--seed -1' '--within 0' '--as-of soon' '--seed 1 --learn-until 2023-06-30' \
	'--learn-until 2023-06-30 --as-of 2023-06-30'; do
	# shellcheck disable=SC2086
	run "validate $bad" 64 validate $bad
done
move='positions move matcher --all-topics'
for bad in '' '--to-latest --to-earliest' '--to-offset -1' '--shift-by far' '--to-datetime today' '--by-duration 7d' \
	'--to-latest more' '--to-latest -t goal.created' '--from-file positions.csv' '--to-latest --execute --export'; do
	# shellcheck disable=SC2086
	run "$move $bad" 64 $move $bad
	check "is told in a sentence" grep -q '^growthctl positions move: ' "$scratch/said"
done

run "an unknown key" 78 --set kafka.bootstrap_server=x --print-config
check "with the nearest one" grep -q 'kafka.bootstrap_servers' "$scratch/said"
run "a setting without a value" 64 --set kafka.bootstrap_servers topics
printf 'kafka: { topic_prefix = "from_file."; group_id = "a-workers-own"; };\nstatistics: { k = 7; };\nsweep: { chunk = 100; };\ntopics: { partitions = 7; };\n' >"$scratch/growth.conf"
run "a file, which workers share" 0 --config "$scratch/growth.conf" --print-config
check "is read" grep -q 'from_file\.' "$scratch/out"
# What only one of them reads:
cat >>"$scratch/growth.conf" <<'END'
vocabulary: { stages = ( { name = "growing"; label = "Growing"; } ); };
texts: { feedback = { question = "Was it any good?"; }; };
recalculation: { threads = 1; };
confidence: { every = "5s"; };
goals: { first_share = 0.5; };
checklist: { partners = 1; };
feedback: { remind_after = "7d"; };
migrations: { directory = "/nowhere"; };
batch: { max = 7; };
END
for name in growthctl cohort-analyzer matcher goal-enricher success-tracker; do
	check "$name takes the file of all" "$GROWTH_BIN/$name" --config "$scratch/growth.conf" --print-config
done
printf 'sweep: { chonk = 1; };\n' >"$scratch/mistake.conf"
code=0
"$GROWTH_BIN/matcher" --config "$scratch/mistake.conf" --print-config >"$scratch/out" 2>"$scratch/said" || code=$?
check "a mistake in its own section ends matcher" [ "$code" = 78 ]
check "and is told" grep -q 'mistake.conf:1: unknown key "sweep.chonk"; did you mean "sweep.chunk"?' "$scratch/said"
GROWTH_TOPICS_PARTITIONS=8 run "the environment" 0 --config "$scratch/growth.conf" --print-config
check "goes before the file" grep -Eq 'partitions = 8' "$scratch/out"
GROWTH_TOPICS_PARTITIONS=8 run "--set" 0 emit --set topics.partitions=9 --config "$scratch/growth.conf" --print-config
check "goes before both, behind the command too" grep -Eq 'partitions = 9' "$scratch/out"
run "a password" 0 --set postgres.conninfo='host=db password=hush' --print-config
check "is not shown" [ "$(grep -c hush "$scratch/out")" = 0 ]
run "a file that is not there" 78 --config "$scratch/nowhere" --print-config
if [[ -e /dev/full ]]; then
	code=0
	growthctl simulate -n 200 >/dev/full 2>"$scratch/said" || code=$?
	check "a full disk is told" [ "$code" = 74 ]
fi

# Who closes stdout or stderr does not want them in a connection to a server, which is what would be opened next. (Without core_dumps none
# but root may look.)
for name in matcher cohort-analyzer; do
	"$GROWTH_BIN/$name" --set kafka.bootstrap_servers=127.0.0.1:1 --set http.port=0 --set core_dumps=true <&- >&- 2>&- &
	worker=$! worker_pids[$name-1]=$!
	has_sockets()
	{
		[[ $(readlink "/proc/$worker/fd/"* 2>/dev/null) == *socket:* ]]
	}
	wait_for "socket of $name" has_sockets
	check "$name with nothing open has none for a log" \
		[ "$(readlink "/proc/$worker/fd/"[012] | sort -u)" = /dev/null ]
	kill_worker "$name" 1
done
pipeline_new usage
code=0
growthctl dlq >&- 2>"$scratch/said" || code=$?
check "a closed stdout is told, as a full disk is" [ "$code" = 74 ]
check "with the reason" grep -q 'writing to stdout failed: Bad file descriptor' "$scratch/said"
code=0
growthctl dlq --set kafka.topic_prefix=nowhere. >"$scratch/out" <&- 2>&- || code=$?
check "with a closed stderr it ends as it would" [ "$code" = 78 ]
