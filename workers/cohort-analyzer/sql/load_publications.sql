-- Whose numbers each pattern was last published with.
SELECT p.pattern_key, p.levellers, p.others, p.outside_levellers, p.outside_others, p.voters, p.erased_since
FROM publications p
ORDER BY p.pattern_key;
