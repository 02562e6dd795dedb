-- $1 text[] keys, $2 bigint[] versions until now, $3 bigint[] from now on, $4 boolean[] whether it is the same under another number.
-- Then matches and goals that rest on it have the other number as well, and nobody is told anything.
WITH wanted AS (
	SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::boolean[]) AS t (pattern_key, old_version, version, same)
), patterns AS (
	UPDATE business_growth_patterns p SET version = w.version
	FROM wanted w WHERE p.pattern_key = w.pattern_key AND p.version <> w.version
	RETURNING p.id, p.pattern_key, p.confidence_as_of, p.as_of, p.confidence, p.expected_success, p.sample_size,
		p.outcome_voters, p.status, p.status_reason, w.old_version, w.version, w.same
), matches AS (
	UPDATE contractor_pattern_matches m SET pattern_version = p.version
	FROM patterns p WHERE p.same AND m.pattern_id = p.id AND m.pattern_version = p.old_version
), goals AS (
	UPDATE ai_concierge_goals g SET pattern_version = p.version
	FROM patterns p WHERE p.same AND g.pattern_id = p.id AND g.pattern_version = p.old_version
), evidence AS (
	UPDATE cohort_analyzer.pattern_evidence e SET version = p.version
	FROM patterns p WHERE e.pattern_key = p.pattern_key AND e.version = p.old_version
)
INSERT INTO confidence_history (pattern_key, version, as_of, confidence, expected_success, sample_size, outcome_voters, status,
	cause, status_reason)
SELECT pattern_key, version, coalesce(confidence_as_of, as_of), confidence, expected_success, sample_size, outcome_voters, status,
	'promotion', status_reason
FROM patterns
ON CONFLICT DO NOTHING;
