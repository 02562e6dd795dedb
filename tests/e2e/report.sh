#!/usr/bin/env bash
# growthctl report: the page of a simulated history with outcomes, as bytes, as XML, and in a headless Chromium.
# GROWTH_REPORT_PICTURES: a folder where the page and its pictures stay.
# shellcheck source=tests/support/pipeline.bash
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"

pictures=${GROWTH_REPORT_PICTURES:-}
ids=7000000 # what is added to the simulation's, so that one on the page could be told from a count

# The history of contractors with such ids.
simulated()
{
	growthctl simulate --contractors 70 --seed 1 |
		jq -c --argjson ids $ids '.value.contractor_id += $ids | .key = (.value.contractor_id | tostring)'
}

# Goals turn out by their ids: two thirds well.
outcomes()
{
	sql "SELECT json_build_object('topic', 'goal.completed', 'key', contractor_id::text, 'id', 'outcome-' || goal_uuid,
		'value', json_build_object('contractor_id', contractor_id, 'goal_id', goal_uuid, 'occurred_at', '2024-09-01T00:00:00Z',
			'outcome', CASE WHEN hashtext(goal_uuid::text) % 3 = 0 THEN 'abandoned' ELSE 'completed' END,
			'satisfaction', 3 + abs(hashtext('s' || goal_uuid)) % 3, 'revenue_impact', 'positive'))
	FROM ai_concierge_goals WHERE abs(hashtext('told ' || goal_uuid)) % 10 < 8 ORDER BY goal_uuid"
}

# report STATUS ARGS…: what is said goes to the file `said`
report()
{
	local wanted=$1 code=0

	shift
	PGUSER=growth_operator "$GROWTH_BIN/growthctl" report --as-of 2024-10-15 "$@" 2>"$pipeline_dir/said" || code=$?
	[[ $code == "$wanted" ]] || { cat "$pipeline_dir/said" >&2; fail "report $*: exit status $code instead of $wanted"; }
}

has()
{
	grep -qE -- "$1" "$page"
}

export GROWTH_CONFIDENCE_PUBLISH_STEP=0.01
pipeline_new report
page=$pipeline_dir/report.html
simulated >"$pipeline_dir/history.ndjson"
start_workers 1
report 0 --out "$page"
check "with nothing learnt yet it says so" has 'No growth pattern is in force'
check "and is a page all the same" python3 "$GROWTH_SOURCE/tests/support/check_page.py" "$page"
emit "$pipeline_dir/history.ndjson"
wait_settled
recalculate 2024-06-30T00:00:00Z first
wait_settled
outcomes >"$pipeline_dir/outcomes.ndjson"
emit "$pipeline_dir/outcomes.ndjson"
wait_settled
recalculate 2024-10-01T00:00:00Z second
wait_settled
stop_workers

# ---- what is on it ----

report 0 --uptake --out "$page"
check "it is well-formed, and asks nobody for anything" python3 "$GROWTH_SOURCE/tests/support/check_page.py" "$page"
check "it names no contractor" [ "$(grep -cE '7,?000,?[0-9]{3}' "$page" || true)" = 0 ]
check "each pattern is there" \
	[ "$(grep -c '<details class="pattern"' "$page")" = "$(sql "SELECT count(*) FROM business_growth_patterns WHERE status <> 'removed'")" ]
check "each flow is what is published of the step" \
	[ "$(grep -oP '(?<=<tspan class="strong">)[0-9,]+(?=</tspan> of)' "$page" | tr '\n' ' ')" = \
		"$(sql "SELECT string_agg(sample_size || ' ', '' ORDER BY place DESC) FROM business_growth_patterns p
			JOIN cohort_analyzer.transitions t ON p.pattern_key = t.transition || '/revenue_growth' WHERE status <> 'removed'")" ]
check "transitions without enough data are told" has 'not enough data \([0-4] of 5\)'
check "small tiers are not counted out" \
	[ "$(grep -c 'fewer than 5 now' "$page")" = "$(sql "SELECT count(*) FROM (SELECT FROM contractors WHERE status IS DISTINCT FROM 'closed' AND status IS DISTINCT FROM 'deleted' GROUP BY revenue_tier HAVING count(*) < 5) AS small")" ]
check "curves are drawn" has 'class="curve" d="M[0-9.]+ [0-9.]+H'
check "confidence was checked" has 'Checked on [0-9,]+ contractors'
check "the pipeline is well" has 'The pipeline is up to date'
check "what was taken up is there when asked for" has 'Recommended to'

# ---- the file ----

cp "$page" "$pipeline_dir/former.html"
report 0 --uptake --out "$page"
compare "two pages of the same state" "$pipeline_dir/former.html" "$page"
report 0 --uptake --out - >"$pipeline_dir/stdout.html"
compare "the file and stdout" "$page" "$pipeline_dir/stdout.html"
check "nothing is left beside it" [ "$(find "$pipeline_dir" -name 'report.html.*' | wc -l)" = 0 ]
report 73 --out "$pipeline_dir/nowhere/report.html"
check "a folder that is not there is named" grep -qF "nowhere/report.html cannot be made" "$pipeline_dir/said"
report 73 --out "$pipeline_dir"
report 64
GROWTH_KAFKA_BOOTSTRAP_SERVERS=127.0.0.1:1 report 69 --out "$page"
compare "a page that could not be replaced, and the former one" "$pipeline_dir/former.html" "$page"
GROWTH_KAFKA_BOOTSTRAP_SERVERS=127.0.0.1:1 report 0 --no-pipeline --no-history --out "$page"
check "without pipeline and history it is a page, too" python3 "$GROWTH_SOURCE/tests/support/check_page.py" "$page"

sql "UPDATE business_growth_patterns SET pattern_description = '<script>\"a\" & b</script>', pattern_name = E'c\\x01<i>'"
report 0 --no-pipeline --no-history --out "$page"
check "what others have named is text" has '&lt;script&gt;&quot;a&quot; &amp; b&lt;/script&gt;'
check "whatever it is" python3 "$GROWTH_SOURCE/tests/support/check_page.py" "$page"

# ---- in a browser ----

modules=$("$GROWTH_SOURCE/deploy/dev/browser/fetch")
[[ -n $pictures ]] || pictures=$pipeline_dir
cp "$pipeline_dir/former.html" "$pictures/report.html" 2>/dev/null || true
check "in a browser nothing is wrong with it: 1280 and 390 px, light, dark and on paper" \
	timeout "$TIMEOUT" node "$GROWTH_SOURCE/tests/support/look_at.mjs" "$modules" "$pipeline_dir/former.html" "$pictures"
