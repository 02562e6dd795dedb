INSERT INTO replay.runs (live_database, live_prefix, workers, own_votes, outputs) VALUES ($1, $2, $3, $4, $5);
