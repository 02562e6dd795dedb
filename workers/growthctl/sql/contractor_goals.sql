-- $1 the contractor; his goals, most urgent first
SELECT g.id, g.goal_uuid::text AS goal_uuid, g.goal_type, g.goal_description, g.target_milestone, g.priority_score,
       g.pattern_source, g.pattern_confidence::float8 AS confidence, g.data_gaps::text AS data_gaps, g.status, g.timeline
FROM ai_concierge_goals g
WHERE g.contractor_id = $1
ORDER BY g.status = 'active' DESC, g.priority_score DESC NULLS LAST, g.id;
