-- $1 the contractor; his goals, most urgent first
SELECT id, goal_uuid::text AS goal_uuid, goal_type, goal_description, target_milestone,
       priority_score, pattern_source, pattern_confidence::float8 AS confidence,
       data_gaps::text AS data_gaps, status, timeline
FROM ai_concierge_goals
WHERE contractor_id = $1
ORDER BY status = 'active' DESC, priority_score DESC NULLS LAST, id;
