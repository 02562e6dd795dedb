#!/usr/bin/env bash
# One file of texts serves every executable, and a template that is wrong stops each of them with its place.
set -euo pipefail

bin=${GROWTH_BIN:?}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"

fail()
{
	printf 'wording.sh: %s\n' "$*" >&2
	exit 1
}

# print WORKER: its configuration with growth.conf, in the file `printed`; what it complains of in `said`
print()
{
	env -i "$bin/$1" --config growth.conf --print-config >printed 2>said
}

# A product team's file, included by each worker's own.
echo '@include "texts.conf"' >growth.conf
for worker in cohort-analyzer matcher goal-enricher success-tracker growthctl; do
	# shellcheck disable=SC1083
	echo 'texts = { match = { tier = "In {tier} {tier, select, none {} other {now}}"; }; };' >texts.conf
	print "$worker" || fail "$worker refuses the file: $(cat said)"
	grep -qF 'tier = "In {tier} {tier, select, none {} other {now}}";' printed || fail "$worker does not take the text over"

	printf 'texts = {\n\tmatch = { tier = "In {teir}"; };\n};\n' >texts.conf
	code=0
	print "$worker" || code=$?
	[[ $code == 78 ]] || fail "$worker: exit status $code for a bad template instead of 78"
	grep -qF 'texts.conf:2: texts.match.tier: template with {tier} {revenue} expected, text "In {teir}" found: unknown placeholder {teir} at character 4' \
		said || fail "$worker says: $(cat said)"
done
