#!/usr/bin/env bash
# A name of two functions in the libraries that one executable links is an error that no linker tells: it takes the first, for every caller.
set -euo pipefail

build=$(dirname "${GROWTH_BIN:?run this by tests/run}")
code=0
for executable in cohort-analyzer matcher goal-enricher success-tracker growthctl; do
	archives=("$build"/common/lib{base,domain,runtime}.a "$build/workers/lib$executable"-*.a)
	names=$(nm --extern-only --defined-only --format=posix "${archives[@]}" | awk 'NF >= 3 && $2 ~ /^[TDBRV]$/ { print $1 }')
	((${#names} > 1000)) || {
		echo "linked_once.sh: $executable: nm tells no names" >&2
		exit 1
	}
	twice=$(sort <<<"$names" | uniq -d)
	[[ -z $twice ]] || {
		echo "linked_once.sh: $executable has twice: ${twice//$'\n'/, }" >&2
		code=1
	}
done
exit "$code"
