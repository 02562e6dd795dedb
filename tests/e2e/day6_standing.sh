#!/usr/bin/env bash
# Outcomes change what is recommended: a pattern whose goals work out too rarely is downgraded, removed, and comes back; and one that
# recent successes teach appears. Nothing is restarted on the way.
# shellcheck source=tests/support/pipeline.bash
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"

BAD='0_5_million>5_10_million/revenue_growth'
GOOD='5_10_million>11_20_million/revenue_growth'
RECENT='11_20_million>21_30_million/revenue_growth'
waiting=201 # a contractor in the tier that BAD starts from

# profile CONTRACTOR TIER DAY
profile()
{
	printf '{"topic":"contractor.updated","key":"%d","id":"%d-%s","value":{"contractor_id":%d,"occurred_at":"%sT00:00:00Z","revenue_tier":"%s"}}\n' \
		"$1" "$1" "$3" "$1" "$3" "$2"
}

# risen FIRST LAST FROM DAY TO DAY: contractors who were in a tier, and then in the next
risen()
{
	local id

	for ((id = $1; id <= $2; id++)); do
		profile "$id" "$3" "$4"
		profile "$id" "$5" "$6"
	done
}

# outcomes PATTERN OUTCOME FIRST LAST DAY: of goals made 30 days before, each another voter's
outcomes()
{
	local number id

	for ((number = $3; number <= $4; number++)); do
		id=$(printf '%08x-0000-4000-8000-000000000000' "$number")
		printf '{"topic":"outcome.recorded","key":"%s","id":"outcome-%d","value":{"goal_id":"%s","voter":"%s","pattern_key":"%s","outcome":"%s","goal_created_at":"2023-12-15T00:00:00Z","occurred_at":"%sT00:00:00Z"}}\n' \
			"$1" "$number" "$id" "$id" "$1" "$2" "$5"
	done
}

# send FUNCTION ARGUMENTS…: and waits until it is known
send()
{
	"$@" >"$pipeline_dir/events"
	emit "$pipeline_dir/events"
	wait_settled
}

# look DAY: the recalculation of that day
look()
{
	recalculate "$1T00:00:00Z" "look-$1"
	wait_settled
}

# pattern EXPRESSION [KEY]
pattern()
{
	sql "SELECT $1 FROM business_growth_patterns WHERE pattern_key = '${2:-$BAD}'"
}

# What fits a contractor, best first.
matches_of()
{
	sql "SELECT string_agg(p.pattern_key, ' ' ORDER BY match_rank) FROM contractor_pattern_matches m JOIN business_growth_patterns p ON p.id = m.pattern_id WHERE m.contractor_id = $1 AND match_rank IS NOT NULL"
}

# goal_of CONTRACTOR EXPRESSION [KEY]: as it is read
goal_of()
{
	sql "SELECT $2 FROM growth_v1.contractor_goals g WHERE contractor_id = $1 AND pattern_key = '${3:-$BAD}'"
}

# What was published of the pattern, oldest first; a null value is `null`.
published()
{
	topic_dump pattern.recalculated '%k\t%S\t%s\n' | awk -F '\t' -v key="$BAD" '$1 == key { print $2 < 0 ? "null" : $3 }' |
		python3 -c 'import json, sys
for line in sys.stdin:
	event = json.loads(line)
	print(event["status"] if event else "null")'
}

history()
{
	local id

	risen 1 12 0_5_million 2022-01-01 5_10_million 2022-08-15
	risen 101 112 5_10_million 2022-01-01 11_20_million 2022-09-15
	for ((id = 201; id <= 220; id++)); do
		profile "$id" 0_5_million 2022-02-01
	done
}

pipeline_new day6_standing
start_workers 1
send history
look 2024-01-01
check "his own tier's pattern is the first" [ "$(matches_of $waiting)" = "$BAD $GOOD" ]
check "and he has a goal of it" [ "$(goal_of $waiting "pattern_status || ' ' || (pattern_source ~ 'weaker')")" = 'active false' ]
before=$(pattern confidence)

