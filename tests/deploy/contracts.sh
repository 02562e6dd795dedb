#!/usr/bin/env bash
# The contracts: schemas/asyncapi.yaml by AsyncAPI's own parser, the events' schemas by JSON Schema's meta-schemas and compatible with
# the last release, and all of it what workers and growthctl really do.
set -euo pipefail

: "${GROWTH_SOURCE:?run this by tests/run}" "${GROWTH_BIN:?run this by tests/run}"
modules=$("$GROWTH_SOURCE/deploy/dev/tools" npm)/node_modules
pipeline=$(mktemp)
trap 'rm -f "$pipeline"' EXIT

# What workers publish, and whose topic they hold in memory, stands in their main.c only.
declared()
{
	local worker source

	for worker in cohort-analyzer matcher goal-enricher success-tracker; do
		source=$(tr '\n\t' '  ' <"$GROWTH_SOURCE/workers/$worker/main.c")
		sed -E 's/.* outputs\[\] = \{([^}]*)\}.*/\1/' <<<"$source" | grep -oE 'TOPIC_[A-Z_]+' | sed "s/^/send $worker /"
		sed -nE 's/.*struct library_source [a-z]+ = \{[^}]*\.topic = (TOPIC_[A-Z_]+).*/\1/p' <<<"$source" | sed "s/^/hold $worker /"
		echo "send $worker $worker.dlq"
	done | sed -E 's/TOPIC_([A-Z]+)_([A-Z]+)$/\L\1.\2/'
}

"$GROWTH_BIN/../tests/pipeline-table" >"$pipeline"
declared >>"$pipeline"
NODE_PATH=$modules node "$GROWTH_SOURCE/tests/deploy/contracts.js" check "$GROWTH_SOURCE" "$pipeline" || {
	echo "FAILED: contracts; schemas/README.md has the rules of their evolution" >&2
	exit 1
}
echo "ok: $(grep -c . "$pipeline") facts of the pipeline are in asyncapi.yaml"
