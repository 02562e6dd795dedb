-- $1 int[]  contractors
-- How many goals and checklist items each of their matches has led to: counted, not added up, so that a batch may run twice.
WITH counted AS (
	SELECT m.id, count(DISTINCT g.id) AS goals, count(i.id) AS items
	FROM contractor_pattern_matches m
	LEFT JOIN ai_concierge_goals g ON g.contractor_id = m.contractor_id AND g.pattern_id = m.pattern_id
	LEFT JOIN ai_concierge_checklist_items i ON i.goal_id = g.id
	WHERE m.contractor_id = ANY ($1::int[])
	GROUP BY m.id
), changed AS (
	SELECT m.id, c.goals, c.items
	FROM counted c
	JOIN contractor_pattern_matches m ON m.id = c.id
	WHERE m.goals_generated IS DISTINCT FROM c.goals OR m.checklist_items_generated IS DISTINCT FROM c.items
	ORDER BY m.id
	FOR NO KEY UPDATE OF m
)
UPDATE contractor_pattern_matches m
SET goals_generated = c.goals, checklist_items_generated = c.items
FROM changed c
WHERE m.id = c.id;
