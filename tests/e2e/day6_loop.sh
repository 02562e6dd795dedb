#!/usr/bin/env bash
# The learning loop, closed: goals that the pipeline made turn out well or badly, so the confidences of their patterns change, so
# pattern.recalculated has new versions, so contractors' matches are ordered anew and their goals have other priorities.
#
# The history is the plan's (tests/support/day3_history.py). Three of its patterns start from $3M; contractor 57 fits all of them equally
# well, because he says nothing of what he works on: only how sure we are tells them apart. What looks best at first turns out worst.
# shellcheck source=tests/support/pipeline.bash
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"
# shellcheck source=tests/support/goals.bash
. "$GROWTH_SOURCE/tests/support/goals.bash"

favourite='3_million>5_million/lead_improvement'
outsider='3_million>5_million/team_expansion'
contractor=57
export GROWTH_VOCABULARY_TIERS='3_million=$3M,5_million=$5M,8_million=$8M'

# pattern KEY EXPRESSION
pattern()
{
	sql "SELECT $2 FROM business_growth_patterns WHERE pattern_key = '$1'"
}

# published KEY FILTER: of the pattern's last event
published()
{
	topic_dump pattern.recalculated '%k\t%s\n' | sed -n "s|^$1\t||p" | tail -n 1 | jq -r "$2"
}

# order: the contractor's matches, best first
order()
{
	sql "SELECT string_agg(p.pattern_type, ' ' ORDER BY m.match_rank) FROM contractor_pattern_matches m JOIN business_growth_patterns p ON p.id = m.pattern_id WHERE m.contractor_id = $contractor AND m.match_rank IS NOT NULL"
}

# last TOPIC FILTER: of his last message
last()
{
	topic_dump "$1" '%k\t%s\n' | sed -n "s/^$contractor\t//p" | jq -rs "$2"
}

# priority PATTERN
priority()
{
	sql "SELECT g.priority_score FROM ai_concierge_goals g JOIN business_growth_patterns p ON p.id = g.pattern_id WHERE g.contractor_id = $contractor AND p.pattern_key = '$1'"
}

# turned_out PATTERN OUTCOME RATING IMPACT: all goals of the pattern but the contractor's
turned_out()
{
	sql "SELECT g.contractor_id, g.goal_uuid FROM ai_concierge_goals g JOIN business_growth_patterns p ON p.id = g.pattern_id WHERE p.pattern_key = '$1' AND g.contractor_id <> $contractor ORDER BY 1 LIMIT 25" |
		while IFS='|' read -r who goal; do
			event goal.completed "$who" 2024-07-20T00:00:00Z "\"goal_id\":\"$goal\",\"outcome\":\"$2\",\"revenue_impact\":\"$4\""
			event feedback.submitted "$who" 2024-07-22T00:00:00Z "\"goal_id\":\"$goal\",\"rating\":$3"
		done
}

