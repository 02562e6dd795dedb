SELECT r.live_database, r.live_prefix, r.workers, r.own_votes, r.outputs, r.planned_at, r.finished_at FROM replay.runs r;
