#!/usr/bin/env bash
# Configuration and rules as Prometheus reads them; each alert in the fault that it is made for; each expression of the dashboard; a page
# for each alert.
set -euo pipefail

: "${GROWTH_SOURCE:?run this by tests/run}"
promtool=$("$GROWTH_SOURCE/deploy/dev/tools" promtool)
deploy=$GROWTH_SOURCE/deploy
rules=$deploy/prometheus/growth.rules.yml
cases=$GROWTH_SOURCE/tests/deploy/growth.rules.test.yml
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail()
{
	echo "FAILED: $*" >&2
	exit 1
}

"$promtool" check config --syntax-only "$deploy/prometheus/prometheus.yml" || fail "prometheus.yml"
"$promtool" check rules --lint=all --lint-fatal "$rules" || fail "growth.rules.yml"
cp "$rules" "$cases" "$work"
"$promtool" test rules "$work/growth.rules.test.yml" || fail "a rule's case"

alerts=$(sed -n 's/^ *- alert: //p' "$rules")
for alert in $alerts; do
	[[ -s $deploy/runbooks/$alert.md ]] || fail "$alert has no page in deploy/runbooks"
	for part in "## What it means" "## How to look" "## What to do"; do
		grep -qxF "$part" "$deploy/runbooks/$alert.md" || fail "$alert.md has no part '$part'"
	done
	grep -A1 "exp_alerts" -B2 "$cases" | grep -q "alertname: $alert$" || fail "no case lets $alert fire"
	grep -q "runbook: deploy/runbooks/$alert.md" "$rules" || fail "$alert does not name its page"
done
for page in "$deploy"/runbooks/Growth*.md; do
	page=${page##*/}
	grep -qx "${page%.md}" <<<"$alerts" || fail "$page is about no alert"
done
for record in $(sed -n 's/^ *- record: //p' "$rules"); do
	grep -q "$record" "$cases" || grep -q "expr: .*$record" "$rules" || fail "$record has neither a case nor an alert that uses it"
done
echo "ok: $(wc -w <<<"$alerts") alerts, each with a page and a case"

# Each expression as a rule of its own, with the dashboard's variables filled in.
jq '{groups: [{name: "dashboard", rules: [.panels[] | .title as $title | .targets[]?
	| {record: "dashboard", expr: (.expr | gsub("\\$worker"; ".*")), labels: {panel: ($title + " " + .refId)}}]}]}' \
	"$deploy/grafana/growth.json" >"$work/dashboard.yml"
"$promtool" check rules --lint=none "$work/dashboard.yml" || fail "an expression of the dashboard"
jq -e '[.panels[].id] | length == (unique | length)' "$deploy/grafana/growth.json" >/dev/null || fail "two panels have one id"
