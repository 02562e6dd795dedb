-- When what time alone causes was last done, and whether there is anything to do it for.
SELECT (SELECT s.done_at FROM schedule s WHERE s.what = 'monthly') AS asked_for,
	(SELECT s.done_at FROM schedule s WHERE s.what = 'drift') AS looked_at,
	EXISTS (SELECT FROM contractor_observations) OR EXISTS (SELECT FROM recalculations) AS begun,
	EXISTS (SELECT FROM transitions)
		AND (EXISTS (SELECT FROM changed_contractors) OR EXISTS (SELECT FROM erased_tiers)) AS changed;
