#!/usr/bin/env bash
# growthctl patterns show KEY tells the whole story of a pattern, growthctl uptake what came of its advice. The numbers are those of
# support/reading.sql and support/uptake.sql, counted by hand there.
# shellcheck source=tests/support/pipeline.bash
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"

KEY='3_million>5_million/revenue_growth'
ladder='vocabulary.tiers=3_million=$3M,5_million=$5M,10_million=$10M,20_million=$20M,40_million=$40M'
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
database=test_patterns_$$
createdb -U postgres "$database"
export GROWTH_POSTGRES_CONNINFO="$pipeline_conninfo dbname=$database"
growthctl migrate --set "$ladder" 2>/dev/null
for file in reading uptake; do
	psql -U postgres -d "$database" -XAtq -v ON_ERROR_STOP=1 -f "$GROWTH_SOURCE/tests/support/$file.sql"
done

# shown STATUS ARGS…: as the operator
shown()
{
	local wanted=$1 code=0

	shift
	PGUSER=growth_operator "$GROWTH_BIN/growthctl" --set "$ladder" "$@" >"$dir/out" 2>"$dir/said" || code=$?
	[[ $code == "$wanted" ]] || { cat "$dir/out" "$dir/said" >&2; fail "$*: exit status $code instead of $wanted"; }
}

# says WHAT TEXT…: the output has the lines, whatever the space between the words
says()
{
	local what=$1 text

	shift
	for text; do
		tr -s ' ' <"$dir/out" | grep -qF -- "$text" || { cat "$dir/out" >&2; fail "$what: no '$text'"; }
	done
	echo "ok: $what"
}

# is WHAT FILTER VALUE: of the JSON
is()
{
	local found

	found=$(jq -c "$2" "$dir/out")
	[[ $found == "$3" ]] || fail "$1: $found instead of $3"
	echo "ok: $1"
}

# ---- the story ----

shown 0 patterns show "$KEY"
says "day6_a_pattern_tells_why_it_is_downgraded" "Pattern $KEY" \
	'status downgraded: what it says did not hold for contractors held out'
says "its cohort" 'from, to $3M, $5M' 'contractors 210 at risk, 47 of them levelled up' 'held out failed' 'team doubled 40%'
says "the evidence of each item" 'partner BuildPro A 42 89% 62% 2.40 1.50 to 3.90 - 78% 1.22' \
	'partner Popular Co A 40 >=80% - - - - - -' 'book Traction A 34 73%'
says "its timeline" 'range 8 to 12' 'get there 90% within 40' 'who made it mean 11, median -, fastest -'
says "day6_confidence_and_its_parts" 'score 0.89' 'the cohort n 47, consistency c 0.60: worth' \
	'votes for a 20.00, against b 5.00, of 25 voters' 'pooled success m 0.50'
says "day6_confidence_has_a_history" '1 2024-05-01T00:00:00Z 0.61 70% 45 0 active' \
	'2 2024-07-01T00:00:00Z 0.25 40% 47 25 downgraded'
says "day6_outcomes_of_a_pattern" 'made 41: 16 active, 0 blocked, 20 completed, 5 abandoned' '15 open, 20 completed, 5 abandoned' \
	'satisfaction 4.5 of 5, mean of 20' '12 positive, 8 neutral, 0 negative, 0 too early' 'took 100 days, median'
says "what was taken up" 'partner BuildPro 36 30 83%'
check "no escapes where nobody sees them" [ -z "$(grep -F $'\033' "$dir/out" || true)" ]
shown 0 patterns show "$KEY" --json
is "the same for machines" '[.status, .cohort.at_risk, .confidence.votes_for, .outcomes.completed, (.confidence_history | length)]' \
	'["downgraded",210,20,20,2]'
# nu = 5·47/67 · 5/(5+25), alpha = 2·0.5 + 0.6 nu + 20
is "day6_confidence_and_its_parts" '[.confidence.cohort_weight, .confidence.alpha] | map(. * 1000 | round)' '[585,21351]'
shown 0 patterns show '10_million>20_million/revenue_growth'
says "one that nothing was made from" 'made 0:' 'nothing yet'
shown 0 patterns show '3_million>5_million/gone'
says "one that was removed" 'status removed'

# ---- mistakes ----

shown 66 patterns show '3_million>5_million/revenue_groth'
check "the nearest is named" grep -qF "nearest: '$KEY'" "$dir/said"
shown 66 patterns show x
check "and none that is far" grep -qF 'growthctl patterns --all' "$dir/said"
shown 66 uptake x
shown 64 patterns show
shown 64 patterns tell "$KEY"

# ---- uptake ----

