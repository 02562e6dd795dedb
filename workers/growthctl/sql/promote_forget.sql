-- What is taken over from live as it stands there.
DELETE FROM operator.dead_letters;
DELETE FROM cohort_analyzer.schedule;
-- What the replay had asked for is done.
DELETE FROM cohort_analyzer.asked_evaluations;
