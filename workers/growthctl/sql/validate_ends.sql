-- When the history and the outcomes of goals end: NULL without any.
SELECT greatest((SELECT max(heard_until) FROM contractor_observations), (SELECT max(occurred_at) FROM contractor_actions))
		AS history,
	(SELECT max(occurred_at) FROM pattern_votes) AS votes;