shown 0 uptake "$KEY" --json
is "day6_partner_utilization" '.[] | select(.item == "buildpro") | [.recommended, .taken_up, .others, .others_taken_up]' '[36,30,55,15]'
is "with limits of Wilson and Newcombe" \
	'.[] | select(.item == "buildpro") | [.rate_low, .rate_high, .difference, .difference_low, .difference_high] | map(. * 1000 | round)' \
	'[681,921,561,361,694]'
is "day6_content_engagement" '.[] | select(.kind == "book" and .item == null) | [.recommended, .taken_up, .others]' '[20,0,80]'
shown 0 uptake "$KEY" --within 200 --json
is "a longer time sees more" '.[] | select(.item == "buildpro") | .taken_up' 32
shown 0 uptake --as-of 2024-02-01 --json
is "who had not so much time yet is not counted" length 0
shown 0 uptake
says "aligned, pattern by pattern" 'PATTERN KIND ITEM RECOMMENDED TAKEN UP RATE 95 % OTHERS RATE DIFFERENCE 95 %' \
	"$KEY partner all 36 30 83% 68 to 92% 55 27% 56% 36 to 69%"
check "readers may not ask" grep -q 'permission denied' \
	<(psql -U growth_reader -d "$database" -c 'SELECT * FROM growth_v1.pattern_uptake()' 2>&1)

# ---- partners by outcome, for readers ----

check "day6_partners_by_outcome_are_read" [ "$(psql -U growth_reader -d "$database" -XAtc "
	SELECT outcome_success, outcome_ratio, outcome_users FROM growth_v1.partner_recommendations(56) WHERE partner_id = 'buildpro'")" = '0.78|1.22|14' ]
order="SELECT string_agg(partner_id, ' ' ORDER BY place) FROM growth_v1.partner_recommendations(56)
	WITH ORDINALITY AS r (partner_id, a, b, c, d, e, f, g, h, i, j, k, l, already_used, m, n, o, p, q, s, place) WHERE NOT already_used"
check "before" [ "$(psql -U growth_reader -d "$database" -XAtc "$order")" = 'buildpro leadgen' ]
sql "UPDATE business_growth_patterns SET common_partners = jsonb_set(common_partners, '{1}', common_partners -> 1
	|| '{\"outcome_success\": 0.9, \"outcome_ratio\": 1.9, \"outcome_users\": 9}') WHERE pattern_key = '$KEY'"
check "day6_partners_whose_users_do_well_rise" [ "$(psql -U growth_reader -d "$database" -XAtc "$order")" = 'leadgen buildpro' ]

# ---- on a terminal ----

# narrow COLUMNS ARGS…: what a terminal of so many columns is shown
narrow()
{
	local columns=$1

	shift
	PGUSER=growth_operator TERM=xterm script -qec "stty rows 50 cols $columns; $GROWTH_BIN/growthctl --set '$ladder' $*" /dev/null </dev/null |
		tr -d '\r' | sed 's/\x1b\[[0-9;]*m//g' >"$dir/out"
}

# widest: the longest of the output's lines, in characters
widest()
{
	LC_ALL=C.UTF-8 awk 'length > most { most = length } END { print most + 0 }' "$dir/out"
}

narrow 200 patterns
lines=$(wc -l <"$dir/out")
narrow 90 patterns
check "patterns fit the window" [ "$(widest)" -le 90 ]
check "what does not fit is wrapped" [ "$(wc -l <"$dir/out")" -gt "$lines" ]
narrow 70 patterns show "'$KEY'"
check "a story's texts, too" [ "$(sed -n '1,/^Cohort/p' "$dir/out" | LC_ALL=C.UTF-8 awk 'length > 70' | wc -l)" = 0 ]
contractor=$(psql -U postgres -d "$database" -XAtqc 'SELECT id FROM contractors ORDER BY id LIMIT 1')
narrow 60 contractor "$contractor"
check "and a contractor's page" [ "$(widest)" -le 60 ]
check "bold where it is a terminal" grep -q $'\e\[1m' <(PGUSER=growth_operator TERM=xterm script -qec "$GROWTH_BIN/growthctl --set '$ladder' contractor $contractor" /dev/null </dev/null)
PGUSER=growth_operator TERM=xterm NO_COLOR=1 script -qec "$GROWTH_BIN/growthctl --set '$ladder' contractor $contractor" /dev/null </dev/null >"$dir/out"
check "not where NO_COLOR is set" [ "$(grep -c $'\e' "$dir/out")" = 0 ]
shown 0 contractor "$contractor" --color=always
check "always where that is said" grep -q $'\e\[1m' "$dir/out"
shown 64 contractor "$contractor" --color=green
