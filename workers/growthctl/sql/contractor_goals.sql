-- $1 the contractor; his goals, most urgent first
SELECT goal_id::text AS goal_id, goal_type, goal_description, target_milestone, priority_score, pattern_source,
       pattern_confidence::float8 AS confidence, data_gaps::text AS data_gaps, status, timeline
FROM growth_v1.contractor_goals($1);
