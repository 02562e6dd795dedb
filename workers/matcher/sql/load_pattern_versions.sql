-- What the library must hold: a removed pattern leaves it, so its last version is no reason to worry.
SELECT pattern_key AS key, version FROM business_growth_patterns WHERE status <> 'removed';
