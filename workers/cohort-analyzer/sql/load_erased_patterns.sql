SELECT p.pattern_key FROM erased_patterns p ORDER BY p.pattern_key COLLATE "C";
