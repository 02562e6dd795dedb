-- How many blocks the tables have. What is stored behind them later, no earlier snapshot sees.
SELECT pg_relation_size('contractor_observations') / current_setting('block_size')::bigint AS observations,
	pg_relation_size('contractor_actions') / current_setting('block_size')::bigint AS actions;