failures()
{
	outcomes "$BAD" abandoned 1 30 2024-01-15
	outcomes "$GOOD" completed 101 130 2024-01-15
}
send failures
look 2024-02-01
check "day6: low performers are downgraded" [ "$(pattern status) $(pattern status "$GOOD")" = 'downgraded active' ]
check "day6: its confidence is at most 0.30" [ "$(pattern "confidence <= 0.30 AND confidence < $before")" = t ]
reason="Goals from it worked out for 0% of 30 contractors, from all patterns for 50%: at least 99% certain that it is less than four fifths as good, at 1 monthly look; downgraded since 2024-02-01"
check "day6: the table says why" [ "$(pattern status_reason)" = "$reason" ]
check "so does the event" [ "$(topic_dump pattern.recalculated '%s\n' | grep -F "\"$BAD\"" | tail -n 1 | jq -r .status_reason)" = "$reason" ]
check "and growthctl patterns" grep -qF "downgraded: $reason" <(growthctl patterns)
check "and growthctl status, which counts it" \
	[ "$(growthctl status --json | jq -r '[.patterns_downgraded, .transitions[0].result] | join(" ")')" = "1 downgraded: $reason" ]
check "day6: it ranks last" [ "$(matches_of $waiting)" = "$GOOD $BAD" ]
check "and the match says so" \
	[ "$(sql "SELECT match_reason ~ 'the evidence is weaker than it was\$' FROM growth_v1.contractor_matches WHERE contractor_id = $waiting AND pattern_key = '$BAD'")" = t ]
check "and the goal" [ "$(goal_of $waiting "pattern_status || ' ' || (pattern_source ~ 'the evidence is weaker than it was\$') || ' ' || (priority_score <= 3)")" = 'downgraded true true' ]

look 2024-03-01
check "day6: then removed" [ "$(pattern "status || ' ' || (status_reason ~ '; withdrawn since 2024-03-01\$')")" = 'removed true' ]
check "a last event says so, and a null value" [ "$(published | tail -n 2 | paste -sd ' ')" = 'removed null' ]
check "no match is left" [ "$(matches_of $waiting)" = "$GOOD" ]
check "his goal stays and says so" [ "$(goal_of $waiting "pattern_status || ' ' || (pattern_source ~ 'withdrawn since')")" = 'removed true' ]
send profile 221 0_5_million 2024-03-02
check "day6: it makes no new goals" [ "$(matches_of 221) $(goal_of 221 'count(*)')" = "$GOOD 0" ]
look 2024-04-01
check "it is removed once" [ "$(published | grep -c removed)" = 1 ]

send outcomes "$BAD" completed 31 90 2024-04-15
look 2024-05-01
check "good outcomes alone do not bring it back" [ "$(pattern status)" = removed ]
send risen 301 305 0_5_million 2023-06-01 5_10_million 2024-05-15
send risen 401 406 11_20_million 2023-06-01 21_30_million 2024-05-15
check "what is new is not known before a recalculation" is_empty pattern status "$RECENT"
look 2024-06-01
check "day6: with new level-ups it comes back" [ "$(pattern "status || ' ' || sample_size")" = 'active 17' ]
check "with its matches" [ "$(matches_of $waiting)" = "$BAD $GOOD" ]
check "and goals, the old and the new" [ "$(goal_of $waiting pattern_status) $(goal_of 221 pattern_status)" = 'active active' ]
check "each version has its cause" \
	[ "$(sql "SELECT string_agg(DISTINCT cause || ' ' || status, ', ' ORDER BY cause || ' ' || status) FROM confidence_history WHERE pattern_key = '$BAD' AND cause <> 'outcomes'")" = 'cohort active, standing active, standing downgraded, standing removed' ]
check "day6: a new pattern of recent successes appears, without a restart" [ "$(pattern status "$RECENT")" = active ]
check "who is in its tier has a match and a goal" \
	[ "$(matches_of 101 | grep -c "$RECENT") $(goal_of 101 pattern_status "$RECENT")" = '1 active' ]
check "nothing was told twice" check_ids_unique
stop_workers
check "nothing is dead-lettered" is_empty dead_letters
