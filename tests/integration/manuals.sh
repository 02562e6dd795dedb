#!/usr/bin/env bash
# Manual pages, completion, --version, --print-config and what is said to a typing error: of every executable, from its tables.
# shellcheck source=tests/support/pipeline.bash
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
PATH=$GROWTH_BIN:$PATH
unset -f growthctl

# run WHAT STATUS COMMAND…
run()
{
	local what=$1 wanted=$2 code=0

	shift 2
	"$@" >"$scratch/out" 2>"$scratch/said" || code=$?
	[[ $code == "$wanted" ]] || { cat "$scratch/out" "$scratch/said" >&2; fail "$what: exit status $code instead of $wanted"; }
	echo "ok: $what"
}

# ---- typing errors ----

# meant STATUS TEXT COMMAND…: says on stderr what may have been meant
meant()
{
	local wanted=$1 text=$2

	shift 2
	run "$*" "$wanted" "$@"
	check "names $text" grep -qF "did you mean $text" "$scratch/said"
}

meant 64 "'status'" growthctl stauts
meant 64 "'--watch'" growthctl status --wach
meant 64 "'--config'" growthctl --confg x status
meant 64 "'matcher'" growthctl positions macher
meant 64 "'matcher'" growthctl positions move macher --all-topics --to-current
meant 64 "'goal-enricher'" growthctl dlq list goal-enrichr
meant 64 "'list'" growthctl dlq lisst
meant 64 "'--watch'" growthctl status --wacth
meant 64 "'--version'" growthctl --verison
meant 64 "'move'" growthctl positions mvoe matcher
meant 64 "'in-place'" growthctl replay in-palce
meant 78 '"topics.partitions"' growthctl --set topics.partition=3 topics
meant 64 "'--print-config'" matcher --print-confg
meant 78 '"batch.max"' matcher --set batch.mx=3
run "a command unlike any" 64 growthctl frobnicate
check "is not guessed at" [ "$(cat "$scratch/said")" = "growthctl: there is no command 'frobnicate'; see growthctl --help" ]

# ---- version and configuration ----

printf 'kafka = { topic_prefix = "x."; };\n' >"$scratch/shared.conf"
for name in growthctl "${WORKERS[@]}"; do
	run "$name --version" 0 "$name" --version
	check "has program and version, compiler, libraries" [ "$(grep -Ec "^$name [0-9.]+|^built by |^librdkafka [0-9.]+, libpq [0-9.]+, json-c" "$scratch/out")" = 3 ]
	run "$name --print-config" 0 env -u GROWTH_KAFKA_TOPIC_PREFIX "$name" --config "$scratch/shared.conf" --set postgres.conninfo='password=hush' --print-config
	for origin in "topic_prefix = \"x.\";  # $scratch/shared.conf:1" 'bootstrap_servers = .*;  # environment GROWTH_KAFKA_BOOTSTRAP_SERVERS' \
		'conninfo = "password=\*\*\*";  # --set' 'group_id = "";  # default'; do
		check "says where a value is from: ${origin#*  # }" grep -Eq "$origin" "$scratch/out"
	done
	check "and shows no secret" [ "$(grep -c hush "$scratch/out")" = 0 ]
done

# ---- manual pages ----

# lint PAGE: what mandoc and groff have to say about it, where they are installed
lint()
{
	if command -v mandoc >/dev/null; then
		run "mandoc on ${1##*/}" 0 mandoc -T lint -W warning "$1"
	fi
	if command -v man >/dev/null; then
		LC_ALL=C.UTF-8 MANROFFSEQ='' MANWIDTH=80 man --warnings -E UTF-8 -l -Tutf8 -Z "$1" 2>"$scratch/said" >/dev/null
		check "groff on ${1##*/}" [ ! -s "$scratch/said" ]
	fi
}

for name in growthctl "${WORKERS[@]}"; do
	run "$name's page" 0 "$name" --manual
	mv "$scratch/out" "$scratch/$name.1"
	lint "$scratch/$name.1"
	"$name" --manual=keys >"$scratch/$name.keys"
