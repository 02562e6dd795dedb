#!/usr/bin/env bash
# Where Postgres, the group and the log do not fit together, just that partition stops and says why, in log, readiness, metric
# and `growthctl positions`, in the same words; `growthctl positions move` decides, and nothing is lost or published twice.
# shellcheck source=tests/support/pipeline.bash
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"
needs_crash_points

as_operator()
{
	PGUSER=growth_operator "$GROWTH_BIN/growthctl" "$@"
}

# positions STATUS WORKER ARGS…: stdout in out, stderr in said
positions()
{
	local wanted=$1 worker=$2 code=0

	shift 2
	if [[ ${1:-} == move ]]; then
		shift
		set -- move "$worker" "$@"
	else
		set -- "$worker" "$@"
	fi
	as_operator positions "$@" >"$pipeline_dir/out" 2>"$pipeline_dir/said" || code=$?
	[[ $code == "$wanted" ]] ||
		{ cat "$pipeline_dir/out" "$pipeline_dir/said" >&2; fail "positions $*: exit status $code instead of $wanted"; }
}

# profiles PARTITION FIRST LAST: a profile of each contractor, into that partition
profiles()
{
	for ((id = $2; id <= $3; id++)); do
		printf '%d:{"contractor_id":%d,"occurred_at":"2024-01-01T00:00:00Z","revenue_tier":"0_5_million"}\n' $id $id
	done | kcat -P -K: -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -t "${pipeline_prefix}contractor.updated" -p "$1"
}

# bad PARTITION TEXT: a message that can only be dead-lettered, so that there is an output to count
bad()
{
	echo "$2" | kcat -P -k 1 -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -t "${pipeline_prefix}contractor.updated" -p "$1"
}

knows()
{
	[ "$(sql "SELECT count(*) FROM contractors WHERE id BETWEEN $1 AND $2")" = $(($2 - $1 + 1)) ]
}

endpoint()
{
	curl -s "http://127.0.0.1:$(port_of "$1")$2"
}

stopped_metric()
{
	endpoint "$1" /metrics | sed -n "s/^growth_partition_stopped{topic=\"$2\",partition=\"$3\"} //p"
}

is_stopped()
{
	[ "$(stopped_metric "$1" "$2" "$3")" = 1 ]
}

is_stopped_somewhere()
{
	endpoint "$1" '/readyz?verbose' | grep -q 'is stopped'
}

goes_on()
{
	[ "$(stopped_metric "$1" "$2" "$3")" = 0 ] && endpoint "$1" '/readyz?verbose' | grep -q '^\[+\] partitions ok'
}

