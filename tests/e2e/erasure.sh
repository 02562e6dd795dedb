#!/usr/bin/env bash
# A null contractor.updated erases: every worker deletes what is its own, says so downstream, and drops older events that
# arrive late, votes under a pseudonym among them; a later profile is a new beginning.
# shellcheck source=tests/support/pipeline.bash
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"
# shellcheck source=tests/support/goals.bash
. "$GROWTH_SOURCE/tests/support/goals.bash"

readonly gone=7007007 stays=8008008 back=9009009 away=6006006

# say TOPIC KEY TIME VALUE: an event whose time is known
say()
{
	printf '%s' "$4" >"$pipeline_dir/value"
	kcat -P -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -t "$pipeline_prefix$1" -k "$2" \
		-H ce_source=test -H "ce_id=$1/$2/$3" -H "ce_time=$3" "$pipeline_dir/value"
}

profile()
{
	printf '{"contractor_id":%s,"occurred_at":"%s","revenue_tier":"0_5_million","team_size":4}' "$1" "$2"
}

action()
{
	printf '{"contractor_id":%s,"occurred_at":"%s","kind":"book","item":"book of %s"}' "$1" "$2" "$1"
}

# history CONTRACTOR [MONTH]: what upstream says of him besides his profile, to each worker something
history()
{
	local month=${2:-02} goal

	goal=$(printf '0b9e2c7e-6f0c-4f3e-9d%s-%012d' "$month" "$1")
	say action.recorded "$1" "2024-$month-02T00:00:00Z" "$(action "$1" "2024-$month-02T00:00:00Z")"
	say partner.scored "$1" "2024-$month-02T00:00:00Z" \
		"{\"contractor_id\":$1,\"occurred_at\":\"2024-$month-02T00:00:00Z\",\"partners\":[{\"partner_id\":\"partner of $1\",\"match_score\":0.5}]}"
	say goal.created "$1" "2024-$month-03T00:00:00Z" \
		"{\"goal_id\":\"$goal\",\"contractor_id\":$1,\"occurred_at\":\"2024-$month-03T00:00:00Z\",\"goal_type\":\"website\",\"goal_description\":\"website of $1\"}"
	# Of a goal that nobody knows: it waits.
	say goal.completed "$1" "2024-$month-04T00:00:00Z" \
		"{\"goal_id\":\"0b9e2c7e-0000-4f3e-9d53-2f3f4f0a1b11\",\"contractor_id\":$1,\"occurred_at\":\"2024-$month-04T00:00:00Z\",\"outcome\":\"completed\",\"notes\":\"notes of $1\"}"
}

# pseudonym CONTRACTOR [PATTERN]
pseudonym()
{
	python3 -c 'import sys, uuid
print(uuid.uuid5(uuid.uuid5(uuid.NAMESPACE_URL, "urn:growth-patterns"), "".join(f"{len(part)}:{part}," for part in ("voter", *sys.argv[1:]))))' \
		"$1" "${2:-$GOAL_PATTERN}"
}

# vote CONTRACTOR GOAL CREATED [PATTERN]: an outcome, read now
vote()
{
	say outcome.recorded "${4:-$GOAL_PATTERN}" "$3/$2" "{\"goal_id\":\"$(printf '0b9e2c7e-6f0c-4f3e-9d53-%012d' "$2")\",\"pattern_key\":\"${4:-$GOAL_PATTERN}\",
		\"voter\":\"$(pseudonym "$1" "${4:-$GOAL_PATTERN}")\",\"outcome\":\"completed\",\"goal_created_at\":\"$3\",\"occurred_at\":\"$3\"}"
}

votes_of()
{
	sql "SELECT count(*) FROM pattern_votes WHERE voter = '$(pseudonym "$@")'"
}

# traces CONTRACTOR: tables with a row that names him, by id, by what only he has, or by pseudonym; also in bytes
traces()
{
	local pseudonym

	pseudonym=$(pseudonym "$1")
	sql "SELECT format('SELECT DISTINCT %L FROM %I.%I t WHERE strpos(to_jsonb(t)::text, %L) > 0 OR strpos(to_jsonb(t)::text, %L) > 0 OR strpos(to_jsonb(t)::text, %L) > 0;',
			schemaname || '.' || tablename, schemaname, tablename, '$1', '$pseudonym', encode('$1', 'hex'))
		FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND tablename <> 'outbox' ORDER BY 1" |
		psql -U postgres -d "$database" -XAtq -v ON_ERROR_STOP=1 | LC_ALL=C sort | tr '\n' ' '
}

