-- $1 text, $2 text  databases. The statements that give the second one what belongs to the database itself and not to what is in it, as the first
-- has it: owner, limit of connections, rights, settings (of roles, too). None for what is equal. In this order: rights follow the owner.
WITH pair AS (
	SELECT a.oid AS live, b.oid AS next, quote_ident(b.datname) AS name, a.datdba AS owner, b.datdba AS former, a.datconnlimit AS most,
		b.datconnlimit AS least, coalesce(a.datacl, acldefault('d', a.datdba)) AS rights, coalesce(b.datacl, acldefault('d', b.datdba)) AS given
	FROM pg_database a, pg_database b
	WHERE a.datname = $1 AND b.datname = $2
), rights AS (
	SELECT grantee, privilege_type AS what, bool_or(wanted) AS wanted, bool_or(NOT wanted) AS given,
		bool_or(wanted AND is_grantable) AS option_wanted, bool_or(NOT wanted AND is_grantable) AS option_given
	FROM (
		SELECT true AS wanted, r.grantee, r.privilege_type, r.is_grantable FROM pair p, aclexplode(p.rights) r
		UNION ALL
		-- what its owner has goes to the new one with the ownership
		SELECT false, CASE r.grantee WHEN p.former THEN p.owner ELSE r.grantee END, r.privilege_type, r.is_grantable
		FROM pair p, aclexplode(p.given) r) AS both_have
	GROUP BY grantee, privilege_type
), settings AS (
	SELECT s.setdatabase, s.setrole, split_part(item, '=', 1) AS name, substr(item, strpos(item, '=') + 1) AS value
	FROM pg_db_role_setting s, unnest(s.setconfig) AS item
), changes AS (
	SELECT coalesce(wanted.setrole, given.setrole) AS setrole, coalesce(wanted.name, given.name) AS name, wanted.value
	FROM (SELECT s.* FROM settings s, pair p WHERE s.setdatabase = p.live) AS wanted
	FULL JOIN (SELECT s.* FROM settings s, pair p WHERE s.setdatabase = p.next) AS given USING (setrole, name)
	WHERE wanted.value IS DISTINCT FROM given.value
)
SELECT change AS name
FROM (
	SELECT 1, format('ALTER DATABASE %s OWNER TO %I', p.name, pg_get_userbyid(p.owner)) FROM pair p WHERE p.owner <> p.former
	UNION ALL
	SELECT 2, format('ALTER DATABASE %s CONNECTION LIMIT %s', p.name, p.most) FROM pair p WHERE p.most <> p.least
	UNION ALL
	SELECT CASE WHEN r.wanted THEN 4 ELSE 3 END,
		CASE WHEN NOT r.wanted THEN format('REVOKE %s ON DATABASE %s FROM %s', r.what, p.name, role)
			WHEN r.option_wanted THEN format('GRANT %s ON DATABASE %s TO %s WITH GRANT OPTION', r.what, p.name, role)
			WHEN r.option_given THEN format('REVOKE GRANT OPTION FOR %s ON DATABASE %s FROM %s', r.what, p.name, role)
			ELSE format('GRANT %s ON DATABASE %s TO %s', r.what, p.name, role)
		END
	FROM pair p, rights r, LATERAL (SELECT CASE r.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(r.grantee)) END) AS q (role)
	WHERE r.wanted <> r.given OR r.option_wanted <> r.option_given
	UNION ALL
	SELECT 5, concat(CASE c.setrole WHEN 0 THEN format('ALTER DATABASE %s', p.name)
				ELSE format('ALTER ROLE %I IN DATABASE %s', pg_get_userbyid(c.setrole), p.name) END,
			CASE WHEN c.value IS NULL THEN format(' RESET %I', c.name)
				-- a list, whose members are stored quoted; as one text it would be one member
				WHEN c.name IN ('local_preload_libraries', 'search_path', 'session_preload_libraries', 'temp_tablespaces')
				THEN format(' SET %I TO %s', c.name, coalesce(
					(SELECT string_agg(quote_literal(coalesce(replace(m[1], '""', '"'), m[2])), ', ')
						FROM regexp_matches(c.value, '"((?:[^"]|"")*)"|([^",[:space:]]+)', 'g') m), ''''''))
				ELSE format(' SET %I TO %L', c.name, c.value) END)
	FROM pair p, changes c) AS found (place, change)
ORDER BY place, change;
