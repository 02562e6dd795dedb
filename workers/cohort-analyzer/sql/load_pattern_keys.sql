-- Every pattern that a contractor may have voted on: in a replay votes come before their patterns. Who votes is marked, and leaves evidence
-- when he is looked at, so that the votes themselves are not read: the keys of those marked are found one after the other in the index.
WITH RECURSIVE marked AS (
	(SELECT d.pattern_key FROM due_voters d ORDER BY d.pattern_key LIMIT 1)
	UNION ALL
	SELECT (SELECT d.pattern_key FROM due_voters d WHERE d.pattern_key > m.pattern_key ORDER BY d.pattern_key LIMIT 1)
	FROM marked m
	WHERE m.pattern_key IS NOT NULL
)
SELECT p.pattern_key FROM business_growth_patterns p
UNION SELECT e.pattern_key FROM pattern_evidence e
UNION SELECT m.pattern_key FROM marked m WHERE m.pattern_key IS NOT NULL
ORDER BY pattern_key;
