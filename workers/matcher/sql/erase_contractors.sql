-- $1 int[]  contractors; matches, goals, checklists and tracking rows go with them
DELETE FROM contractors
WHERE id IN (SELECT c.id FROM contractors c WHERE c.id = ANY ($1::int[]) ORDER BY c.id FOR UPDATE);
