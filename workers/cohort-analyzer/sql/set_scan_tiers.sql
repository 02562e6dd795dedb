-- $1 text[]  the tiers whose contractors scan_observations_of_tiers.sql and scan_actions_of_tiers.sql read
-- Until the end of the transaction: a COPY has no parameters. These contractors are to be held in memory while the tables pass by.
SELECT set_config('growth.scan_tiers', $1::text[]::text, true) AS revenue_tier
WHERE set_config('work_mem', '64MB', true) IS NOT NULL;