pipeline_new erasure
publish_goal_pattern
start_workers
for id in $gone $stays; do
	say contractor.updated $id 2024-02-01T00:00:00Z "$(profile $id 2024-02-01T00:00:00Z)"
	history $id
done
wait_settled
wait_for "goals that are tracked" tracked 2
wait_for "their votes" [ "$(votes_of $gone)" = 1 ]
before=$(traces $gone)
all_that_is_kept=$(traces $stays)
for table in public.contractors public.contractor_observations public.contractor_actions public.partner_scores public.contractor_pattern_matches \
	public.ai_concierge_goals public.ai_concierge_checklist_items public.pattern_success_tracking public.pattern_votes \
	goal_enricher.matched_contractors goal_enricher.upstream_goals goal_enricher.done_actions \
	success_tracker.parked; do
	[[ " $before" == *" $table "* ]] || fail "$table has nothing of him to begin with: $before"
done
echo "ok: he is in every table where one can be"

printf '%s:' $gone | kcat -P -Z -K: -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -t "${pipeline_prefix}contractor.updated" \
	-H ce_source=test -H ce_id=erase -H ce_time=2024-06-01T00:00:00Z
wait_settled
# Nothing but that he was erased, and the pseudonym by which his late votes are known.
readonly left='cohort_analyzer.erased_contractors goal_enricher.erased_contractors matcher.erased_contractors success_tracker.erased_contractors '
only_erasure_is_left()
{
	[[ $(traces $gone | sed 's/cohort_analyzer.erased_voters //') == "$left" ]]
}
wait_for "tables without him" only_erasure_is_left
echo "ok: nothing about him is left in any table"
check "the other is where he was" [ "$(traces $stays)" = "$all_that_is_kept" ]
for topic in contractor.matched goal.enriched; do
	check "$topic says so with a null value" [ "$(topic_dump "$topic" '%k %S\n' | grep -c "^$gone -1$")" = 1 ]
done

history $gone
vote $gone 1 2024-05-01T00:00:00Z
vote $gone 2 2024-05-01T00:00:00Z 'another>pattern/revenue_growth'
vote $stays 3 2024-05-01T00:00:00Z
vote $gone 4 2024-06-01T00:00:00Z
wait_settled
check "older events that arrive late are dropped" only_erasure_is_left
check "his late votes are none, on whatever pattern" [ "$(votes_of $gone) $(votes_of $gone 'another>pattern/revenue_growth')" = '0 0' ]
check "another's is one" [ "$(votes_of $stays)" = 2 ]

say contractor.updated $gone 2024-07-01T00:00:00Z "$(profile $gone 2024-07-01T00:00:00Z)"
vote $gone 5 2024-08-01T00:00:00Z
wait_settled
check "a later profile is a new beginning" [ "$(sql "SELECT count(*) FROM contractors WHERE id = $gone")" = 1 ]
check "and so is a goal made since" [ "$(sql "SELECT count(*) FROM pattern_votes WHERE goal_uuid = '0b9e2c7e-6f0c-4f3e-9d53-000000000005'")" = 1 ]

# Erased once more, and said twice in one batch: the pseudonyms that are there say so, too.
kill_worker cohort-analyzer 1
printf '%s:\n%s:\n' $gone $gone | kcat -P -Z -K: -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -t "${pipeline_prefix}contractor.updated" \
	-H ce_source=test -H ce_id=erase-2 -H ce_time=2024-09-01T00:00:00Z
start_worker cohort-analyzer 1
wait_settled
vote $gone 6 2024-08-15T00:00:00Z
wait_settled

# ---- what topics still have: deploy/security.md ----

# purge TOPIC CONTRACTOR...
purge()
{
	CLASSPATH="$GROWTH_KAFKA_LIBS/*" KAFKA_DELETE_RECORDS='java org.apache.kafka.tools.DeleteRecordsCommand' PATH=$GROWTH_BIN:$PATH PGUSER=postgres \
		"$GROWTH_SOURCE/deploy/purge" "$@" 2>>"$pipeline_dir/purge.log"
}

