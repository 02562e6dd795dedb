-- When a goal was completed is what the earliest completion says; what is told of it later corrects the rest. Who completed a goal and
-- did not rate it is reminded, by the instance that owns the partition which started the goal's row.
ALTER TABLE pattern_success_tracking
	ADD COLUMN first_completed_at TIMESTAMPTZ,
	ADD COLUMN published_at TIMESTAMPTZ, -- the last outcome.recorded's occurred_at: the next one's is later
	ADD COLUMN kafka_partition INTEGER NOT NULL DEFAULT 0, -- of goal.enriched
	ADD COLUMN reminders INTEGER NOT NULL DEFAULT 0;       -- the number of the last one
UPDATE pattern_success_tracking SET first_completed_at = outcome_at WHERE outcome = 'completed';

-- Whom to remind: as many entries are read as reminders are due.
CREATE INDEX idx_tracking_unrated ON pattern_success_tracking (kafka_partition, reminders, first_completed_at)
	WHERE outcome = 'completed' AND contractor_satisfaction IS NULL;
