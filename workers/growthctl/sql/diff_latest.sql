-- The time of the latest event that has left something, as JSON writes it; and whether versions were made of which nobody has recorded
-- what they were calculated from: by looks before there were records, or by a promotion.
SELECT to_jsonb(greatest(
	(SELECT max(occurred_at) FROM contractors), (SELECT max(occurred_at) FROM contractor_observations),
	(SELECT max(occurred_at) FROM contractor_actions), (SELECT max(occurred_at) FROM pattern_votes))) #>> '{}' AS latest,
	EXISTS (
		SELECT FROM confidence_history h
		WHERE h.cause = 'promotion' OR (h.cause = 'outcomes'
			AND NOT EXISTS (SELECT FROM cohort_analyzer.evaluations e WHERE e.as_of = h.as_of)
			AND NOT EXISTS (SELECT FROM cohort_analyzer.recalculations r WHERE r.finished AND r.as_of = h.as_of))) AS unrecorded;
