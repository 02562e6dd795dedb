#!/usr/bin/env bash
# Many simulated contractors flow through, from their history to goals and outcomes, without a dead letter. The suite takes
# some minutes; CONTRACTORS=10000 tests/run -R large_history is the whole.
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"

contractors=${CONTRACTORS:-2500}
pipeline_new large_history
"$GROWTH_BIN/growthctl" simulate --contractors "$contractors" --seed "${SEED:-1}" --outcomes >"$pipeline_dir/history.ndjson"
start_workers
emit "$pipeline_dir/history.ndjson"
wait_settled
recalculate 2024-06-30T00:00:00Z
wait_settled
stop_workers

check "no dead letter" is_empty dead_letters
check "every contractor is known" [ "$(sql 'SELECT count(*) FROM contractors')" = "$contractors" ]
check "patterns of the plan's three transitions" \
	[ "$(sql "SELECT count(*) FROM business_growth_patterns WHERE pattern_type = 'revenue_growth' AND (from_revenue_tier, to_revenue_tier) IN (('0_5_million','5_10_million'),('5_10_million','11_20_million'),('11_20_million','21_30_million')) AND sample_size >= 5 AND confidence_score BETWEEN 0 AND 1 AND status = 'active'")" = 3 ]
# goals CONDITION: whether it holds for every goal of a pattern, of which there are many
goals()
{
	[ "$(sql "SELECT count(*) > $contractors / 10 AND bool_and(coalesce($1, false)) FROM ai_concierge_goals g JOIN business_growth_patterns p ON p.id = g.pattern_id JOIN contractors c ON c.id = g.contractor_id")" = t ]
}

check "day3: every goal of a pattern has source and confidence" \
	goals "g.pattern_source LIKE 'Based on % contractors who went from %' AND g.pattern_confidence IS NOT NULL"
check "day3: every goal of a pattern has a checklist" \
	goals "EXISTS (SELECT FROM ai_concierge_checklist_items i WHERE i.goal_id = g.id)"
check "day3: every goal's pattern starts from the contractor's own tier" \
	goals "p.from_revenue_tier = c.revenue_tier AND g.pattern_version = p.version AND g.pattern_confidence = p.confidence_score"
check "when a goal changed last follows from what it is" \
	goals "g.updated_at = greatest(g.occurred_at, g.last_action_at, g.completed_at)"
check "day5: every goal of a pattern has a timeline: a range, or why there is none" \
	goals "CASE WHEN g.expected_months_low IS NULL THEN g.timeline ~ '(no range can be given|^Not enough data yet)' ELSE g.timeline LIKE 'Based on similar contractors, expect %' AND g.expected_months_low >= 1 END"
topic_dump goal.enriched '%s\n' | jq -rs 'map(select(.goal_id)) | group_by(.goal_id) | map(last | .goal_id as $goal | .checklist // [] | to_entries[] | [$goal, .key + 1, .value.checklist_item] | join("|"))[]' |
	LC_ALL=C sort >"$pipeline_dir/told.steps"
sql "SELECT g.goal_uuid, row_number() OVER (PARTITION BY g.id ORDER BY i.position), i.checklist_item FROM ai_concierge_goals g JOIN ai_concierge_checklist_items i ON i.goal_id = g.id" |
	LC_ALL=C sort >"$pipeline_dir/stored.steps"
compare "steps of goals, told last and stored" "$pipeline_dir/told.steps" "$pipeline_dir/stored.steps"
check "every goal has the steps that were told last, and no others" [ "$(wc -l <"$pipeline_dir/stored.steps")" -gt "$contractors" ]
# Of what he is matched with now: goals of former matches stay as they were. A step has all its partners.
check "a goal with steps of its own repeats none of a better match's goal" \
	[ "$(sql "WITH listed AS MATERIALIZED (SELECT g.id, g.contractor_id, m.match_rank, i.position, i.item_type, i.execution_context -> 'items' AS items FROM ai_concierge_goals g JOIN contractor_pattern_matches m ON m.contractor_id = g.contractor_id AND m.pattern_id = g.pattern_id AND m.match_rank IS NOT NULL JOIN ai_concierge_checklist_items i ON i.goal_id = g.id AND i.item IS NOT NULL), repeated AS MATERIALIZED (SELECT DISTINCT l.id, l.position FROM listed l JOIN listed o USING (contractor_id, item_type) WHERE o.match_rank < l.match_rank AND o.items ?| ARRAY(SELECT jsonb_array_elements_text(l.items))) SELECT count(*) FROM (SELECT FROM listed l LEFT JOIN repeated r USING (id, position) GROUP BY l.id HAVING count(*) FILTER (WHERE r IS NOT NULL) NOT IN (0, count(*))) mixed")" = 0 ]
check "outcomes are tracked and vote" \
	[ "$(sql "SELECT (SELECT count(*) > $contractors / 100 FROM pattern_success_tracking WHERE goal_completed) AND (SELECT count(*) > $contractors / 100 FROM pattern_votes WHERE outcome = 'completed')")" = t ]
check "nothing is left parked" \
	[ "$(sql 'SELECT count(*) FROM goal_enricher.parked')" = 0 ]
check_ids_unique
