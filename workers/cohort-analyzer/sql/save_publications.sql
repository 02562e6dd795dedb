INSERT INTO publications AS p (pattern_key, levellers, others, outside_levellers, outside_others, voters, erased_since)
SELECT n.pattern_key, n.levellers, n.others, n.outside_levellers, n.outside_others, n.voters, n.erased_since
FROM unnest($1::text[], $2::bytea[], $3::bytea[], $4::bytea[], $5::bytea[], $6::bytea[], $7::timestamptz[])
	AS n (pattern_key, levellers, others, outside_levellers, outside_others, voters, erased_since)
ON CONFLICT (pattern_key) DO UPDATE SET
	levellers = excluded.levellers,
	others = excluded.others,
	outside_levellers = excluded.outside_levellers,
	outside_others = excluded.outside_others,
	voters = excluded.voters,
	erased_since = excluded.erased_since;