# stops WORKER TOPIC PARTITION REASON: said everywhere, in the same words
stops()
{
	local reason

	wait_for "stop of $2[$3]" is_stopped "$1" "$2" "$3"
	positions 65 "$1" --json
	reason=$(jq -r ".[] | select(.topic == \"$2\" and .partition == $3).reason" "$pipeline_dir/out")
	check "$2[$3] is stopped: $4" grep -Eq "$4" <<<"$reason"
	check "the log says so" [ "$(jq -r "select(.topic == \"$2\" and .partition == $3 and .reason != null).reason" \
		"$pipeline_dir/$1-1.log" | tail -n 1)" = "$reason" ]
	check "readiness says so" grep -qF "$2[$3] is stopped: $reason" <(endpoint "$1" '/readyz?verbose')
}

others_go_on()
{
	profiles "$1" "$2" "$2"
	wait_for "contractor $2, in another partition" knows "$2" "$2"
}

letters()
{
	topic_dump matcher.dlq '%s\n'
}

leave()
{
	kill_worker matcher 1
	check "matcher leaves in order" [ "$status" = 0 ]
}

start_matcher()
{
	start_worker matcher 1 --set batch.wait=0ms
}

is_done()
{
	as_operator positions "$1" --json >"$pipeline_dir/done" 2>/dev/null &&
		[ "$(jq 'map(.lag + .outbox) | add' "$pipeline_dir/done")" = 0 ]
}

# settles WORKER: whatever the others do
settles()
{
	wait_for "end of $1's work" is_done "$1"
}

reset_group()
{
	kafka_tool consumer.group.ConsumerGroupCommand --group "${pipeline_prefix}matcher" "$@"
}

# Not while the worker that was killed still counts as a member.
group_is_deleted()
{
	reset_group --delete
	grep -q 'was successful' <(tail -n 2 "$pipeline_dir/kafka_tool.out")
}

is_tidy()
{
	[ "$(sql 'SELECT count(*) FROM matcher.outbox')" = 0 ]
}

next_offset()
{
	sql "SELECT next_offset FROM matcher.positions WHERE topic = '$1' AND partition = $2"
}

# The stops that are decided about while the worker runs.
are_released()
{
	[ "$(stopped_metric matcher contractor.updated 0)$(stopped_metric matcher contractor.updated 1)$(
		stopped_metric matcher contractor.updated 2)$(stopped_metric matcher partner.scored 2)" = 0000 ]
}

is_committed_at_22()
{
	positions 65 matcher --json
	[ "$(jq '.[] | select(.topic == "contractor.updated" and .partition == 2).committed_offset' "$pipeline_dir/out")" = 22 ]
}

# ---- an offset that the log does not have, a lost row, a topic made anew: all at once, each in its own partition ----

pipeline_new positions
positions 0 matcher
check "what was never consumed starts" [ "$(grep -c " starts at the log's start$" "$pipeline_dir/out")" = 8 ]
start_matcher
for partition in 0 1 2 3; do
	profiles $partition $((partition * 100 + 101)) $((partition * 100 + 120))
	bad $partition "letter of $partition"
done
for id in 101 102 103; do
	printf '%d:{"contractor_id":%d,"occurred_at":"2024-01-01T00:00:00Z","partners":[{"partner_id":"5","match_score":0.5}]}\n' $id $id
done | kcat -P -K: -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -t "${pipeline_prefix}partner.scored" -p 3
settles matcher
positions 0 matcher
check "all fit" [ "$(grep -c ' fits$' "$pipeline_dir/out")" = 8 ]

leave
place=$(next_offset contractor.updated 0)
profiles 0 131 140
profiles 2 322 322
printf '{"version":1,"partitions":[{"topic":"%s","partition":0,"offset":%d}]}' "${pipeline_prefix}contractor.updated" $((place + 5)) \
	>"$pipeline_dir/delete.json"
kafka_tool DeleteRecordsCommand --offset-json-file "$pipeline_dir/delete.json" &
deleting=$!
delete_topic partner.scored
wait $deleting || fail "messages are not deleted"
sql "DELETE FROM matcher.positions WHERE topic = 'contractor.updated' AND partition = 1;
	UPDATE matcher.positions SET next_offset = 1000 WHERE topic = 'contractor.updated' AND partition = 2;
	UPDATE matcher.positions SET snapshot = 5 WHERE topic = 'partner.scored' AND partition = 2"
wait_for "partner.scored made anew" growthctl topics >/dev/null 2>&1
start_matcher
stops matcher contractor.updated 0 "no longer has offset $place.* begins at $((place + 5))"
stops matcher contractor.updated 1 'Postgres has no position'
stops matcher contractor.updated 2 'does not have offset 1000.* ends at 22'
stops matcher partner.scored 3 'no committed offset'
stops matcher partner.scored 2 'patterns up to offset 5, but the pattern topic ends at 0'
others_go_on 3 421

positions 0 matcher move --topic contractor.updated:0 --to-earliest
check "a dry run tells what would be" grep -q 'leaves out 5 offsets that were not handled, 5 of them gone' "$pipeline_dir/out"
check "and writes nothing" [ "$(next_offset contractor.updated 0)" = "$place" ]
positions 65 matcher move --topic contractor.updated:0 --to-current --execute
check "an offset that the log does not have is refused" grep -q "offset $place is not in the log, which has $((place + 5)) to" "$pipeline_dir/said"
positions 65 matcher move --topic contractor.updated:1 --to-current
positions 0 matcher move --topic contractor.updated:3 --to-datetime 2000-01-01T00:00:00.000 --export
check "a time of before is the log's start" [ "$(cat "$pipeline_dir/out")" = "${pipeline_prefix}contractor.updated,3,0" ]
positions 0 matcher move --topic contractor.updated:3 --by-duration PT0S --export
check "a time without messages is its end" [ "$(cat "$pipeline_dir/out")" = "${pipeline_prefix}contractor.updated,3,22" ]
positions 0 matcher move --topic contractor.updated:0 --to-earliest --execute
positions 0 matcher move --topic contractor.updated:1 --to-committed --execute
positions 0 matcher move --topic partner.scored:2 --to-current --execute
positions 0 matcher move --topic contractor.updated:2 --to-latest --execute
check "the operator is told that it goes on by itself" grep -q 'goes on within seconds' "$pipeline_dir/said"
positions 75 matcher move --topic contractor.updated:3 --to-earliest --execute
check "a partition that is not stopped is not moved under a running worker" grep -q 'has 1 members' "$pipeline_dir/said"
positions 75 matcher move --topic partner.scored:3 --to-earliest --execute
wait_for "the group's offset at the new place" is_committed_at_22
profiles 1 221 221
profiles 2 321 321
wait_for "what the log still had" knows 136 140
wait_for "the others" knows 221 221
wait_for "the others" knows 321 321
check "what the operator left out was not handled" [ "$(sql 'SELECT count(*) FROM contractors WHERE id = 322')" = 0 ]
check "what was deleted from the log was not handled" [ "$(sql 'SELECT count(*) FROM contractors WHERE id BETWEEN 131 AND 135')" = 0 ]
wait_for "end of the stops" are_released
check "one is left" grep -q '^\[-\] partitions: partner.scored\[3\] is stopped: [^;]*$' <(endpoint matcher '/readyz?verbose')

leave
positions 0 matcher move --topic partner.scored:3 --to-earliest --execute
check "the operator is told to start the worker" grep -q 'start the worker' "$pipeline_dir/said"
printf '101:{"contractor_id":101,"occurred_at":"2024-01-02T00:00:00Z","partners":[{"partner_id":"5","match_score":0.6}]}\n' |
	kcat -P -K: -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -t "${pipeline_prefix}partner.scored" -p 3
start_matcher
wait_for "readiness" goes_on matcher partner.scored 3
settles matcher
check "the new topic is read from its start" [ "$(sql "SELECT partners->0->>'match_score' FROM partner_scores WHERE contractor_id = 101")" = 0.6 ]
positions 0 matcher

# ---- the group is deleted, one partition is reset by another tool, and the outbox holds what was published and what was not ----

sql "CREATE TABLE saved (LIKE matcher.outbox);
	CREATE FUNCTION save() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN INSERT INTO public.saved SELECT OLD.*; RETURN OLD; END';
	CREATE TRIGGER save BEFORE DELETE ON matcher.outbox FOR EACH ROW EXECUTE FUNCTION save()"
bad 0 "published, then killed"
settles matcher
wait_for "a tidy outbox" is_tidy
leave
bad 0 "killed before it was published"
bad 3 "killed before it was published, too"
GROWTH_CRASH_AT=batch.committed:1 start_matcher
wait "${worker_pids[matcher-1]}" || true
unset "worker_pids[matcher-1]"
sql 'DROP TRIGGER save ON matcher.outbox; INSERT INTO matcher.outbox SELECT * FROM saved'
check "a batch is stored but not published" [ "$(sql 'SELECT count(*) FROM matcher.outbox')" -ge 2 ]
offsets=$(sql 'SELECT topic, partition, next_offset FROM matcher.positions ORDER BY 1, 2')
wait_for "group without members" group_is_deleted
reset_group --reset-offsets --to-earliest --topic "${pipeline_prefix}contractor.updated:3" --execute
start_matcher
stops matcher contractor.updated 0 'no committed offset'
stops matcher contractor.updated 3 'not committed by this product'
positions 75 matcher move --all-topics --to-current --execute
check "a running worker's group is refused, and it is said what to do" grep -q 'stop all instances of matcher' "$pipeline_dir/said"
leave
GROWTH_CRASH_AT=positions.written:1 positions 137 matcher move --all-topics --to-current --execute
positions 65 matcher --json
check "a crash between the two writes leaves it stopped for the same reason" \
	grep -q 'no committed offset' <(jq -r '.[] | select(.topic == "contractor.updated" and .partition == 0).reason' "$pipeline_dir/out")
positions 0 matcher move --all-topics --to-current --export
cp "$pipeline_dir/out" "$pipeline_dir/positions.csv"
check "exported are the positions" grep -qx "${pipeline_prefix}contractor.updated,0,$(next_offset contractor.updated 0)" "$pipeline_dir/positions.csv"
positions 0 matcher move --from-file "$pipeline_dir/positions.csv" --execute
check "the outbox was compared with what is published" grep -q 'wait in the outbox' "$pipeline_dir/said"
check "no position has moved" [ "$(sql 'SELECT topic, partition, next_offset FROM matcher.positions ORDER BY 1, 2')" = "$offsets" ]
start_matcher
wait_for "readiness" goes_on matcher contractor.updated 0
settles matcher
leave
check "everything is published, and once" [ "$(letters | LC_ALL=C sort)" = "$(LC_ALL=C sort <<END
killed before it was published
killed before it was published, too
letter of 0
letter of 1
letter of 2
letter of 3
published, then killed
END
)" ]
check "every contractor is known" [ "$(sql 'SELECT count(*) FROM contractors')" = 88 ]

# ---- the database is restored to an earlier state ----

# What the matcher says of a profile depends on the patterns that it knows at that moment, and those it knows from Kafka, which
# is not restored. So they are found before the backup.
history=$pipeline_dir/history
"$GROWTH_BIN/growthctl" simulate --contractors "${CONTRACTORS:-80}" --seed "${SEED:-3}" >"$history"
most=$(($(wc -l <"$history") * 4 / 5))

# run NAME [BEFORE AFTER]: AFTER is called when the rest of the history is settled, BEFORE when most of it is
run()
{
	pipeline_new "$1"
	start_workers 1
	head -n $most "$history" >"$pipeline_dir/part"
	emit "$pipeline_dir/part"
	wait_settled
	recalculate 2024-06-30T00:00:00Z
	wait_settled
	${2:-true}
	tail -n +$((most + 1)) "$history" >"$pipeline_dir/part"
	emit "$pipeline_dir/part"
	wait_settled
	${3:-true}
	stop_workers
	state_dump >"$pipeline_dir/$1.state"
	check "$1: no dead letter" is_empty dead_letters
}

back_up()
{
	stop_workers
	createdb -U postgres -T "$database" "${database}_backup"
	start_workers 1
}

# One after the other, as they feed each other: what one has not made again yet, the next must not count on.
restore()
{
	stop_workers
	dropdb -U postgres "$database"
	psql -U postgres -d postgres -XAtqc "ALTER DATABASE ${database}_backup RENAME TO $database"
	start_workers 1
	for worker in "${WORKERS[@]}"; do
		wait_for "stop of $worker" is_stopped_somewhere "$worker"
		positions 65 "$worker" --json
		check "$worker stops: restored" grep -q 'restored to an earlier state' <(jq -r '.[].reason' "$pipeline_dir/out")
		positions 0 "$worker" move --all-topics --to-current --execute
		settles "$worker"
	done
	wait_settled
}

run calm
check "there are patterns and goals to compare" [ "$(sql 'SELECT (SELECT count(*) > 1 FROM business_growth_patterns) AND (SELECT count(*) > 10 FROM ai_concierge_goals)')" = t ]
run restored back_up restore
compare "end states" "$pipeline_dir/calm.state" "$pipeline_dir/restored.state"
echo "ok: a restored database, moved to where it is, ends like one that was never restored"
