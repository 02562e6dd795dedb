SELECT c.until FROM replay.cuts c ORDER BY c.step, c.place;
