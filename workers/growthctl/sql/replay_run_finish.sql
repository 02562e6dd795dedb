UPDATE replay.runs SET finished_at = now() WHERE finished_at IS NULL;
