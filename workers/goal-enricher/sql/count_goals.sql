-- $1 int[], $2 text[], $3 int[]  contractors, each once without a pattern, and once for each of his goals from one: its pattern, and how many items it
-- has. How many goals and checklist items each of their matches has led to: counted, not added up, so that a batch may run twice. Locked in matcher's
-- order: by contractor, then by match.
WITH counted AS (
	SELECT c.contractor_id, max(c.id) AS id, sum(c.goals) AS goals, sum(c.items) AS items
	FROM (
		SELECT m.id, m.contractor_id, m.pattern_id, 0 AS goals, 0 AS items
		FROM unnest($1::int[], $2::text[]) AS w (contractor_id, pattern_key)
		JOIN contractor_pattern_matches m ON m.contractor_id = w.contractor_id
		WHERE w.pattern_key IS NULL
		UNION ALL
		SELECT NULL, w.contractor_id, p.id, 1, w.items
		FROM unnest($1::int[], $2::text[], $3::int[]) AS w (contractor_id, pattern_key, items)
		JOIN business_growth_patterns p ON p.pattern_key = w.pattern_key
	) AS c
	GROUP BY c.contractor_id, c.pattern_id
)
UPDATE contractor_pattern_matches m
SET goals_generated = c.goals, checklist_items_generated = c.items
FROM (SELECT counted.* FROM counted WHERE counted.id IS NOT NULL ORDER BY counted.contractor_id, counted.id) AS c
WHERE m.id = c.id AND (m.goals_generated IS DISTINCT FROM c.goals OR m.checklist_items_generated IS DISTINCT FROM c.items);
