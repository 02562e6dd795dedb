-- What follows CREATE DATABASE and a name, to make another one as this: its encoding, locale and tablespace, which cannot be changed later, and
-- its owner. What this role may not give is left out. Some columns are not in every version of Postgres, so they are read as JSON.
SELECT concat(
		' TEMPLATE template0 ENCODING ', quote_literal(pg_encoding_to_char(d.encoding)),
		' LC_COLLATE ', quote_literal(d.datcollate),
		' LC_CTYPE ', quote_literal(d.datctype),
		CASE j.known->>'datlocprovider'
			WHEN 'c' THEN ' LOCALE_PROVIDER libc'
			WHEN 'i' THEN ' LOCALE_PROVIDER icu ICU_LOCALE ' || quote_literal(j.locale)
			WHEN 'b' THEN ' LOCALE_PROVIDER builtin BUILTIN_LOCALE ' || quote_literal(j.locale)
		END,
		' ICU_RULES ' || quote_literal(j.known->>'daticurules'),
		(SELECT ' TABLESPACE ' || quote_ident(t.spcname) FROM pg_tablespace t
			WHERE t.oid = d.dattablespace AND has_tablespace_privilege(t.oid, 'CREATE')),
		(SELECT ' OWNER ' || quote_ident(o.rolname) FROM pg_roles o
			WHERE o.oid = d.datdba AND pg_has_role(o.oid, 'USAGE')
				AND pg_has_role(o.oid, CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END)))
		AS name
FROM pg_database d, LATERAL (SELECT to_jsonb(d), coalesce(to_jsonb(d)->>'datlocale', to_jsonb(d)->>'daticulocale')) AS j (known, locale)
WHERE d.datname = current_database();
