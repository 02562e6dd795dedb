-- In the order in which handlers mark them: nobody waits in a circle.
SELECT FROM due_voters d
JOIN unnest($1::text[], $2::uuid[]) AS n (pattern_key, voter) ON n.pattern_key = d.pattern_key AND n.voter = d.voter
ORDER BY d.pattern_key COLLATE "C", d.voter
FOR UPDATE OF d;
