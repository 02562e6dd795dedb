SELECT s.pattern_key, s.standing, s.cohort_status, s.cohort_reason
FROM standings s
ORDER BY s.pattern_key;
