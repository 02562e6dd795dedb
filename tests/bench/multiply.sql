-- A long history for goal-enricher, out of a short one: all that it and matcher know of contractors 1 to :contractors, :times times over for other
-- contractors. Then these are as before their first goal, so that the same events can come again.

SET session_replication_role = replica; -- foreign keys hold by construction

-- The rows of a table :times - 1 times more; `changed` says what is put in place of some columns, t.column and n.
CREATE FUNCTION pg_temp.multiply(target REGCLASS, times INT, changed JSONB) RETURNS VOID LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE (
		SELECT format('INSERT INTO %s (%s) SELECT %s FROM %s t CROSS JOIN generate_series(1, %s - 1) AS n', target,
			string_agg(quote_ident(attname), ', ' ORDER BY attnum),
			string_agg(coalesce(changed ->> attname, 't.' || quote_ident(attname)), ', ' ORDER BY attnum), target, times)
		FROM pg_attribute
		WHERE attrelid = target AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
	);
END
$$;

SELECT max(id) + 1 AS goals FROM ai_concierge_goals \gset
SELECT max(id) + 1 AS items FROM ai_concierge_checklist_items \gset
SELECT max(id) + 1 AS matches FROM contractor_pattern_matches \gset
SELECT format('t.contractor_id + n * %s', :contractors) AS contractor \gset

SELECT pg_temp.multiply('contractors', :times, jsonb_build_object('id', format('t.id + n * %s', :contractors)));
SELECT pg_temp.multiply('contractor_pattern_matches', :times, jsonb_build_object('contractor_id', :'contractor',
	'id', format('t.id + n * %s', :matches)));
SELECT pg_temp.multiply('ai_concierge_goals', :times, jsonb_build_object('contractor_id', :'contractor',
	'id', format('t.id + n * %s', :goals), 'goal_uuid', 'gen_random_uuid()'));
SELECT pg_temp.multiply('ai_concierge_checklist_items', :times, jsonb_build_object('contractor_id', :'contractor',
	'id', format('t.id + n * %s', :items), 'goal_id', format('t.goal_id + n * %s', :goals)));
SELECT pg_temp.multiply('goal_enricher.matched_contractors', :times, jsonb_build_object('contractor_id', :'contractor'));
SELECT pg_temp.multiply('goal_enricher.recommendations', :times, jsonb_build_object('contractor_id', :'contractor'));

SELECT setval(pg_get_serial_sequence('ai_concierge_goals', 'id'), :times * :goals),
	setval(pg_get_serial_sequence('ai_concierge_checklist_items', 'id'), :times * :items),
	setval(pg_get_serial_sequence('contractor_pattern_matches', 'id'), :times * :matches);

DELETE FROM ai_concierge_checklist_items WHERE contractor_id <= :contractors;
DELETE FROM ai_concierge_goals WHERE contractor_id <= :contractors;
DELETE FROM goal_enricher.recommendations WHERE contractor_id <= :contractors;
DELETE FROM goal_enricher.matched_contractors WHERE contractor_id <= :contractors;
UPDATE contractor_pattern_matches SET goals_generated = 0, checklist_items_generated = 0 WHERE contractor_id <= :contractors;
