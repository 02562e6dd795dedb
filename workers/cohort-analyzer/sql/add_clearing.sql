-- $1 text, $2 text, $3 timestamptz, $4 text  what is to be cleared because of a request
INSERT INTO clearings (event_id, snapshot, as_of, tier) VALUES ($1, $2::text::pg_snapshot, $3, $4);
