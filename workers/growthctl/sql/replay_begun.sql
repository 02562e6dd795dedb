-- Whether the shadow's workers have ever read something.
SELECT EXISTS (SELECT FROM cohort_analyzer.positions p WHERE p.next_offset > 0) AS yes;
