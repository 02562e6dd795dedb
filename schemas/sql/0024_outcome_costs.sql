-- What an outcome costs: fewer indexes, and rows that find room beside the old ones.

-- A goal's tracking row is found by the goal's number, which is unique as its UUID is: one index does for both, for the foreign key, too.
DROP INDEX idx_tracking_goal;
CREATE UNIQUE INDEX idx_tracking_goal ON pattern_success_tracking (goal_id);
ALTER TABLE pattern_success_tracking DROP CONSTRAINT pattern_success_tracking_goal_uuid_key;

-- A correction changes nothing that an index has: with room in its page it writes to none. Pages that are there stay as they are until
-- they are vacuumed and written to again.
ALTER TABLE pattern_success_tracking SET (fillfactor = 90);

-- An item goes with its goal, and that with its contractor: to look him up for each item once more says nothing new.
ALTER TABLE ai_concierge_checklist_items DROP CONSTRAINT ai_concierge_checklist_items_contractor_id_fkey;
