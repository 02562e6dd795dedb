-- $1 text, $2 text  databases. No row, or what cannot be changed of a database, of either, because it differs.
WITH known AS (
	SELECT d.datname, concat_ws(', ', 'encoding ' || pg_encoding_to_char(d.encoding), 'LC_COLLATE ' || d.datcollate, 'LC_CTYPE ' || d.datctype,
			'provider ' || nullif(to_jsonb(d)->>'datlocprovider', 'c'), 'locale ' || (to_jsonb(d)->>'datlocale'),
			'locale ' || (to_jsonb(d)->>'daticulocale'), 'rules ' || (to_jsonb(d)->>'daticurules')) AS locale
	FROM pg_database d
)
SELECT a.locale AS first, b.locale AS second
FROM known a, known b
WHERE a.datname = $1 AND b.datname = $2 AND a.locale <> b.locale;
