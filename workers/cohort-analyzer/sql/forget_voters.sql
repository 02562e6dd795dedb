-- Who has no votes any more, and was not marked since: of an erased contractor nothing is left.
DELETE FROM pattern_voters p
USING unnest($1::text[], $2::uuid[], $3::bigint[]) AS n (pattern_key, voter, marks)
WHERE p.pattern_key = n.pattern_key AND p.voter = n.voter AND p.marks = n.marks + 1;
