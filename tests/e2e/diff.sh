#!/usr/bin/env bash
# A replay equals live: nothing differs that is not explained. What is then changed by hand in live is found and named, a promotion
# repairs it, the workers go on where live was, and undo brings the former live back.
# shellcheck source=tests/support/pipeline.bash
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"
# shellcheck source=tests/support/goals.bash
. "$GROWTH_SOURCE/tests/support/goals.bash"
needs_crash_points

contractors=${CONTRACTORS:-300}
shadow=copy

# diff STATUS ARGS…: stdout in out, stderr in said
diff_of()
{
	local wanted=$1 code=0

	shift
	growthctl diff live "$shadow" "$@" >"$pipeline_dir/out" 2>"$pipeline_dir/said" || code=$?
	[[ $code == "$wanted" ]] ||
		{ tail -n 80 "$pipeline_dir/out" "$pipeline_dir/said" >&2; fail "diff $*: exit status $code instead of $wanted"; }
}

# tells TEXT: in what diff has written
tells()
{
	grep -qF -- "$1" "$pipeline_dir/out" || { cat "$pipeline_dir/out" >&2; fail "diff does not tell '$1'"; }
}

growthctl_positions_fit()
{
	local worker

	for worker in "${WORKERS[@]}"; do
		growthctl positions "$worker" >"$pipeline_dir/positions.log" 2>&1 || return 1
	done
}

# made_as DATABASE: what cannot be changed of it, and its owner
made_as()
{
	psql -U postgres -d postgres -XAtqc "SELECT pg_encoding_to_char(encoding), datcollate, datctype, datlocprovider, pg_get_userbyid(datdba)
		FROM pg_database WHERE datname = '$1'"
}

# belongs_to DATABASE: what else is of it and not in it
belongs_to()
{
	psql -U postgres -d postgres -XAtq <<-SQL
		SELECT datconnlimit FROM pg_database WHERE datname = '$1';
		SELECT CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END, privilege_type, is_grantable
		FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) WHERE datname = '$1' ORDER BY 1, 2;
		SELECT setrole, setting FROM pg_database d JOIN pg_db_role_setting ON setdatabase = d.oid, unnest(setconfig) AS setting
		WHERE datname = '$1' ORDER BY 1, 2;
	SQL
}

# ---- live: a history, outcomes and an erasure ----

pipeline_new diff
# Not as a new one would be.
dropdb -U postgres "$database"
createdb -U postgres -T template0 --lc-ctype=C.UTF-8 "$database"
growthctl migrate >/dev/null 2>"$pipeline_dir/migrate.log"
psql -U postgres -d postgres -qc "ALTER DATABASE $database OWNER TO growth_operator"
growthctl simulate --contractors "$contractors" --seed 11 --outcomes >"$pipeline_dir/history"
start_workers
emit "$pipeline_dir/history"
wait_settled
recalculate 2024-06-30T00:00:00Z
wait_settled
printf '{"topic":"contractor.updated","key":"7","id":"gone","value":null}\n' >"$pipeline_dir/erasure"
emit "$pipeline_dir/erasure"
wait_settled
stop_workers
growthctl replay "$shadow" --rate 0 --logs "$pipeline_dir" --execute 2>"$pipeline_dir/replay.log" || fail "replay: $(tail -n 5 "$pipeline_dir/replay.log")"

check "the shadow's database is made as live's" [ "$(made_as "${database}_shadow_$shadow")" = "$(made_as "$database")" ]

# ---- nothing differs ----

diff_of 0
tells '0 rows are not equal, 0 of them unexplained'
check "patterns, matches, goals and votes are compared" \
	[ "$(awk '/^public.business_growth_patterns|^public.contractor_pattern_matches|^public.ai_concierge_goals|^public.pattern_votes/ && $2 > 0 && $2 == $4' "$pipeline_dir/out" | wc -l)" = 4 ]
