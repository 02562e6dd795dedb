#!/usr/bin/env bash
# growthctl migrate: applies each file once, whoever runs it and how often; refuses what does not fit, and leaves no half.
# shellcheck source=tests/support/pipeline.bash
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
files=$scratch/sql
cp -r "$GROWTH_SOURCE/schemas/sql" "$files"
count=$(find "$files" -name '*.sql' | wc -l)
last=$(printf '%04d' "$count")
next=$(printf '%04d' $((count + 1)))

new_database()
{
	database=test_migrate_${1}_$$
	createdb -U postgres "$database"
	export GROWTH_POSTGRES_CONNINFO="$pipeline_conninfo dbname=$database"
}

# migrate WHAT STATUS [ARGS…]: what it says is in $scratch/said
migrate()
{
	local what=$1 wanted=$2 status=0

	shift 2
	growthctl migrate --set migrations.directory="$files" "$@" >"$scratch/out" 2>"$scratch/said" || status=$?
	[[ $status == "$wanted" ]] || { cat "$scratch/said" >&2; fail "$what: exit status $status instead of $wanted"; }
	echo "ok: $what"
}

applied()
{
	sql 'SELECT count(*) FROM growth_migrations'
}

new_database once
migrate "nothing is applied at first" 65 --status
check "asking changes nothing" [ "$(sql "SELECT to_regclass('growth_migrations') IS NULL")" = t ]
migrate "all are applied" 0
check "all are remembered" [ "$(applied)" = "$count" ]
check "each with the SHA-256 of its file" \
	[ "$(sql "SELECT checksum FROM growth_migrations WHERE version = 1")" = "$(sha256sum <"$files"/0001_*.sql | cut -d' ' -f1)" ]
migrate "a second time there is nothing to do" 0
check "it says so" grep -q 'nothing to do' "$scratch/said"
migrate "status is fine now" 0 --status --json
check "and readable for programs" [ "$(jq 'map(select(.applied_at != null)) | length' "$scratch/out")" = "$count" ]

new_database at_once
for i in 1 2 3; do
	growthctl migrate 2>"$scratch/said$i" &
done
for i in 1 2 3; do
	wait -n || { cat "$scratch"/said? >&2; fail "three at once"; }
done
check "three at once apply each file once" [ "$(applied)" = "$count" ]
check "the later ones found nothing to do" [ "$(cat "$scratch"/said? | grep -c 'nothing to do')" = 2 ]

echo 'CREATE TABLE half (id INTEGER); SELECT 1 / 0;' >"$files/${next}_broken.sql"
migrate "a file that fails" 65
check "is named" grep -q "${next}_broken: .*division by zero" "$scratch/said"
check "and leaves nothing" [ "$(sql "SELECT to_regclass('half') IS NULL")-$(applied)" = "t-$count" ]
echo 'CREATE TABLE whole (id INTEGER);' >"$files/${next}_broken.sql"
migrate "repaired, it is applied" 0

echo '-- a harmless comment' >>"$files/${next}_broken.sql"
migrate "an applied file that has changed is refused" 65
check "by name" grep -q "${next}_broken has changed since it was applied" "$scratch/said"
migrate "status finds it too" 65 --status
mv "$files/${next}_broken.sql" "$scratch/away"
migrate "an applied file that is gone is refused" 65
check "by name" grep -q "${next}_broken is applied, but not in the folder" "$scratch/said"
mv "$scratch/away" "$files/$(printf '%04d' $((count + 2)))_far.sql"
migrate "a number left out is refused" 65
check "by name" grep -q "number $next is missing" "$scratch/said"
mv "$files"/*_far.sql "$files/${last}_twin.sql"
migrate "a number that occurs twice is refused" 65
mv "$files/${last}_twin.sql" "$files/notes.sql"
migrate "a file with another name is refused" 65
rm "$files/notes.sql"

new_database forbidden
psql -U postgres -XAtq -d "$database" -c 'CREATE ROLE growth_test_nobody LOGIN' 2>/dev/null || true
psql -U postgres -XAtq -d "$database" -c 'REVOKE CREATE ON SCHEMA public FROM PUBLIC'
migrate "a role that may not create is told so" 77 --set postgres.conninfo="$GROWTH_POSTGRES_CONNINFO user=growth_test_nobody"
check "by Postgres's words" grep -q 'permission denied' "$scratch/said"
migrate "a folder that is not there" 78 --set migrations.directory="$scratch/nowhere"
migrate "a server that is not there" 69 --set postgres.conninfo="host=$scratch dbname=growth"
