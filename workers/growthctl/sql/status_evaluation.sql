-- Whether outcomes are to be looked at for the confidence of patterns, and of how many voters.
SELECT e.due, e.waiting FROM cohort_analyzer.evaluation_due(now()) AS e;