diff_of 0 --json
check "the same as JSON" [ "$(jq -c '[.unexplained, (.differences | length), .left.pending, .right.pending, .not_fed]' "$pipeline_dir/out")" = '[0,0,[],[],0]' ]

# ---- what live has handled since ----

event contractor.updated 900002 2025-01-01T00:00:00Z '"revenue_tier":"300_plus_million"' >"$pipeline_dir/since"
start_workers
emit "$pipeline_dir/since"
wait_settled
stop_workers
diff_of 0
tells 'Live has handled up to 1 offsets that the shadow was not fed'
tells 'public.contractors contractor_id=900002: only in live  (live has handled events about this contractor that the shadow was not fed)'

# ---- what was changed by hand in live ----

pattern=$(sql "SELECT pattern_key FROM business_growth_patterns WHERE status = 'active' ORDER BY sample_size DESC, 1 LIMIT 1")
match=$(sql "SELECT m.contractor_id || ' ' || p.pattern_key FROM contractor_pattern_matches m
	JOIN business_growth_patterns p ON p.id = m.pattern_id WHERE match_rank = 1 ORDER BY 1 LIMIT 1")
goal=$(sql "SELECT goal_uuid FROM ai_concierge_goals g JOIN business_growth_patterns p ON p.id = g.pattern_id AND p.version = g.pattern_version WHERE g.status = 'active'
	AND NOT EXISTS (SELECT FROM pattern_success_tracking t WHERE t.goal_id = g.id AND outcome <> 'open') ORDER BY 1 LIMIT 1")
scored=$(sql "SELECT s.contractor_id FROM partner_scores s JOIN contractors c ON c.id = s.contractor_id
	WHERE jsonb_array_length(recommended) > 0 ORDER BY 1 LIMIT 1")
closed=$(sql "SELECT goal_uuid FROM ai_concierge_goals WHERE status = 'completed' ORDER BY 1 LIMIT 1")
sql "UPDATE business_growth_patterns SET sample_size = sample_size + 1,
		common_milestones = jsonb_set(common_milestones, '{0,usage_rate}', '0.99') WHERE pattern_key = '$pattern';
	UPDATE contractor_pattern_matches m SET score = 0.123 FROM business_growth_patterns p
		WHERE p.id = m.pattern_id AND m.contractor_id || ' ' || p.pattern_key = '$match';
	DELETE FROM ai_concierge_goals WHERE goal_uuid = '$goal';
	UPDATE ai_concierge_goals SET goal_description = 'as it was told then' WHERE goal_uuid = '$closed';
	UPDATE goal_enricher.matched_contractors SET message = jsonb_set(message, '{matches,0,match_score}', '0.01')
		WHERE contractor_id = ${match% *};
	UPDATE partner_scores SET recommended = '[]' WHERE contractor_id = $scored;
	INSERT INTO contractor_actions VALUES (1, '2024-01-01Z', 'by-hand', 'book', 'b', NULL, 3)"
diff_of 1
tells "public.business_growth_patterns pattern_key=$pattern"
tells '  common_milestones[0].usage_rate: 0.99 | '
tells '  sample_size: '
tells "public.contractor_pattern_matches contractor_id=${match% *} pattern_key=${match#* }"
tells '  score: 0.123 | '
tells "public.ai_concierge_goals goal_uuid=$goal: only in $shadow"
tells "public.contractor_actions contractor_id=1 occurred_at=2024-01-01T00:00:00+00:00 event_id=by-hand: only in live"
tells '"as it was told then" | '
diff_of 1 --json --limit 0
check "just that is unexplained" [ "$(jq -r '[.differences[] | select(.unexplained) | .table] | unique | join(" ")' "$pipeline_dir/out")" = \
	"goal_enricher.matched_contractors public.ai_concierge_checklist_items public.ai_concierge_goals public.business_growth_patterns public.contractor_actions public.contractor_pattern_matches public.partner_scores public.pattern_success_tracking" ]
check "a closed goal is what its topic tells" [ "$(jq "[.differences[] | select(.key.goal_uuid == \"$closed\") | .unexplained]" -c "$pipeline_dir/out")" = '[true]' ]
check "--limit 0 tells what is counted" [ "$(jq '[.tables[] | .explained + .unexplained] | add' "$pipeline_dir/out")" = "$(jq '.differences | length' "$pipeline_dir/out")" ]
growthctl diff live nothing >"$pipeline_dir/out" 2>&1 && fail "a shadow that is not there is compared"
tells "there is no shadow 'nothing' of $database; there are: ${database}_shadow_$shadow"

# ---- promotion ----

# promote STATUS ARGS…: stdout in out, stderr in said
promote()
{
	local wanted=$1 code=0

	shift
	growthctl promote "$@" >"$pipeline_dir/out" 2>"$pipeline_dir/said" || code=$?
	[[ $code == "$wanted" ]] ||
		{ tail -n 80 "$pipeline_dir/out" "$pipeline_dir/said" >&2; fail "promote $*: exit status $code instead of $wanted"; }
}

says()
{
	grep -qF -- "$1" "$pipeline_dir/said" || { cat "$pipeline_dir/out" "$pipeline_dir/said" >&2; fail "promote does not say '$1'"; }
}

of_pattern()
{
	sql "SELECT sample_size, version FROM business_growth_patterns WHERE pattern_key = '$pattern'"
}

by_hand=$(of_pattern)
psql -U postgres -d postgres -q <<-SQL
	ALTER DATABASE $database OWNER TO growth_matcher;
	ALTER DATABASE $database CONNECTION LIMIT 90;
	REVOKE CONNECT ON DATABASE $database FROM PUBLIC;
	GRANT CONNECT ON DATABASE $database TO growth_cohort_analyzer, growth_goal_enricher, growth_success_tracker;
	GRANT TEMPORARY ON DATABASE $database TO growth_operator WITH GRANT OPTION;
	ALTER DATABASE $database SET work_mem = '5MB';
	ALTER DATABASE $database SET search_path = "\$user", public, "one, ""name";
	ALTER ROLE growth_matcher IN DATABASE $database SET work_mem = '6MB';
	ALTER DATABASE ${database}_shadow_$shadow SET work_mem = '7MB';
	ALTER DATABASE ${database}_shadow_$shadow SET default_statistics_target = 10;
	GRANT CREATE ON DATABASE ${database}_shadow_$shadow TO growth_matcher WITH GRANT OPTION;
SQL
belongs=$(belongs_to "$database")
start_worker matcher
has_joined()
{
	growthctl promote "$shadow" >"$pipeline_dir/out" 2>&1 || true
	grep -q 'run (consumer group' "$pipeline_dir/out"
}
wait_for "the matcher's group" has_joined
promote 75 "$shadow" --execute
says "1 instances of live's matcher run (consumer group ${pipeline_prefix}matcher)"
says "growth_matcher"
says 'nothing is changed'
stop_workers
psql -U postgres -d "$database" -XAtq -c 'SELECT pg_sleep(60)' >/dev/null 2>&1 &
reader=$!
is_connected()
{
	[ "$(psql -U postgres -d postgres -XAtq -c "SELECT count(*) FROM pg_stat_activity WHERE datname = '$database' AND application_name = 'psql'")" = 1 ]
}
wait_for "a session" is_connected
promote 75 "$shadow" --execute
says 'psql (role postgres'
psql -U postgres -d postgres -XAtq -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '$database' AND application_name = 'psql'" >/dev/null
wait "$reader" 2>/dev/null || true
promote 0 "$shadow"
says 'nothing is changed yet'
tells "$pattern: version "
check "without --execute nothing changes" [ "$(of_pattern)" = "$by_hand" ]
tells 'Up to 2 offsets that live has handled are handled again'
tells '1 contractors are told their matches anew, 1 their partners; 2 goals are told anew'
tells "  REVOKE CONNECT ON DATABASE ${database}_shadow_$shadow FROM PUBLIC"

# prepared COMMAND…: what happens when a promotion has prepared all, and has renamed nothing so far; its exit status is 75
prepared()
{
	local code=0

	PGUSER=postgres GROWTH_STOP_AT=promote.prepared:1 "$GROWTH_BIN/growthctl" promote "$shadow" --execute >"$pipeline_dir/out" 2>"$pipeline_dir/said" &
	promoting=$!
	wait_for "a prepared promotion" is_prepared
	"$@"
	kill -CONT "$promoting"
	wait "$promoting" || code=$?
	[[ $code == 75 ]] || { cat "$pipeline_dir/said" >&2; fail "overtaken by $1: exit status $code instead of 75"; }
}
is_prepared()
{
	[[ $(ps -o stat= -p "$promoting") == T* ]]
}
connect()
{
	psql -U postgres -d "$database" -XAtq -c 'SELECT pg_sleep(60)' >/dev/null 2>&1 &
	reader=$!
	wait_for "a session" is_connected
}
move()
{
	sql 'UPDATE matcher.positions SET epoch = epoch + 1'
}
prepared connect
says 'is being accessed by other users'
psql -U postgres -d postgres -XAtq -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '$database' AND application_name = 'psql'" >/dev/null
wait "$reader" 2>/dev/null || true
prepared move
says "a worker has moved live's positions meanwhile; all is as it was"
check "who comes in between changes nothing" [ "$(of_pattern)" = "$by_hand" ]
for point in promote.prepared promote.renaming; do
	GROWTH_CRASH_AT=$point:1 growthctl promote "$shadow" --execute >/dev/null 2>&1 && fail "$point was not reached"
	check "a death at $point changes nothing" [ "$(of_pattern)" = "$by_hand" ]
done
promote 0 "$shadow" --execute
former=$(psql -U postgres -d postgres -XAtq -c "SELECT datname FROM pg_database WHERE starts_with(datname, '${database}_former_')")
check "what belongs to the database itself is live's" [ "$(made_as "$database") $(belongs_to "$database")" = "$(made_as "$former") $belongs" ]
check "the workers wait for no version that readers do not have" \
	[ "$(sql 'SELECT DISTINCT snapshot FROM matcher.positions UNION SELECT DISTINCT snapshot FROM goal_enricher.positions')" = \
		"$(($(topic_dump pattern.recalculated '%o\n' | tail -n 1) + 1))" ]
check "the wrong number is gone, and the version is above both" \
	[ "$(of_pattern | cut -d '|' -f 1)|$(($(of_pattern | cut -d '|' -f 2) > ${by_hand#*|}))" = "$((${by_hand%|*} - 1))|1" ]
check "the goal is back" [ "$(sql "SELECT count(*) FROM ai_concierge_goals WHERE goal_uuid = '$goal'")" = 1 ]
check "the action is gone" [ "$(sql "SELECT count(*) FROM contractor_actions WHERE event_id = 'by-hand'")" = 0 ]
check "the former one is kept" [ "$(psql -U postgres -d "$former" -XAtq -c "SELECT count(*) FROM contractor_actions WHERE event_id = 'by-hand'")" = 1 ]

# ---- the workers go on ----

of_topic()
{
	topic_dump pattern.recalculated '%k\t%s\n' | grep -F "$pattern" | tail -n 1 | cut -f 2 | jq -r '"\(.sample_size)|\(.version)"'
}
start_workers
wait_settled
check "readers hold what is true" [ "$(of_topic)" = "$(of_pattern)" ]
told()
{
	topic_dump "$1" '%k\t%s\n' | grep "^$2	" | tail -n 1 | cut -f 2
}
check "and of whom they were told wrongly" [ "$(told contractor.matched "${match% *}" | jq '.matches[0].match_score')" = \
	"$(sql "SELECT score FROM contractor_pattern_matches WHERE contractor_id = ${match% *} AND match_rank = 1")" ]
check "also which partners to use" [ "$(told partner.recommended "$scored" | jq -cS '.partners')" = \
	"$(sql "SELECT recommended FROM partner_scores WHERE contractor_id = $scored" | jq -cS .)" ]
check "that was the promotion's word" [ "$(topic_dump contractor.matched '%k %h\n' | grep -c "^${match% *} .*ce_source=growthctl/promote")" = 1 ]
of_goal()
{
	topic_dump goal.enriched '%s\n' | grep -F "\"$1\"" | tail -n 1 | jq -r .goal_description
}
check "and what their goals say" [ "$(of_goal "$goal")|$(of_goal "$closed")" = \
	"$(sql "SELECT string_agg(goal_description, '|' ORDER BY goal_uuid = '$closed') FROM ai_concierge_goals WHERE goal_uuid IN ('$goal', '$closed')")" ]
check "just these goals were told by the promotion" [ "$(topic_dump goal.enriched '%h\n' | grep -c 'ce_source=growthctl/promote')" = 2 ]
check "nothing else was published of patterns" [ "$(topic_dump pattern.recalculated '%h\n' | grep -c 'ce_source=growthctl/promote')" = 1 ]
{
	event contractor.updated 1 2024-07-02T00:00:00Z '"revenue_tier":"5_10_million","team_size":31'
	event contractor.updated 900001 2024-07-02T00:00:00Z '"revenue_tier":"0_5_million"'
	event action.recorded 1 2024-07-02T00:00:00Z '"kind":"book","item":"later"'
} >"$pipeline_dir/later"
emit "$pipeline_dir/later"
wait_settled
later()
{
	sql "SELECT (SELECT count(*) FROM contractors WHERE id = 900001), (SELECT revenue_tier FROM contractors WHERE id = 1),
		(SELECT count(*) FROM contractor_actions WHERE item = 'later'), (SELECT count(*) FROM contractor_observations WHERE contractor_id = 900001)"
}
check "what comes is handled, once" [ "$(later)" = '1|5_10_million|1|1' ]
check "by all: each new contractor is told" [ "$(topic_dump contractor.matched '%k\n' | grep -c '^900001$')" = 1 ]
recalculate 2024-07-31T00:00:00Z recalculation-2
wait_settled
check "a recalculation goes on from there" [ "$(sql "SELECT count(*) FROM cohort_analyzer.recalculations WHERE finished")" = 2 ]
twice()
{
	local topic

	for topic in "${OUTPUTS[@]}"; do
		topic_dump "$topic" '%k %h\n' | sed -E 's/^([^ ]*) .*ce_id=([^,]*).*/\1 \2/' | LC_ALL=C sort | uniq -d | cut -d ' ' -f 1
	done | sort -u
}
check "nothing was told twice, but what live had told and the replay was not fed" [ "$(twice)" = 900002 ]
check "all positions fit" growthctl_positions_fit
stop_workers

# ---- and back ----

promote 0 --undo
tells "$former becomes $database"
promote 0 --undo --execute
check "the former live is back" [ "$(sql "SELECT count(*) FROM contractor_actions WHERE event_id = 'by-hand'")" = 1 ]
check "the shadow has its name again" [ "$(psql -U postgres -d "${database}_shadow_$shadow" -XAtq -c "SELECT count(*) FROM contractor_actions WHERE event_id = 'by-hand'")" = 0 ]
start_workers
wait_settled
check "what came meanwhile is handled by it" [ "$(later)" = '1|5_10_million|1|1' ]
check "readers hold what it has, under a higher version" [ "$(of_topic)" = "$(of_pattern)" ]
check "all positions fit again" growthctl_positions_fit
check "nothing is dead-lettered" is_empty dead_letters
stop_workers
promote 65 "$shadow" --execute
says 'it is no replay any more'
