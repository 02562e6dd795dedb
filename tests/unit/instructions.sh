#!/usr/bin/env bash
# Instructions that the pure functions on every event's way take, against those kept in tests/bench/instructions.json: a count
# does not depend on what else the machine does. Fails when one has become more than a tenth dearer. Kept counts are those of one
# toolchain; with another one they are shown, no more. `tests/unit/instructions.sh --keep` writes the file anew: say in the
# commit why they changed.
set -euo pipefail

root=${GROWTH_SOURCE:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}
program=${GROWTH_BIN:-$root/build/sanitize/bin}/../tests/bench-instructions
kept=$root/tests/bench/instructions.json
messages=1000 # of each kind, in bench/instructions.c
dearer=10     # per cent

if [[ ! -x $program ]] || ! command -v valgrind >/dev/null; then
	echo "valgrind is not installed: nothing counted"
	exit 0
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

valgrind -q --tool=callgrind --callgrind-out-file="$scratch/count" "$program" 2>"$scratch/log" || { cat "$scratch/log" >&2; exit 1; }
toolchain=$("$program" --toolchain)
{
	printf '{"toolchain": "%s"}\n' "$toolchain"
	for part in $(printf '%s\n' "$scratch"/count.* | sort -V); do
		sed -n 's/^desc: Trigger: Client Request: //p; s/^summary: //p' "$part" | paste -sd '\t' |
			awk -F '\t' -v messages="$messages" '{ printf "{\"figure\": \"%s\", \"value\": %d, \"unit\": \"instructions\"}\n", $1, $2 / messages }'
	done
} >"$scratch/now.json"

if [[ ${1:-} == --keep ]]; then
	cp "$scratch/now.json" "$kept"
	cat "$kept"
	exit 0
fi

awk -v dearer="$dearer" '
	function value_of(name) { return match($0, "\"" name "\": \"?[^\",}]*") ? substr($0, RSTART + length(name) + 4, RLENGTH - length(name) - 4) : "" }
	{ figure = value_of("figure"); sub(/^"/, "", figure); value = value_of("value"); toolchain = value_of("toolchain"); sub(/^"/, "", toolchain) }
	FNR == NR { if (toolchain != "") kept_by = toolchain; else kept[figure] = value; next }
	toolchain != "" { comparable = toolchain == kept_by; if (!comparable) printf "counted with %s, kept with %s: not held against each other\n", toolchain, kept_by; next }
	!(figure in kept) { printf "%s: %d instructions a message, none kept\n", figure, value; failed = failed || comparable; next }
	{
		change = 100 * (value / kept[figure] - 1)
		printf "%s: %d instructions a message (kept: %d, %+.1f %%)\n", figure, value, kept[figure], change
		if (comparable && change > dearer) { failed = 1; printf "  more than %d %% dearer: make it cheaper, or keep it by tests/unit/instructions.sh --keep\n", dearer }
	}
	END { exit failed }
' "$kept" "$scratch/now.json"
