-- Matches whose rank, score or result changed, by id. A reason of NULL leaves the one that is there. What is behind it
-- says which of them: those that are where they were read, or the others (store_matches.c).
UPDATE contractor_pattern_matches t
SET pattern_version = m.pattern_version,
	match_rank = m.match_rank,
	match_score = m.score,
	score = m.score,
	tier_score = m.tier_score,
	focus_score = m.focus_score,
	team_score = m.team_score,
	stage_score = m.stage_score,
	match_reason = coalesce(m.match_reason, t.match_reason),
	decided_result = m.decided_result,
	pattern_applied_at = m.applied_at AT TIME ZONE 'UTC',
	updated_at = greatest(t.updated_at, m.updated_at AT TIME ZONE 'UTC')
FROM unnest($1::int[], $2::tid[], $3::bigint[], $4::int[], $5::float8[], $6::float8[], $7::float8[], $8::float8[],
	$9::float8[], $10::text[], $11::text[], $12::timestamptz[], $13::timestamptz[])
	AS m (id, place, pattern_version, match_rank, score, tier_score, focus_score, team_score, stage_score,
		match_reason, decided_result, applied_at, updated_at)
WHERE t.id = m.id
