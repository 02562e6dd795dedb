-- Who was ever in a tier: a recalculation of one transition reads only their histories.
CREATE INDEX idx_observations_tier ON contractor_observations (revenue_tier, contractor_id);
