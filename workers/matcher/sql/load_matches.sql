-- $1 int[]  contractors, read or locked before: a statement of its own, so that it sees what a lock waited for
-- Every pattern that ever fitted them; match_rank is NULL when it is no longer among the best three. Patterns are few and their names never
-- change: they are read once a batch (name_patterns), and not joined to each match.
SELECT m.contractor_id, m.id, m.ctid AS place, m.pattern_id, m.pattern_version, m.match_rank, m.score, m.tier_score, m.focus_score,
	m.team_score, m.stage_score, m.decided_result, m.pattern_applied_at
FROM contractor_pattern_matches m
WHERE m.contractor_id = ANY ($1::int[])
ORDER BY m.contractor_id;
