# Goals of one pattern, made by the pipeline itself: for tests of what becomes of goals. Source it after pipeline.bash.
#
# shellcheck shell=bash

GOAL_PATTERN='0_5_million>5_10_million/revenue_growth'

# publish_goal_pattern [FIELDS]: the pattern as cohort-analyzer would have stored and published it; FIELDS is JSON without braces.
publish_goal_pattern()
{
	sql "INSERT INTO business_growth_patterns (pattern_key, version, status, as_of, from_revenue_tier, to_revenue_tier,
			pattern_name, pattern_type, sample_size, confidence, expected_success, consistency)
		VALUES ('$GOAL_PATTERN', 1, 'active', '2024-01-01Z', '0_5_million', '5_10_million', 'p', 'revenue_growth', 40, 0.6, 0.6, 0.5)"
	jq -nc --arg key "$GOAL_PATTERN" --argjson more "{${1:-}}" '{pattern_key: $key, version: 1, status: "active", as_of: "2024-01-01T00:00:00Z",
		from_revenue_tier: "0_5_million", to_revenue_tier: "5_10_million", pattern_name: "p", pattern_description: "p",
		pattern_type: "revenue_growth", sample_size: 40, confidence_score: 0.6, expected_success: 0.6, consistency: 0.5,
		outcome_voters: 0} + $more' |
		sed "s|^|$GOAL_PATTERN\t|" |
		kcat -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -P -t "${pipeline_prefix}pattern.recalculated" -K '\t' 2>>"$pipeline_dir/kcat.log"
}

# event TOPIC CONTRACTOR TIME FIELDS: a line for emit; FIELDS is JSON without braces
event()
{
	event_number=$((${event_number:-0} + 1))
	printf '{"topic":"%s","key":"%d","id":"event-%05d","value":{"contractor_id":%d,"occurred_at":"%s",%s}}\n' \
		"$1" "$2" "$event_number" "$2" "$3" "$4"
}

# in_tier TIER FIRST LAST: contractors who were first seen there on 2024-02-01
in_tier()
{
	local contractor

	for ((contractor = $2; contractor <= $3; contractor++)); do
		event contractor.updated "$contractor" 2024-02-01T00:00:00Z "\"revenue_tier\":\"$1\""
	done
}

tracked()
{
	[ "$(sql 'SELECT count(*) FROM pattern_success_tracking')" = "$1" ]
}

# goal_of CONTRACTOR: the only one that he has
goal_of()
{
	sql "SELECT goal_uuid FROM ai_concierge_goals WHERE contractor_id = $1"
}
