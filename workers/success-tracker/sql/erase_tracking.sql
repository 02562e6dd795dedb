-- $1 int[]  contractors who are erased. Of who has come back meanwhile, these are from messages of before; the key's order puts those of
-- after behind the erasure.
DELETE FROM pattern_success_tracking t
USING (
	SELECT o.id FROM pattern_success_tracking o WHERE o.contractor_id = ANY ($1::int[]) ORDER BY o.goal_id FOR UPDATE
) AS old
WHERE t.id = old.id;
