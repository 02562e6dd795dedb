-- Who comes back after an erasure may be there again before a worker has read of it, which then meets messages of before with rows of after:
-- it deletes what it has made of them. Until now the foreign keys did, and they cannot tell the two lives apart.

GRANT DELETE ON ai_concierge_goals TO growth_goal_enricher;
GRANT DELETE ON pattern_success_tracking TO growth_success_tracker;
