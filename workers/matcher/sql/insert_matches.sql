-- Patterns that fit a contractor for the first time. One whose pattern is not in the table is left out.
INSERT INTO contractor_pattern_matches (contractor_id, pattern_id, pattern_version, match_rank, match_score, score,
	tier_score, focus_score, team_score, stage_score, match_reason, decided_result, pattern_applied_at,
	created_at, updated_at)
SELECT m.contractor_id, p.id, m.pattern_version, m.match_rank, m.score, m.score,
	m.tier_score, m.focus_score, m.team_score, m.stage_score, m.match_reason, m.decided_result,
	m.applied_at AT TIME ZONE 'UTC', m.created_at AT TIME ZONE 'UTC', m.updated_at AT TIME ZONE 'UTC'
FROM unnest($1::int[], $2::text[], $3::bigint[], $4::int[], $5::float8[], $6::float8[], $7::float8[],
	$8::float8[], $9::float8[], $10::text[], $11::text[], $12::timestamptz[], $13::timestamptz[],
	$14::timestamptz[])
	AS m (contractor_id, pattern_key, pattern_version, match_rank, score, tier_score, focus_score,
		team_score, stage_score, match_reason, decided_result, applied_at, created_at, updated_at)
JOIN business_growth_patterns p ON p.pattern_key = m.pattern_key
ORDER BY m.contractor_id, p.id;
