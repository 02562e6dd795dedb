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

check "no dead letter" [ -z "$(dead_letters | head -n 3)" ]
check "every contractor is known" [ "$(sql 'SELECT count(*) FROM contractors')" = "$contractors" ]
check "patterns of the plan's three transitions" \
	[ "$(sql "SELECT count(*) FROM business_growth_patterns WHERE pattern_type = 'revenue_growth' AND (from_revenue_tier, to_revenue_tier) IN (('0_5_million','5_10_million'),('5_10_million','11_20_million'),('11_20_million','21_30_million')) AND sample_size >= 5 AND confidence_score BETWEEN 0 AND 1 AND status = 'active'")" = 3 ]
check "goals cite their pattern, with confidence, checklist and timeline" \
	[ "$(sql "SELECT count(*) > $contractors / 10 AND bool_and(g.pattern_source LIKE 'Based on % contractors who went from %' AND g.pattern_confidence IS NOT NULL AND g.timeline IS NOT NULL AND EXISTS (SELECT FROM ai_concierge_checklist_items i WHERE i.goal_id = g.id)) FROM ai_concierge_goals g WHERE g.pattern_id IS NOT NULL")" = t ]
check "outcomes are tracked and vote" \
	[ "$(sql "SELECT (SELECT count(*) > $contractors / 100 FROM pattern_success_tracking WHERE goal_completed) AND (SELECT count(*) > $contractors / 100 FROM pattern_votes WHERE outcome = 'completed')")" = t ]
check "nothing is left parked" \
	[ "$(sql 'SELECT count(*) FROM goal_enricher.parked')" = 0 ]
check_ids_unique
