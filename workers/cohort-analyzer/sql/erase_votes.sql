-- $1 text[], $2 uuid[]  patterns and pseudonyms
DELETE FROM pattern_votes v
USING unnest($1::text[], $2::uuid[]) AS e (pattern_key, voter)
WHERE v.pattern_key = e.pattern_key AND v.voter = e.voter;
