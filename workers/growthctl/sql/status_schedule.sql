-- The month for which the last scheduled recalculation was asked for, and when the next one is due.
SELECT s.done_at AS last, ((s.done_at AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC' AS next
FROM cohort_analyzer.schedule s
WHERE s.what = 'monthly';
