-- $1 text  a request: whether the shadow has done it
SELECT EXISTS (SELECT FROM cohort_analyzer.recalculations r WHERE r.event_id = $1 AND r.finished) AS yes;
