-- $1 text[]  the tiers whose contractors scan_candidates.sql looks for
-- Until the end of the transaction: a COPY has no parameters.
SELECT set_config('growth.scan_tiers', $1::text[]::text, true) AS revenue_tier;
