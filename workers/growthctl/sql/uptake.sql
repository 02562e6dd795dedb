-- $1 text, $2 int, $3 timestamptz  a pattern (NULL: all), days, as of when (NULL: now). One JSON text.
SELECT coalesce(json_agg(u), '[]')::text AS json
FROM growth_v1.pattern_uptake($1::text, make_interval(days => $2::int), coalesce($3::timestamptz, now())) u;
