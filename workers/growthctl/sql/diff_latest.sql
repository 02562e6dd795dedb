-- The time of the latest event that has left something, as JSON writes it.
SELECT to_jsonb(greatest(
	(SELECT max(occurred_at) FROM contractors), (SELECT max(occurred_at) FROM contractor_observations),
	(SELECT max(occurred_at) FROM contractor_actions), (SELECT max(occurred_at) FROM pattern_votes))) #>> '{}' AS latest;
