# shellcheck shell=bash
# One private Postgres in $dir/postgres: data/, postgres.log, and port, which is chosen once.
# Every function expects $dir; the paths are the same for every later start, so data and port are.

# Postgres refuses to run as root; Debian's package brings this user.
readonly postgres_user=postgres
# What a Unix socket's address has room for, in bytes.
readonly socket_path_max=107

as_postgres_user()
{
	if (( EUID == 0 )); then
		runuser -u "$postgres_user" -- "$@"
	else
		"$@"
	fi
}

# The newest one that is installed.
postgres_bin()
{
	local bin

	bin=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
	if [[ ! -x $bin/initdb ]]; then
		say "no Postgres server is installed; deploy/dev/packages installs it"
		return 1
	fi
	echo "$bin"
}

postgres_control()
{
	as_postgres_user "$(postgres_bin)/pg_ctl" --silent --pgdata "$dir/postgres/data" "$@"
}

# The folder for the socket, or nothing where the socket's path would be too long.
postgres_sockets()
{
	local folder=$dir/postgres

	if (( ${#folder} + ${#:-/.s.PGSQL.12345} <= socket_path_max )); then
		echo "$folder"
	fi
}

# What to give to a client as its host. TLS is for TCP alone.
postgres_host()
{
	local sockets=

	if ! secured; then
		sockets=$(postgres_sockets)
	fi
	echo "${sockets:-127.0.0.1}"
}

postgres_pid()
{
	head -n 1 "$dir/postgres/data/postmaster.pid" 2>/dev/null
}

postgres_running()
{
	local pid

	pid=$(postgres_pid) && process_is "$pid" "$dir/postgres/data"
}

# postgres_query DATABASE STATEMENT...
postgres_query()
{
	local settings=() statements=() statement

	if secured; then
		mapfile -t settings < <(security_libpq)
	fi
	for statement in "${@:2}"; do
		statements+=(--command "$statement")
	done
	env "${settings[@]}" "$(postgres_bin)/psql" --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 \
		--host "$(postgres_host)" --port "$(<"$dir/postgres/port")" \
		--username postgres --dbname "$1" "${statements[@]}"
}

postgres_show_log()
{
	say "the end of Postgres's log:"
	tail -n 30 "$dir/postgres/postgres.log" >&2 || true
}

postgres_write_settings()
{
	local template=$here/postgres/postgresql.conf.in

	sed -e "s|@PORT@|$1|" -e "s|@SOCKETS@|$(postgres_sockets)|" "$template" \
		>"$dir/postgres/data/postgresql.conf"
	if secured; then
		cat "$here/postgres/secured.conf" >>"$dir/postgres/data/postgresql.conf"
	fi
	echo "$1" >"$dir/postgres/port"
}

# Its user reads its own key only where nobody else may.
postgres_secure()
{
	local file data=$dir/postgres/data

	for file in postgres{,-expired}.{crt,key}; do
		as_postgres_user tee "$data/$file" <"$dir/security/$file" >/dev/null
		as_postgres_user chmod 0600 "$data/$file"
	done
	echo "hostssl all all 127.0.0.1/32 scram-sha-256" >"$data/pg_hba.conf"
}

# The roles of the product, which its migrations would make without passwords.
postgres_create_accounts()
{
	local account statements=()

	for account in "$dir"/security/postgres/growth_*; do
		statements+=("CREATE ROLE ${account##*/} LOGIN PASSWORD '$(<"$account")'")
	done
	postgres_query growth "${statements[@]}"
}

postgres_make_folder()
{
	local auth=(--auth trust)

	mkdir -m 0700 "$dir/postgres"
	if (( EUID == 0 )); then
		chown "$postgres_user" "$dir/postgres"
	fi
	if ! as_postgres_user test -w "$dir/postgres"; then
		say "the user $postgres_user cannot reach $dir"
		return 1
	fi
	if secured; then
		auth=(--auth scram-sha-256 --pwfile "$dir/postgres/password")
		as_postgres_user tee "$dir/postgres/password" <"$dir/security/postgres/postgres" >/dev/null
	fi
	as_postgres_user "$(postgres_bin)/initdb" --pgdata "$dir/postgres/data" \
		--username postgres "${auth[@]}" --encoding UTF8 --locale C --no-sync \
		>"$dir/postgres/initdb.log" 2>&1 || { cat "$dir/postgres/initdb.log" >&2; return 1; }
	if secured; then
		rm "$dir/postgres/password"
		postgres_secure
	fi
}

# The first start: makes the data and finds a port.
postgres_create()
{
	local try

	postgres_make_folder || return
	for try in 1 2 3 4 5; do
		postgres_write_settings "$(free_port)"
		if postgres_launch; then
			postgres_query postgres 'CREATE DATABASE growth'
			if secured; then
				postgres_create_accounts
			fi
			return
		fi
		grep -qs 'Address already in use' "$dir/postgres/postgres.log" || break
		say "Postgres's port was taken ($try)"
		rm "$dir/postgres/postgres.log"
	done
	postgres_show_log
	return 1
}

# pg_ctl comes back when the server answers, or has failed.
postgres_launch()
(
	close_descriptors
	postgres_control --timeout 120 --log "$dir/postgres/postgres.log" start \
		</dev/null >/dev/null 2>&1
)

postgres_start()
{
	if postgres_running; then
		return
	fi
	# After a kill, what is left of the old server may need a moment to see that it is over.
	if ! wait_until 10 postgres_launch; then
		postgres_show_log
		return 1
	fi
}

# postgres_stop fast|immediate
postgres_stop()
{
	postgres_running || return 0
	postgres_resume
	postgres_control --timeout 15 --mode "$1" stop >/dev/null 2>&1 || postgres_kill
}

# As a machine that loses its power: the server and its backends at once, without a word.
postgres_kill()
{
	local pid all

	postgres_running || return 0
	pid=$(postgres_pid)
	mapfile -t all < <(descendants "$pid")
	kill -s KILL "$pid" "${all[@]}" 2>/dev/null || true
	for pid in "$pid" "${all[@]}"; do
		wait_until 10 process_gone "$pid"
	done
}

# First the server, which then starts no more of them.
postgres_pause()
{
	local pid all

	postgres_running || { say "postgres does not run"; return 1; }
	pid=$(postgres_pid)
	pause_processes "$pid"
	mapfile -t all < <(descendants "$pid")
	pause_processes "${all[@]}"
}

postgres_resume()
{
	local pid all

	postgres_running || { say "postgres does not run"; return 1; }
	pid=$(postgres_pid)
	mapfile -t all < <(descendants "$pid")
	kill -s CONT "${all[@]}" "$pid" 2>/dev/null || true
}

postgres_report()
{
	local pid=

	if postgres_running; then
		pid=$(postgres_pid)
	fi
	report_process postgres "$(<"$dir/postgres/port")" "$pid"
}
