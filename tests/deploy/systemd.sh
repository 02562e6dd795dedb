#!/usr/bin/env bash
# The units as systemd reads them: every line is understood, what they start is there, and what an attacker in a worker could do
# is little. The exposure is systemd's own, from 0 (none) to 10.
set -euo pipefail

: "${GROWTH_BIN:?run this by tests/run}"
most_exposed=15 # tenths
units=$GROWTH_BIN/../deploy/systemd
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT

fail()
{
	echo "FAILED: $*" >&2
	exit 1
}

# Executables are where they were built, not installed yet; and so are those of servers that may be elsewhere.
for unit in "$units"/*; do
	sed -E "s#^(ExecStart=)[^ ]*/#\1$(realpath "$GROWTH_BIN")/#" "$unit" >"$copy/${unit##*/}"
done
ls "$copy"/*.service >/dev/null

for unit in "$copy"/*@.service; do
	mv "$unit" "${unit/@/@1}"
done
said=$(SYSTEMD_UNIT_PATH=$copy: systemd-analyze verify --man=no "$copy"/* 2>&1) || fail "systemd-analyze verify: $said"
# What it ignores it only warns about. This machine's own units are not our concern.
said=$(grep -F "$copy" <<<"$said" || true)
[[ -z $said ]] || fail "systemd-analyze verify: $said"
echo "ok: systemd-analyze verify"

for unit in "$copy"/*.service; do
	exposure=$(systemd-analyze security --offline=true --no-pager --threshold="$most_exposed" "$unit") ||
		fail "${unit##*/}: $(tail -n 1 <<<"$exposure"), more than $most_exposed tenths"
	echo "ok: ${unit##*/}: $(grep -o 'exposure level.*' <<<"$exposure" | tr -cd ' [:alnum:]:.')"
done