# tell WHEN: where the loop is, in words
tell()
{
	echo "$1: $(for key in "$favourite" "$outsider"; do echo "${key##*/} $(pattern "$key" "'version ' || version || ', confidence ' || round(confidence::numeric, 3)"), priority $(priority "$key");"; done | tr '\n' ' ')order: $(order)"
}

export GROWTH_CONFIDENCE_PUBLISH_STEP=0.01
pipeline_new day6_loop
{
	python3 "$GROWTH_SOURCE/tests/support/day3_history.py" history
	event contractor.updated $contractor 2024-05-01T00:00:00Z '"revenue_tier":"3_million","team_size":8,"current_stage":"growth","tier_since":"2024-05-01T00:00:00Z"'
} >"$pipeline_dir/history.ndjson"
start_workers
emit "$pipeline_dir/history.ndjson"
wait_settled
recalculate 2024-06-30T00:00:00Z before
wait_settled
tell "before any outcome"
check "he fits the patterns of his tier equally well" \
	[ "$(sql "SELECT count(*) || ' ' || count(DISTINCT score) FROM contractor_pattern_matches WHERE contractor_id = $contractor AND match_rank IS NOT NULL")" = '3 1' ]
order_before=$(order) version=$(pattern "$favourite" version) other_version=$(pattern "$outsider" version)
priority_before=$(priority "$favourite") other_priority=$(priority "$outsider") confidence=$(pattern "$favourite" confidence)
check "the favourite is before the outsider, in matches and goals" \
	[ "$([[ $order_before == *lead_improvement*team_expansion* ]] && echo "$((priority_before >= other_priority))")" = 1 ]

{
	turned_out "$favourite" abandoned 1 negative
	turned_out "$outsider" completed 5 positive
} >"$pipeline_dir/outcomes.ndjson"
emit "$pipeline_dir/outcomes.ndjson"
wait_settled
tell "after $(grep -c '"topic":"goal.completed"' "$pipeline_dir/outcomes.ndjson") outcomes"

check "day6: outcomes in" [ "$(sql 'SELECT count(*) FROM pattern_success_tracking WHERE contractor_satisfaction IS NOT NULL')" = "$(grep -c '"topic":"feedback.submitted"' "$pipeline_dir/outcomes.ndjson")" ]
check "day6: confidence follows: down where goals failed, up where they succeeded" \
	[ "$(pattern "$favourite" "confidence < $confidence AND confidence < (SELECT confidence FROM business_growth_patterns WHERE pattern_key = '$outsider')")" = t ]
check "day6: pattern.recalculated has the new confidences, with higher versions" \
	[ "$(published "$favourite" "(.version > $version) and .confidence_score < $confidence") $(published "$outsider" ".version > $other_version")" = 'true true' ]
check "day6: matcher's order is another one" [ "$([[ $(order) == *team_expansion*lead_improvement* ]] && [[ $(order) != "$order_before" ]] && echo t)" = t ]
check "day6: and published" \
	[ "$(last contractor.matched '.[-1].matches | map(.pattern_key | sub(".*/"; "")) | join(" ")')" = "$(order)" ]
check "day6: goal-enricher's priorities change: less for what fails, more for what works" \
	[ "$(($(priority "$favourite") < priority_before && $(priority "$outsider") > other_priority))" = 1 ]
check "day6: and are published" \
	[ "$(last goal.enriched "map(select(.pattern_key == \"$outsider\"))[-1].priority_score")" = "$(priority "$outsider")" ]

# ---- recent successes: nothing is started anew ----

growth='3_million>5_million/revenue_growth' next='5_million>8_million/revenue_growth'
sample=$(pattern "$growth" sample_size)
check "nobody has made the next step yet" is_empty pattern "$next" version
for ((who = 501; who <= 510; who++)); do
	event contractor.updated "$who" 2023-02-01T00:00:00Z '"revenue_tier":"3_million","tier_since":"2022-08-01T00:00:00Z"'
	event contractor.updated "$who" 2023-09-01T00:00:00Z '"revenue_tier":"5_million"'
	event contractor.updated "$who" "2024-08-$((who - 490))T00:00:00Z" '"revenue_tier":"8_million"'
done >"$pipeline_dir/successes.ndjson"
emit "$pipeline_dir/successes.ndjson"
wait_settled
recalculate 2024-08-31T00:00:00Z recent
wait_settled
check "day6: a new pattern is identified from recent successes" [ "$(pattern "$next" "sample_size || ' ' || status")" = '10 active' ]
check "day6: and known to all: who is in its tier has a goal of it" \
	[ "$(sql "SELECT count(*) > 0 FROM ai_concierge_goals g JOIN business_growth_patterns p ON p.id = g.pattern_id WHERE p.pattern_key = '$next'")" = t ]
check "day6: an existing pattern is updated with the new data" [ "$(pattern "$growth" sample_size) $(published "$growth" .sample_size)" = "$((sample + 10)) $((sample + 10))" ]
check "nothing is dead-lettered" is_empty dead_letters
stop_workers
