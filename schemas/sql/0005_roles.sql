-- One role a worker with just its grants: each domain table has one writer, and Postgres enforces it. Roles belong to the
-- cluster, so another database may have made them already. Passwords and pg_hba.conf are the installation's.

DO $$
DECLARE
	worker TEXT;
	name TEXT;
BEGIN
	FOREACH name IN ARRAY ARRAY['growth_cohort_analyzer', 'growth_matcher', 'growth_goal_enricher',
				    'growth_success_tracker', 'growth_operator', 'growth_reader'] LOOP
		IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
			BEGIN
				EXECUTE format('CREATE ROLE %I LOGIN', name);
			EXCEPTION WHEN duplicate_object OR unique_violation THEN
				NULL; -- made at this moment from another database
			END;
		END IF;
	END LOOP;

	FOREACH worker IN ARRAY ARRAY['cohort_analyzer', 'matcher', 'goal_enricher', 'success_tracker'] LOOP
		EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I, growth_operator, growth_reader', worker, 'growth_' || worker);
		EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO %I',
			       worker, 'growth_' || worker);
		EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO growth_operator', worker);
		EXECUTE format('GRANT UPDATE ON %I.positions TO growth_operator', worker);
	END LOOP;
END
$$;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO growth_cohort_analyzer, growth_matcher, growth_goal_enricher,
	growth_success_tracker, growth_operator, growth_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO growth_operator;
GRANT SELECT ON contractors, ai_concierge_goals, ai_concierge_checklist_items, business_growth_patterns,
	contractor_pattern_matches, pattern_success_tracking, confidence_history TO growth_reader;

-- cohort-analyzer
GRANT SELECT, INSERT, UPDATE, DELETE ON contractor_observations, contractor_actions, pattern_votes
	TO growth_cohort_analyzer;
GRANT SELECT, INSERT ON confidence_history TO growth_cohort_analyzer;
GRANT SELECT, INSERT, UPDATE ON business_growth_patterns TO growth_cohort_analyzer;
GRANT USAGE ON SEQUENCE business_growth_patterns_id_seq TO growth_cohort_analyzer;

-- matcher
GRANT SELECT, INSERT, UPDATE, DELETE ON contractors, partner_scores TO growth_matcher;
GRANT SELECT, INSERT, DELETE ON contractor_pattern_matches TO growth_matcher;
GRANT UPDATE (match_score, match_reason, pattern_applied_at, pattern_result, updated_at, match_rank, score,
	tier_score, focus_score, team_score, stage_score, pattern_version)
	ON contractor_pattern_matches TO growth_matcher;
GRANT USAGE ON SEQUENCE contractor_pattern_matches_id_seq TO growth_matcher;
GRANT SELECT ON business_growth_patterns TO growth_matcher;

-- goal-enricher
GRANT SELECT, INSERT ON ai_concierge_goals TO growth_goal_enricher;
GRANT UPDATE (goal_type, goal_description, target_milestone, priority_score, current_progress, next_milestone,
	success_criteria, pattern_source, pattern_confidence, data_gaps, trigger_condition, last_action_at, updated_at,
	pattern_id, pattern_version, expected_months_low, expected_months_high, timeline, occurred_at, upstream)
	ON ai_concierge_goals TO growth_goal_enricher;
GRANT SELECT, INSERT, UPDATE, DELETE ON ai_concierge_checklist_items TO growth_goal_enricher;
GRANT USAGE ON SEQUENCE ai_concierge_goals_id_seq, ai_concierge_checklist_items_id_seq TO growth_goal_enricher;
GRANT SELECT ON contractors, business_growth_patterns, contractor_pattern_matches TO growth_goal_enricher;
GRANT UPDATE (goals_generated, checklist_items_generated) ON contractor_pattern_matches TO growth_goal_enricher;

-- success-tracker
GRANT SELECT, INSERT, UPDATE ON pattern_success_tracking TO growth_success_tracker;
GRANT USAGE ON SEQUENCE pattern_success_tracking_id_seq TO growth_success_tracker;
GRANT SELECT ON ai_concierge_goals, business_growth_patterns TO growth_success_tracker;
GRANT UPDATE (status, completed_at, updated_at) ON ai_concierge_goals TO growth_success_tracker;
