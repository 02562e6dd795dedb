-- A position whose row was lost is put back by `growthctl positions move`, so the operator may insert one, too.

DO $$
DECLARE
	worker TEXT;
BEGIN
	FOREACH worker IN ARRAY ARRAY['cohort_analyzer', 'matcher', 'goal_enricher', 'success_tracker'] LOOP
		EXECUTE format('GRANT INSERT ON %I.positions TO growth_operator', worker);
	END LOOP;
END
$$;
