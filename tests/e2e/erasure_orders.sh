#!/usr/bin/env bash
# Erased, and back before a worker reads of it, which meanwhile reads of another topic what he did since: in whatever order, what becomes
# of it is the same. What the worker that is behind is to read is copied to topics of its own, step by step.
# shellcheck source=tests/support/pipeline.bash
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"
# shellcheck source=tests/support/goals.bash
. "$GROWTH_SOURCE/tests/support/goals.bash"

readonly life_1=2024-02-01T00:00:00Z erased=2024-06-01T00:00:00Z life_2=2024-07-01T00:00:00Z since=2024-08-01T00:00:00Z

# lives TOPIC CONTRACTOR…: seen, erased, and back, told in TOPIC
lives()
{
	local topic=$1 contractor number=0 time

	shift
	for time in $life_1 $erased $life_2; do
		for contractor in "$@"; do
			if [[ $time = "$erased" ]]; then
				printf '{"topic":"contractor.updated","key":"%d","id":"erasure-%d","headers":{"ce_time":"%s"},"value":null}\n' \
					"$contractor" "$contractor" "$time"
			else
				event contractor.updated "$contractor" "$time" '"revenue_tier":"0_5_million"'
			fi
		done >"$pipeline_dir/life"
		emit "$pipeline_dir/life"
		number=$((number + $#))
		wait_for "life of $time" told_in "$topic" $number
	done
}

told_in()
{
	[ "$(topic_dump "$1" '%k\n' | wc -l)" = "$2" ]
}

# copy TOPIC KEY TIME [VALUE]: to the topics of who is behind; without a value, null
copy()
{
	sent=$((sent + 1))
	if (($# > 3)); then
		printf '%s' "$4" >"$pipeline_dir/value"
		kcat -P -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -t "$behind$1" -k "$2" -H ce_source=test -H ce_id="copy-$sent" -H ce_time="$3" "$pipeline_dir/value"
	else
		printf '%s:' "$2" | kcat -P -Z -K: -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -t "$behind$1" -H ce_source=test -H ce_id="copy-$sent" -H ce_time="$3"
	fi
}

# told NUMBER CONTRACTOR TOPIC: the message of his first (1) or second (3) life
told()
{
	topic_dump "$3" '%k\t%s\n' | sed -n "s/^$2\t//p" | sed -n "$1p"
}

# step WORKER TOPIC CONTRACTOR STEP…
step()
{
	local topic=$2 contractor=$3 step

	for step in "${@:4}"; do
		case $step in
		before) copy "$topic" "$contractor" $life_1 "$(told 1 "$contractor" "$topic")" ;;
		null) copy "$topic" "$contractor" $erased ;;
		after) copy "$topic" "$contractor" $life_2 "$(told 3 "$contractor" "$topic")" ;;
		since) since "$contractor" ;;
		esac
	done
}

