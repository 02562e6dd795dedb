-- $1 uuid[], $2 int[]  goal ids and the contractors that they were named with, in arrival order
-- Whose each is: who has it, else who named it first.
SELECT DISTINCT ON (w.goal_id) w.goal_id, coalesce(g.contractor_id, w.contractor_id) AS contractor_id
FROM unnest($1::uuid[], $2::int[]) WITH ORDINALITY AS w (goal_id, contractor_id, place)
LEFT JOIN ai_concierge_goals g ON g.goal_uuid = w.goal_id
ORDER BY w.goal_id, w.place;
