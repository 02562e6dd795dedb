-- In the order in which handlers mark them: nobody waits in a circle.
SELECT FROM pattern_voters p
JOIN unnest($1::text[], $2::uuid[]) AS n (pattern_key, voter) ON n.pattern_key = p.pattern_key AND n.voter = p.voter
ORDER BY p.pattern_key COLLATE "C", p.voter
FOR UPDATE OF p;