done
awk -v date=2024-06-30 -v version=1.0 -v head="$GROWTH_SOURCE/workers/manual/growth.conf.5.head" \
	-f "$GROWTH_SOURCE/workers/manual/growth.conf.5.awk" "$scratch"/*.keys >"$scratch/growth.conf.5"
lint "$scratch/growth.conf.5"
check "a key that several have is there once" [ "$(grep -c '^\\fBkafka\.topic_prefix' "$scratch/growth.conf.5")" = 1 ]
check "with who reads it" grep -A 4 'batch\.max' "$scratch/growth.conf.5" >/dev/null
for verb in 'dlq retry' 'positions move' 'replay list' 'replay drop' 'replay in\-place'; do
	check "the page has growthctl $verb" grep -qxF ".SS growthctl $verb" "$scratch/growthctl.1"
done
# Every option of every --help is in the page.
commands=$(growthctl --help | sed -n 's/^  \([a-z]*\)  *[a-z].*/\1/p')
for command in $commands; do
	for option in $(growthctl "$command" --help | grep -oE '(^|[ ,])--[a-z-]+' | tr -d ' ,' | grep -vE '^--(help|usage|version)$'); do
		grep -qF -- "${option//-/\\-}" "$scratch/growthctl.1" || fail "$command $option is not in the page"
	done
done
echo "ok: every option of $(wc -w <<<"$commands") commands is in the page"

# ---- completion ----

# completes LINE WANTED…: bash offers exactly these
completes()
{
	local line=$1 found

	shift
	# shellcheck disable=SC2016
	found=$(bash -c '. "$GROWTH_SOURCE/workers/completion/growth-patterns.bash"; COMP_LINE=$1; COMP_POINT=${#1}
		_growth_patterns; ((${#COMPREPLY[@]} == 0)) || printf "%s\n" "${COMPREPLY[@]}"' - "$line")
	[[ $found == "$(printf '%s\n' "$@")" ]] || fail "bash completes '$line' with: $found"
	echo "ok: bash completes '$line'"
}

completes 'growthctl stat' status
completes 'growthctl status --wa' --watch --wait
completes 'growthctl --color=' auto always never
completes 'growthctl --config x pos' positions
completes 'growthctl dlq re' retry
completes 'growthctl dlq list --state re' retried
completes 'growthctl replay in' in-place
completes 'growthctl replay in-place --all' --all-workers
completes 'growthctl dlq list mat' matcher
completes 'growthctl positions move -t contractor.' contractor.updated contractor.matched
completes 'growthctl --set topics.part' topics.partitions=
completes 'matcher --set log.format=' json logfmt
completes 'goal-enricher --print' --print-config
completes "growthctl emit $scratch/growth.con" "$scratch/growth.conf.5"
database=test_manuals_$$
createdb -U postgres "$database"
export GROWTH_POSTGRES_CONNINFO="$pipeline_conninfo dbname=$database" PGUSER=postgres
growthctl migrate 2>/dev/null
psql -U postgres -d "$database" -XAtq -f "$GROWTH_SOURCE/tests/support/reading.sql"
completes "growthctl patterns show '3_million>5_million/rev" '3_million>5_million/revenue_growth'
completes 'growthctl patterns show 3_million>5_million/rev' '5_million/revenue_growth'
completes 'growthctl patterns show 3_million' '3_million\>5_million/gone' '3_million\>5_million/lead_improvement' '3_million\>5_million/revenue_growth'
if command -v zsh >/dev/null; then
	# Outside of an editor the builtins that take candidates are not there.
	# shellcheck disable=SC2016
	zsh -fc 'compadd() { print -l -- "${@[(I)--]+}" "${(@)argv[$((argv[(i)--] + 1)),-1]}" }
		_describe() { print -l -- "${(@P)argv[-1]}" }
		words=(growthctl status --wat); CURRENT=3; . $GROWTH_SOURCE/workers/completion/_growthctl
		words=(matcher --con); CURRENT=2; . $GROWTH_SOURCE/workers/completion/_growthctl' >"$scratch/out"
	check "zsh, too" [ "$(grep -Ec '^--watch:Show it anew|^--config=$' "$scratch/out")" = 2 ]
fi
