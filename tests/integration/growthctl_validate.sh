#!/usr/bin/env bash
# growthctl validate: on a simulated history the figures are what they should be, come again with the same seed, and only reading is
# needed for them.
# shellcheck source=tests/support/pipeline.bash
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"

CONTRACTORS=600

# validate WHAT STATUS [ARGS…]: as the role that may only read
validate()
{
	local what=$1 wanted=$2 code=0

	shift 2
	PGUSER=growth_operator "$GROWTH_BIN/growthctl" validate "$@" >"$pipeline_dir/out" 2>"$pipeline_dir/said" || code=$?
	[[ $code == "$wanted" ]] || { cat "$pipeline_dir/out" "$pipeline_dir/said" >&2; fail "$what: exit status $code instead of $wanted"; }
	echo "ok: $what"
}

# figure FILTER: jq's, on the last output
figure()
{
	[ "$(jq "$1" "$pipeline_dir/out")" = true ] || { jq 'del(.patterns)' "$pipeline_dir/out" >&2; return 1; }
}

pipeline_new validate
validate "without a history there is nothing to judge" 65
check "and it says so" grep -q 'no history to learn from' "$pipeline_dir/said"

# Twelve years, so that predictions of some years are ripe.
growthctl simulate -n "$CONTRACTORS" --seed 5 --from 2012-06-30 --outcomes >"$pipeline_dir/history"
"$GROWTH_SOURCE/tests/support/load_history.py" 2024-06-30 <"$pipeline_dir/history" | psql -U postgres -d "$database" -qX -v ON_ERROR_STOP=1
validate "by contractors" 0 --seed 7 --hold-out 0.5 --json
cp "$pipeline_dir/out" "$pipeline_dir/first"
check "everybody learns or is tested" figure ".split.learnt_from + .split.tested_on == $CONTRACTORS"
check "as many as were asked for" figure ".split.tested_on / $CONTRACTORS | . > 0.45 and . < 0.55"
check "day2: at least 85 % of contractors whose tier has a pattern have a match" figure '.match.share_matched >= 0.85'
check "the score tells who makes the step, better than what winners used" figure '.match.step_auc > 0.6 and .match.step_auc > .match.naive_step_auc'
check "expected success is not far from what comes" figure '.confidence.voters > 100 and .confidence.calibration_error < 0.2'
check "a pattern is ranked with 30 voters" figure '.confidence.patterns_ranked == ([.patterns[] | select(.found and .voters >= 30)] | length)'
check "the reliability table has every voter" figure '([.confidence.reliability[].voters] | add) == .confidence.voters'
check "timelines at entry, and 6 and 12 months later" figure '[.timelines[].issued_after_months] == [0, 6, 12]'
check "of all predictions 80 % are good" figure '([.timelines[] | .share_good * .levelled_up] | add) / ([.timelines[].levelled_up] | add) >= 0.80'
check "those at entry are ripe, and their range is as wide as it should be" figure '.timelines[] | select(.issued_after_months == 0) | .levelled_up > 100 and .share_good > 0.7 and .coverage > 0.55 and .coverage < 0.85'

validate "again" 0 --seed 7 --hold-out 0.5 --json
check "it is the same to the last byte" cmp "$pipeline_dir/out" "$pipeline_dir/first"

validate "by time" 0 --learn-until 2018-06-30 --json
check "all learn, and later all are tested" figure ".split.learnt_from == $CONTRACTORS and .split.tested_on == $CONTRACTORS"
check "on goals that nobody knew of then" figure '.confidence.voters > 100'
levelled_up='([.patterns[] | select(.pattern_key | startswith("0_5_million>")).levelled_up] | max)'
before=$(jq "$levelled_up" "$pipeline_dir/out")
validate "the end of the history can be told" 0 --learn-until 2016-06-30 --as-of 2018-06-30 --json
check "and is" figure '.as_of == "2018-06-30T00:00:00Z"'
check "earlier there is less to learn from" figure "$levelled_up > 0 and $levelled_up < $before"
validate "a time after the history" 65 --learn-until 2030-01-01

validate "for people" 0
check "with what was learnt from" grep -q "Learnt from [0-9]* contractors, tested on [0-9]* others (seed 1), until 2024-06-" "$pipeline_dir/out"
check "with a line for each measure" grep -q 'rank correlation of confidence and success' "$pipeline_dir/out"
check "with the reliability table" grep -q '^EXPECTED SUCCESS' "$pipeline_dir/out"
check "with the patterns" grep -q '^0_5_million>5_10_million/revenue_growth' "$pipeline_dir/out"

for wrong in '--hold-out 1.5' '--hold-out x' '--seed 1 --learn-until 2018-06-30' '--learn-until yesterday' '--learn-until 2018-06-30 --as-of 2017-06-30'; do
	# shellcheck disable=SC2086
	validate "refused: $wrong" 64 $wrong
done
echo "ok: growthctl validate"
