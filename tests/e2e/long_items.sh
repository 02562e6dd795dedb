#!/usr/bin/env bash
# What no index has room for stops nobody's goals: neither an action of now, nor one that was stored before actions had a limit, nor what a
# pattern lists that was published then.
# shellcheck source=tests/support/pipeline.bash
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"
# shellcheck source=tests/support/goals.bash
. "$GROWTH_SOURCE/tests/support/goals.bash"

GROWING=8 ALL=40
long=$(head -c 2250 /dev/urandom | base64 -w0) # 3,000 bytes that do not become fewer

# profile CONTRACTOR DAY TIER
profile()
{
	event contractor.updated "$1" "$2T00:00:00Z" "\"revenue_tier\":\"$3\",\"team_size\":10"
}

# used CONTRACTOR PARTNER
used()
{
	event action.recorded "$1" 2022-02-01T00:00:00Z "\"kind\":\"partner\",\"item\":\"$2\""
}

history()
{
	local id

	for ((id = 1; id <= ALL; id++)); do
		profile $id 2022-01-01 0_5_million
	done
	for ((id = 1; id <= GROWING; id++)); do
		used $id buildpro
		used $id "$long"
		profile $id 2022-10-0$id 5_10_million
	done
}

# letters WORKER: the reasons of its dead letters
letters()
{
	topic_dump "$1.dlq" '%h\n' | sed -E 's/.*__connect\.errors\.exception\.message=(.*),__connect\.errors\.exception\.stacktrace.*/\1/'
}

# refused_by WORKER: each growing contractor's long action, and nothing else
refused_by()
{
	[ "$(letters "$1" | sort | uniq -c | sed 's/^ *//')" = "$GROWING item: 3000 bytes are more than 1000" ]
}

# everybody_has_a_goal VERSION: of the pattern, who is in its tier
everybody_has_a_goal()
{
	[ "$(sql "SELECT count(*) FROM ai_concierge_goals WHERE pattern_version = $1")" = $((ALL - GROWING)) ]
}

pipeline_new long_items
start_workers
history >"$pipeline_dir/history"
emit "$pipeline_dir/history"
wait_settled
for worker in cohort-analyzer goal-enricher; do
	check "$worker refuses what is too long, and says so" refused_by $worker
done

# As a release without the limit has stored them.
sql "INSERT INTO contractor_actions (contractor_id, occurred_at, event_id, kind, item)
	SELECT id, '2022-02-02 UTC', 'before', 'partner', '$long' FROM generate_series(1, $GROWING) id"
recalculate 2024-01-01T00:00:00Z
wait_settled
check "a pattern lists what was done, but for what is too long" \
	[ "$(sql "SELECT string_agg(item, ',') FROM growth_v1.growth_pattern_items WHERE pattern_key = '$GOAL_PATTERN'")" = buildpro ]
check "everybody whom it fits has a goal" everybody_has_a_goal 1

# As a release without the limit has published it.
topic_dump pattern.recalculated '%s\n' | tail -n 1 | jq -c --arg long "$long" --arg key "$GOAL_PATTERN" \
	'.version = 2 | .common_partners[0].item = $long | .common_books = .common_partners | { topic: "pattern.recalculated", key: $key, value: . }' >"$pipeline_dir/pattern"
emit "$pipeline_dir/pattern"
wait_settled
check "a pattern from before is a goal without that step" everybody_has_a_goal 2
check "its checklists have none" [ "$(sql "SELECT count(*) FROM ai_concierge_checklist_items WHERE item_type IN ('partner', 'book')")" = 0 ]
check "goal-enricher has refused nothing more" refused_by goal-enricher
stop_workers