# settled WORKER: it has handled all that was copied
settled()
{
	[ "$(sql "SELECT coalesce(sum(next_offset), 0) FROM ${1//-/_}.positions WHERE topic <> 'pattern.recalculated'")" = "$sent" ]
}

# orders WORKER TOPIC: all of them at a time, each with a contractor of its own; the steps of one column are one batch
orders()
{
	local column contractor row=(
		"since before null after"
		"before since null after"
		"before null since after"
		"before null after since"
		"since before+null after -"
		"before+since null after -"
	)

	behind=${pipeline_prefix}behind. sent=0
	GROWTH_KAFKA_TOPIC_PREFIX=$behind growthctl topics >/dev/null 2>>"$pipeline_dir/topics.log"
	topic_dump pattern.recalculated '%k\t%s\n' |
		kcat -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -P -t "${behind}pattern.recalculated" -K '\t' 2>>"$pipeline_dir/kcat.log"
	for column in 1 2 3 4; do
		for contractor in 1 2 3 4 5 6; do
			IFS=+ read -ra steps <<<"$(cut -d ' ' -f $column <<<"${row[contractor - 1]}")"
			step "$1" "$2" "$contractor" "${steps[@]}"
		done
		GROWTH_KAFKA_TOPIC_PREFIX=$behind start_worker "$1" 1 --set batch.linger=1s
		wait_for "step $column of $1" settled "$1"
		kill_worker "$1" 1
	done
}

# same WHAT QUERY: gives one row, six times
same()
{
	sql "$2" | sort | uniq -c >"$pipeline_dir/rows"
	[[ $(wc -l <"$pipeline_dir/rows") = 1 && $(awk '{ print $1 }' "$pipeline_dir/rows") = 6 ]] || { cat "$pipeline_dir/rows" >&2; fail "$1"; }
	echo "ok: $1"
}

# ---- success-tracker: a completion ----

since()
{
	copy goal.completed "$1" $since \
		"{\"goal_id\":\"$(goal_of "$1")\",\"contractor_id\":$1,\"occurred_at\":\"$since\",\"outcome\":\"completed\",\"satisfaction\":4}"
}

pipeline_new erasure_orders
publish_goal_pattern
start_worker matcher
start_worker goal-enricher
lives goal.enriched 1 2 3 4 5 6
orders success-tracker goal.enriched
same "success-tracker: the goal is tracked from the second life on, and completed in it" \
	"SELECT to_jsonb(t) - '{id,contractor_id,goal_id,goal_uuid,outcome_event_id,kafka_partition}'::text[], g.status, g.completed_at, g.updated_at
		FROM ai_concierge_goals g LEFT JOIN pattern_success_tracking t ON t.goal_id = g.id"
check "as it was" [ "$(sql "SELECT DISTINCT concat_ws(' ', t.created_at::date, t.outcome, t.completed_at::date, t.time_to_completion_days, g.status)
	FROM ai_concierge_goals g JOIN pattern_success_tracking t ON t.goal_id = g.id")" = '2024-07-01 completed 2024-08-01 31 completed' ]
votes()
{
	topic_dump behind.outcome.recorded '%s\n' | jq -sr 'group_by(.goal_id)[] | max_by(.occurred_at) | "\(.outcome) \(.goal_created_at) \(.satisfaction)"' | sort | uniq -c
}
check "and voted on" [ "$(votes | tr -s ' ')" = " 6 completed $life_2 4" ]
check "nothing waits" [ "$(sql 'SELECT count(*) FROM success_tracker.parked')" = 0 ]

# ---- goal-enricher: a goal from upstream ----

upstream_of()
{
	echo "0b9e2c7e-6f0c-4f3e-9d53-00000000000$1"
}

since()
{
	copy goal.created "$1" $since "{\"goal_id\":\"$(upstream_of "$1")\",\"contractor_id\":$1,\"occurred_at\":\"$since\",\"goal_type\":\"revenue_growth\",\"goal_description\":\"Words\"}"
	copy action.recorded "$1" $since "{\"contractor_id\":$1,\"occurred_at\":\"$since\",\"kind\":\"book\",\"item\":\"traction\"}"
}

# told_last CONTRACTOR: whether upstream's goal was told behind the erasure
told_last()
{
	topic_dump behind.goal.enriched '%k\t%S\t%s\n' | awk -v key="$1" -v goal="$(upstream_of "$1")" -F '\t' \
		'$1 == key { if ($2 < 0) found = 0; else if (index($3, goal)) found = 1 } END { exit !found }'
}

pipeline_new erasure_orders_upstream
publish_goal_pattern
start_worker matcher
lives contractor.matched 1 2 3 4 5 6
orders goal-enricher contractor.matched
same "goal-enricher: upstream's goal of the second life is there, of the second life's profile" \
	"SELECT to_jsonb(g) - '{id,contractor_id,goal_uuid}'::text[] || jsonb_build_object('noted', u.message - '{goal_id,contractor_id}'::text[])
		FROM contractors c LEFT JOIN ai_concierge_goals g ON g.contractor_id = c.id AND g.upstream
		LEFT JOIN goal_enricher.upstream_goals u ON u.goal_uuid = g.goal_uuid"
check "as it was, with its pattern" [ "$(sql "SELECT DISTINCT concat_ws(' ', created_at::date, goal_description, status, pattern_id IS NOT NULL) FROM ai_concierge_goals WHERE upstream")" = '2024-08-01 Words active t' ]
same "what he did since is known" "SELECT d.item, d.first_at FROM contractors c LEFT JOIN goal_enricher.done_actions d ON d.contractor_id = c.id"
check "our own goal is beside it only where it was there first" \
	[ "$(sql 'SELECT string_agg(contractor_id::text, $$ $$ ORDER BY contractor_id) FROM ai_concierge_goals WHERE NOT upstream')" = 4 ]
for contractor in 1 2 3 4 5 6; do
	told_last $contractor || fail "upstream's goal of $contractor was not told after the erasure"
done
echo "ok: it is told behind the erasure"
check "nothing waits" [ "$(sql 'SELECT count(*) FROM goal_enricher.parked')" = 0 ]
stop_workers
