-- What a calculation found of each transition.
INSERT INTO transitions AS t (transition, place, from_tier, to_tier, event_id, as_of, horizon, settings, at_risk,
	levelled_up, result)
SELECT n.transition, n.place, n.from_tier, n.to_tier, n.event_id, n.as_of, n.as_of, n.settings, n.at_risk,
	n.levelled_up, n.result
FROM unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::text[], $8::bigint[],
	$9::bigint[], $10::text[])
	AS n (transition, place, from_tier, to_tier, event_id, as_of, settings, at_risk, levelled_up, result)
ORDER BY n.transition
ON CONFLICT (transition) DO UPDATE SET
	place = excluded.place,
	event_id = excluded.event_id,
	as_of = excluded.as_of,
	horizon = greatest(t.horizon, excluded.horizon),
	settings = excluded.settings,
	at_risk = excluded.at_risk,
	levelled_up = excluded.levelled_up,
	result = excluded.result;
