#!/usr/bin/env bash
# What the read functions say of a history that went through the workers is what the workers' own events and goals say.
# shellcheck source=tests/support/pipeline.bash
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"

# nothing WHAT SQL: the query finds no row
nothing()
{
	local found

	found=$(sql "$2")
	[[ -z $found ]] || { head -n 5 <<<"$found" >&2; fail "$1"; }
	echo "ok: $1"
}

# some WHAT SQL: it finds at least one, so that the others are not true of nothing
some()
{
	check "$1: there are some" [ "$(sql "SELECT count(*) FROM ($2) AS found")" -gt 0 ]
}

pipeline_new reading
start_workers 1
growthctl simulate --contractors 600 --seed 5 >"$pipeline_dir/history" 2>"$pipeline_dir/simulate.log"
emit "$pipeline_dir/history"
wait_settled
recalculate 2024-06-30T00:00:00Z
wait_settled

# Every partner that a pattern lists, scored for every contractor with a match.
sql "SELECT json_build_object('topic', 'partner.scored', 'key', contractor_id::text, 'value', json_build_object(
		'contractor_id', contractor_id, 'occurred_at', '2024-07-01T00:00:00Z', 'partners',
		(SELECT json_agg(DISTINCT jsonb_build_object('partner_id', item, 'match_score', 0.5))
			FROM growth_v1.growth_pattern_items WHERE kind = 'partner')))
	FROM growth_v1.contractor_matches WHERE match_rank = 1" >"$pipeline_dir/scored"
emit "$pipeline_dir/scored"
wait_settled
stop_workers

recommended="SELECT m.contractor_id, r.* FROM growth_v1.contractor_matches m,
	growth_v1.partner_recommendations(m.contractor_id) r WHERE m.match_rank = 1"
some day4_boost_is_that_of_partner_recommended "$recommended"
nothing day4_boost_is_that_of_partner_recommended "SELECT r.contractor_id, r.partner_id, r.boost, told
	FROM ($recommended) AS r JOIN partner_scores s USING (contractor_id),
		jsonb_path_query(s.recommended, '\$[*] ? (@.partner_id == \$id).boost', jsonb_build_object('id', r.partner_id)) told
	WHERE abs(told::float8 - r.boost) > 1e-9"
nothing day4_used_partners_are_known "SELECT r.contractor_id, r.partner_id FROM ($recommended) AS r
	WHERE r.already_used <> EXISTS (SELECT FROM contractor_actions a
		WHERE a.contractor_id = r.contractor_id AND a.kind = 'partner' AND a.item = r.partner_id)"

content="SELECT m.contractor_id, c.* FROM growth_v1.contractor_matches m,
	growth_v1.content_recommendations(m.contractor_id) c WHERE m.match_rank = 1"
some day5_content_is_not_done_before "$content"
nothing day5_content_is_not_done_before "SELECT c.contractor_id, c.kind, c.item FROM ($content) AS c
	JOIN contractor_actions a ON a.contractor_id = c.contractor_id AND a.kind = c.kind AND a.item = c.item"
nothing day5_content_has_a_sentence_with_its_percentage "SELECT c.sentence FROM ($content) AS c
	WHERE c.sentence !~ ('^(at least )?' || floor(100 * c.usage_rate + 0.5) || '% of contractors who scaled to \\\$')"

# What stands on a checklist is remembered as recommended, to him by that pattern, from no later than the goal's own time.
listed="SELECT g.contractor_id, g.pattern_id, i.item_type, item, g.occurred_at FROM ai_concierge_checklist_items i
	JOIN ai_concierge_goals g ON g.id = i.goal_id CROSS JOIN LATERAL jsonb_array_elements_text(i.execution_context -> 'items') item
	WHERE i.item_type IN ('partner', 'book', 'podcast', 'event')"
some day6_what_was_recommended_is_known "$listed"
nothing day6_what_was_recommended_is_known "SELECT l.* FROM ($listed) AS l
	LEFT JOIN goal_enricher.recommendations r USING (contractor_id, pattern_id, item_type, item)
	WHERE (r.first_at <= l.occurred_at) IS NOT TRUE"
nothing "nothing else is" "SELECT FROM goal_enricher.recommendations WHERE item_type IN ('milestone', 'focus_area')"

# A goal was told what was left at its own time; the function asked for that time says the same.
told="SELECT g.*, t.months_low, t.months_high, t.sentence
	FROM growth_v1.contractor_goals g
	JOIN ai_concierge_goals own ON own.goal_uuid = g.goal_id
	JOIN growth_v1.growth_patterns p ON p.pattern_key = g.pattern_key
	CROSS JOIN LATERAL growth_v1.predict_time_to_milestone(g.contractor_id, p.to_revenue_tier, own.occurred_at) t
	WHERE t.legs -> 0 ->> 'pattern_key' = g.pattern_key AND g.status = 'active'"
some day5_goals_and_readers_are_told_the_same_months "$told"
nothing day5_goals_and_readers_are_told_the_same_months "SELECT contractor_id, pattern_key, expected_months_low, months_low,
		expected_months_high, months_high
	FROM ($told) AS t WHERE (expected_months_low, expected_months_high) IS DISTINCT FROM (months_low, months_high)"
nothing day5_goals_and_readers_are_told_the_same_sentence "SELECT timeline, sentence FROM ($told) AS t WHERE timeline IS DISTINCT FROM sentence"

check "the reader gets an answer for every contractor" [ "$(psql -U growth_reader -d "$database" -XAtqc "
	SELECT count(*) FROM growth_v1.contractor_matches m, growth_v1.predict_time_to_milestone(m.contractor_id, 'no such tier') t
	WHERE m.match_rank = 1 AND t.status = 'unknown_tier'")" = "$(sql 'SELECT count(*) FROM contractor_pattern_matches WHERE match_rank = 1')" ]
