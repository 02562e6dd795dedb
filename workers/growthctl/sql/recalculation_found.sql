-- $1 text  a request that is done. What it found, in the order of the ladder.
SELECT e.found ->> 'pattern_key' AS pattern_key, e.found ->> 'result' AS result,
	(e.found ->> 'at_risk')::bigint AS at_risk, (e.found ->> 'levelled_up')::bigint AS levelled_up,
	(e.found ->> 'version')::bigint AS version
FROM cohort_analyzer.recalculations r
CROSS JOIN LATERAL jsonb_array_elements(r.outcome -> 'transitions') WITH ORDINALITY AS e (found, place)
WHERE r.event_id = $1
ORDER BY e.place;
