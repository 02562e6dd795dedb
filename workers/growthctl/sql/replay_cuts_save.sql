INSERT INTO replay.cuts (step, place, until)
SELECT n.step, n.place, n.until FROM unnest($1::integer[], $2::integer[], $3::bigint[]) AS n (step, place, until);
