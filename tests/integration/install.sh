#!/usr/bin/env bash
# What is installed works from where it is installed: cmake --install under a prefix, and the Debian package unpacked elsewhere.
#
# Both are made from the build that the tests run. That it is not the one that is delivered changes nothing here but its size.
# shellcheck source=tests/support/pipeline.bash
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"

build=$(dirname "$GROWTH_BIN")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
PAGES=(man1/growthctl.1.gz man1/cohort-analyzer.1.gz man1/matcher.1.gz man1/goal-enricher.1.gz man1/success-tracker.1.gz man5/growth.conf.5.gz)

# works ROOT: the tree of an installation, as far as it goes without being at its place
works()
{
	local root=$1 name page

	for name in growthctl "${WORKERS[@]}"; do
		check "$name runs" bash -c "'$root/bin/$name' --version | grep -q '^$name '"
		check "has a sample configuration, which it reads" "$root/bin/$name" --config "$root/share/doc/growth-patterns/examples/$name.conf" \
			--print-config >/dev/null
	done
	for page in "${PAGES[@]}"; do
		check "the page $page can be shown" bash -c "gzip -dc '$root/share/man/$page' | grep -q '^\.TH '"
		if command -v man >/dev/null; then
			man -P cat -l "$root/share/man/$page" 2>&1 | grep -q 'Growth patterns' || fail "man -l $page"
		fi
	done
	# shellcheck disable=SC2016
	check "bash finds the completion of each" bash -c 'for name in growthctl cohort-analyzer matcher goal-enricher success-tracker; do
		. "$1/share/bash-completion/completions/$name" && complete -p "$name" >/dev/null || exit 1; done' - "$root"
	check "and zsh" [ -s "$root/share/zsh/vendor-completions/_growthctl" ]
	check "what is linked is listed" jq -e '[.components[].name] | index("librdkafka1") and index("libpq5")' \
		"$root/share/doc/growth-patterns/growth-patterns.cdx.json" >/dev/null
	check "the schemas of the events are there" \
		diff -r "$GROWTH_SOURCE/schemas/events" "$root/share/growth-patterns/events"
}

# migrates ROOT: with the files that are installed there, wherever that is
migrates()
{
	local database=test_install_${2}_$$ sql=$1/share/growth-patterns/sql last

	last=$(find "$sql" -name '*.sql' -printf '%f\n' | sort | tail -n 1)
	createdb -U postgres "$database"
	echo 'CREATE TABLE from_the_installed_folder ();' >"$sql/9999_installed.sql"
	# A number left out is refused, and the refusal shows which folder was read.
	PGUSER=postgres "$1/bin/growthctl" migrate --set postgres.conninfo="$pipeline_conninfo dbname=$database" >"$scratch/said" 2>&1 &&
		fail "a folder with a hole was applied"
	check "migrate reads its own folder" grep -q 9999 "$scratch/said"
	rm "$sql/9999_installed.sql"
	check "and applies it" env PGUSER=postgres "$1/bin/growthctl" migrate --set postgres.conninfo="$pipeline_conninfo dbname=$database" 2>/dev/null
	check "to the end" [ "$(psql -U postgres -d "$database" -XAtqc "SELECT count(*) FROM growth_migrations WHERE name || '.sql' = '$last'")" = 1 ]
}

# ---- cmake --install ----

cmake --install "$build" --prefix "$scratch/prefix" >"$scratch/log" || { cat "$scratch/log" >&2; fail "cmake --install"; }
works "$scratch/prefix"
migrates "$scratch/prefix" prefix
check "under a prefix the configuration is there, too" [ -s "$scratch/prefix/etc/growth/growth.conf" ]

# ---- the package ----

if ! command -v dpkg-deb >/dev/null; then
	echo "ok: no dpkg here, no package"
	exit
fi
(cd "$build" && cpack -B "$scratch/package") >"$scratch/log" 2>&1 || { cat "$scratch/log" >&2; fail "cpack"; }
package=$(echo "$scratch"/package/growth-patterns_*.deb)
check "a package is made" [ -s "$package" ]
dpkg-deb -x "$package" "$scratch/root"
dpkg-deb -e "$package" "$scratch/control"
works "$scratch/root/usr"
migrates "$scratch/root/usr" package
check "its configuration belongs to the administrator" [ "$(cat "$scratch/control/conffiles")" = /etc/growth/growth.conf ]
check "and is there" [ -s "$scratch/root/etc/growth/growth.conf" ]
check "nothing is set in it yet" diff <(env -i "$scratch/root/usr/bin/growthctl" --config "$scratch/root/etc/growth/growth.conf" --print-config) \
	<(env -i "$scratch/root/usr/bin/growthctl" --print-config)
for library in librdkafka1 libpq5 libjson-c5 libconfig9 libmicrohttpd12 libnettle8 liblz4-1; do
	check "it depends on $library" grep -Eq "^Depends:.* $library( |,|$)" "$scratch/control/control"
done
if command -v lintian >/dev/null; then
	# The maintainer's address is a placeholder; what the tests build is not stripped of sanitizers; growth.target is our own.
	lintian --suppress-tags systemd-service-file-refers-to-unusual-wantedby-target,bogus-mail-host,bogus-mail-host-in-debian-changelog,unstripped-binary-or-object,hardening-no-pie,hardening-no-fortify-functions \
		--fail-on error,warning "$package" >"$scratch/log" 2>&1 || { cat "$scratch/log" >&2; fail "lintian"; }
	echo "ok: lintian has nothing to say"
fi
