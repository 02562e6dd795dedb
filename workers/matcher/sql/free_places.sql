-- $1 int[]  what hold_places put in
DELETE FROM contractors WHERE id = ANY ($1::int[]) AND event_id = '';
