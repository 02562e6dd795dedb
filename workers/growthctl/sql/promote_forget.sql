-- What is taken over from live as it stands there.
DELETE FROM operator.dead_letters;
DELETE FROM cohort_analyzer.schedule;
