-- $1 text[]  the tiers whose contractors scan_observations_of_tiers.sql and scan_actions_of_tiers.sql read
-- Until the end of the transaction: a COPY has no parameters.
SELECT set_config('growth.scan_tiers', $1::text[]::text, true) AS revenue_tier;
