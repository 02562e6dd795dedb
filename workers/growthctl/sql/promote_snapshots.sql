-- $1 bigint  offset after the last version in the pattern topic: what comes next was matched with patterns up to there, or later.
UPDATE goal_enricher.matched_contractors
SET snapshot = $1::bigint, message = jsonb_set(message, '{snapshot}', to_jsonb($1::bigint))
WHERE snapshot IS NOT NULL;
