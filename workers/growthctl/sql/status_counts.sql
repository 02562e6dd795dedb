-- How much there is of everything, in bounded time: a table up to 16 MiB is counted, of a larger one the server's statistics tell
-- (rows a page, as the planner reckons; shares of a status from pg_stats). NULL: nobody can tell without reading it all.
WITH tables AS MATERIALIZED (
	SELECT c.relname AS name, pg_relation_size(c.oid) <= 16 * 1024 * 1024 AS small,
	       CASE WHEN c.reltuples >= 0 AND c.relpages > 0 THEN
		       c.reltuples::float8 / c.relpages * pg_relation_size(c.oid) / current_setting('block_size')::integer
	       END AS estimate
	FROM pg_class c
	WHERE c.oid IN ('contractors'::regclass, 'contractor_observations'::regclass, 'contractor_actions'::regclass,
		'contractor_pattern_matches'::regclass, 'ai_concierge_goals'::regclass, 'pattern_success_tracking'::regclass,
		'pattern_votes'::regclass)
), shares AS MATERIALIZED (
	-- What is not among the most common values is not known, and rare.
	SELECT s.tablename AS name, s.attname AS attribute, v.value, v.share
	FROM pg_stats s, unnest(s.most_common_vals::text::text[], s.most_common_freqs::float8[]) AS v(value, share)
	WHERE (s.schemaname, s.tablename, s.attname) IN
	      (('public', 'ai_concierge_goals', 'status'), ('public', 'contractor_pattern_matches', 'match_rank'))
), counted (place, what, name, attribute, value, number) AS (
	SELECT 1, 'contractors', 'contractors', NULL, NULL,
	       CASE WHEN (SELECT small FROM tables WHERE name = 'contractors') THEN (SELECT count(*) FROM contractors) END
	UNION ALL
	SELECT 2, 'observations', 'contractor_observations', NULL, NULL,
	       CASE WHEN (SELECT small FROM tables WHERE name = 'contractor_observations')
		    THEN (SELECT count(*) FROM contractor_observations) END
	UNION ALL
	SELECT 3, 'actions', 'contractor_actions', NULL, NULL,
	       CASE WHEN (SELECT small FROM tables WHERE name = 'contractor_actions')
		    THEN (SELECT count(*) FROM contractor_actions) END
	UNION ALL
	SELECT 3 + s.place, 'patterns_' || s.status, NULL, NULL, NULL,
	       (SELECT count(*) FROM business_growth_patterns p WHERE p.status = s.status)
	FROM (VALUES (1, 'active'), (2, 'downgraded'), (3, 'removed')) AS s(place, status)
	UNION ALL
	SELECT 7, 'matched_contractors', 'contractor_pattern_matches', 'match_rank', '1',
	       CASE WHEN (SELECT small FROM tables WHERE name = 'contractor_pattern_matches')
		    THEN (SELECT count(*) FROM contractor_pattern_matches WHERE match_rank = 1) END
	UNION ALL
	SELECT 7 + s.place, 'goals_' || s.status, 'ai_concierge_goals', 'status', s.status,
	       CASE WHEN (SELECT small FROM tables WHERE name = 'ai_concierge_goals')
		    THEN (SELECT count(*) FROM ai_concierge_goals g WHERE g.status = s.status) END
	FROM (VALUES (1, 'active'), (2, 'completed'), (3, 'abandoned'), (4, 'blocked')) AS s(place, status)
	UNION ALL
	SELECT 12, 'closed_without_pattern', NULL, NULL, NULL,
	       CASE WHEN (SELECT small FROM tables WHERE name = 'ai_concierge_goals')
		    THEN (SELECT count(*) FROM ai_concierge_goals
			  WHERE pattern_id IS NULL AND status IN ('completed', 'abandoned')) END
	UNION ALL
	SELECT 13, 'tracked', 'pattern_success_tracking', NULL, NULL,
	       CASE WHEN (SELECT small FROM tables WHERE name = 'pattern_success_tracking')
		    THEN (SELECT count(*) FROM pattern_success_tracking) END
	UNION ALL
	SELECT 14, 'votes', 'pattern_votes', NULL, NULL,
	       CASE WHEN (SELECT small FROM tables WHERE name = 'pattern_votes') THEN (SELECT count(*) FROM pattern_votes) END
)
SELECT c.what,
       coalesce(c.number, (t.estimate * CASE WHEN c.attribute IS NULL THEN 1 ELSE coalesce(s.share, 0) END)::bigint) AS number,
       c.number IS NULL AS estimated
FROM counted c
LEFT JOIN tables t ON t.name = c.name
LEFT JOIN shares s ON s.name = c.name AND s.attribute = c.attribute AND s.value = c.value
ORDER BY c.place;