# in_topic TOPIC CONTRACTOR: how many of its messages have his key
in_topic()
{
	topic_dump "$1" '%k\n' | grep -c "^$2$" || true
}

# partitions_of CONTRACTOR: where his profiles and erasures are
partitions_of()
{
	topic_dump contractor.updated '%k %p\n' | sed -n "s/^$1 //p" | sort -u | wc -l
}

all_dump()
{
	state_dump
	traces $back
	traces $away
	outputs_dump
}

# Two more are erased. One comes back. The other's erasure stands in another partition than his profile, and has no time but the broker's.
for id in $back $away; do
	say contractor.updated $id 2024-02-01T00:00:00Z "$(profile $id 2024-02-01T00:00:00Z)"
	history $id
done
wait_settled
say contractor.updated $back 2024-02-20T00:00:00Z "$(profile $back 2024-02-20T00:00:00Z)"
printf '%s:' $back | kcat -P -Z -K: -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -t "${pipeline_prefix}contractor.updated" \
	-H ce_source=test -H ce_id=erase-back -H ce_time=2024-06-01T00:00:00Z
echo "{\"topic\":\"contractor.updated\",\"key\":\"$away\",\"value\":null}" >"$pipeline_dir/erasure.ndjson"
emit "$pipeline_dir/erasure.ndjson"
wait_settled
check "an erasure stands in another partition than what it erases" [ "$(partitions_of $back) $(partitions_of $away)" = '1 2' ]
say contractor.updated $back 2024-07-01T00:00:00Z "$(profile $back 2024-07-01T00:00:00Z)"
history $back 08
wait_settled
vote $back 7 2024-08-02T00:00:00Z
# Who has not both names is known by his place, whatever other headers say.
action $stays 2024-03-01T00:00:00Z | kcat -P -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -t "${pipeline_prefix}action.recorded" -k $stays -H ce_id=alone
action $stays 2024-03-02T00:00:00Z | kcat -P -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -t "${pipeline_prefix}action.recorded" -k $stays -H about=ce_id
action $stays 2024-03-03T00:00:00Z | kcat -P -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -t "${pipeline_prefix}action.recorded" -k $stays \
	-H ce_source=alone -H ce_time=never
wait_settled
check "a second life is in every table where one can be" [ "$(traces $back | grep -c 'public.ai_concierge_goals.*public.pattern_votes.*success_tracker.parked')" = 1 ]

all_dump >"$pipeline_dir/before"
purge "${pipeline_prefix}contractor.updated" $gone
check "without --execute a topic is as it was" [ "$(in_topic contractor.updated $gone)" -gt 0 ]
for topic in action.recorded contractor.updated contractor.updated; do
	others=$(in_topic $topic $stays)
	purge --execute "$pipeline_prefix$topic" $gone
	check "$topic is purged of him" [ "$(in_topic $topic $gone)" = 0 ]
	check "of nobody else" [ "$(in_topic $topic $stays)" = "$others" ]
	wait_settled
	all_dump >"$pipeline_dir/after"
	compare "$topic: tables and outputs before and after a purge" "$pipeline_dir/before" "$pipeline_dir/after"
	echo "ok: workers notice nothing of it"
done
check "of who came back the new life is left" [ "$(topic_dump contractor.updated '%k %S\n' | grep "^$back " | grep -c -v -- -1) $(in_topic contractor.updated $back)" = '1 1' ]
check "of who did not, his erasure" [ "$(topic_dump contractor.updated '%k %S\n' | grep "^$away ")" = "$away -1" ]

# Of what other topics still have of him, nothing is made anew where all is read from the start.
growthctl replay again --worker cohort-analyzer --output none --rate 0 --execute 2>"$pipeline_dir/replay.log" || fail "replay: $(tail -n 5 "$pipeline_dir/replay.log")"
anew=$(database=${database}_shadow_again sql "SELECT (SELECT count(*) FROM contractor_actions WHERE contractor_id = $away),
	(SELECT count(*) FROM contractor_observations WHERE contractor_id = $back)")
check "who reads it from the start erases him, and knows who came back" [ "$(in_topic action.recorded $away) $anew" = '1 0|1' ]
growthctl replay drop again 2>>"$pipeline_dir/replay.log"
stop_workers
check "erased again, nothing is left again" only_erasure_is_left
check "and his late votes are none" [ "$(votes_of $gone)" = 0 ]
check "no dead letter" is_empty dead_letters
