INSERT INTO standings AS s (pattern_key, standing, since, streak, probability, success_rate, pooled_success, voters,
	cohort_status, cohort_reason)
SELECT n.pattern_key, n.standing, n.since, n.streak, n.probability, n.success_rate, n.pooled_success, n.voters,
	n.cohort_status, n.cohort_reason
FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::int[], $5::float8[], $6::float8[], $7::float8[], $8::int[],
	$9::text[], $10::text[])
	AS n (pattern_key, standing, since, streak, probability, success_rate, pooled_success, voters, cohort_status,
		cohort_reason)
ON CONFLICT (pattern_key) DO UPDATE SET
	standing = excluded.standing,
	since = excluded.since,
	streak = excluded.streak,
	probability = excluded.probability,
	success_rate = excluded.success_rate,
	pooled_success = excluded.pooled_success,
	voters = excluded.voters,
	cohort_status = excluded.cohort_status,
	cohort_reason = excluded.cohort_reason;
