-- $1 text[]  patterns that are voted on; of those whose erased voters are not written down yet, everybody who is erased
SELECT k.pattern_key, e.contractor_id
FROM (SELECT DISTINCT n.pattern_key FROM unnest($1::text[]) AS n (pattern_key)) k
CROSS JOIN erased_contractors e
WHERE NOT EXISTS (SELECT FROM erased_patterns p WHERE p.pattern_key = k.pattern_key)
ORDER BY k.pattern_key COLLATE "C", e.contractor_id;
