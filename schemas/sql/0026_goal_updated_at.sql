-- When a goal was changed last follows from what it is: its version's time, the last action that counts, its end. It used to remember more, a
-- step that it had between two versions, and so depended on which messages came in one batch.
UPDATE ai_concierge_goals
SET updated_at = greatest(occurred_at, last_action_at, completed_at)
WHERE updated_at <> greatest(occurred_at, last_action_at, completed_at);
