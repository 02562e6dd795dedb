#!/usr/bin/env bash
# The worked example through Kafka and Postgres: every number of it from the stored history, and what is published of it.
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"

golden=$GROWTH_SOURCE/tests/data/cohort-small.json
key='5_10_million>11_20_million/revenue_growth'
# expected PATH: a number of the worked example
expected()
{
	python3 -c 'import json, sys
value = json.load(open(sys.argv[1]))["expect"]
for name in sys.argv[2].split("/"):
	value = value[name]
print(value)' "$golden" "$1"
}

# published EXPRESSION: of the pattern in Postgres
published()
{
	sql "SELECT $1 FROM business_growth_patterns WHERE pattern_key = '$key'"
}

equals()
{
	check "$1 is $3" [ "$2" = "$3" ]
}

pipeline_new golden
start_workers
python3 -c 'import json, sys
for event in json.load(open(sys.argv[1]))["events"]:
	print(json.dumps(event))' "$golden" >"$pipeline_dir/golden.ndjson"
emit "$pipeline_dir/golden.ndjson"
wait_settled
recalculate "$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["as_of"])' "$golden")"
wait_settled
stop_workers

"$GROWTH_BIN/../tests/golden-stored" >"$pipeline_dir/numbers.log" 2>&1 || { cat "$pipeline_dir/numbers.log" >&2; fail "numbers of the stored history"; }
check "every number of the worked example comes out of the stored history" grep -q 'Failing: 0 | Crashing: 0' "$pipeline_dir/numbers.log"

for column in avg_time_to_level_up_months median_time_to_level_up_months fastest_time_months sample_size confidence_score; do
	equals "$column" "$(published "$column")" "$(expected "columns/$column")"
done
equals "unrounded confidence" "$(published 'round(confidence::numeric, 6)')" "$(expected confidence/score)"
equals "expected success" "$(published 'round(expected_success::numeric, 6)')" "$(expected confidence/expected)"
equals "consistency" "$(published 'round(consistency::numeric, 6)')" "$(expected consistency)"
for item in focus_areas:operational_efficiency partners:5 milestones:implemented_crm books:traction; do
	list=${item%%:*}
	equals "$list" "$(published "jsonb_path_query_array(common_$list, '\$[*].item')")" "[\"${item#*:}\"]"
	equals "the rate of ${item#*:}" "$(published "common_$list -> 0 ->> 'usage_rate' || ' ' || (common_$list -> 0 ->> 'at_least')")" "0.5 true"
done
equals "grades" "$(published "concat_ws(' ', common_focus_areas -> 0 ->> 'grade', common_partners -> 0 ->> 'grade', common_milestones -> 0 ->> 'grade', common_books -> 0 ->> 'grade')")" "D C D C"
equals "the range" "$(published "concat_ws(' ', timeline ->> 'method', timeline ->> 'low', timeline ->> 'median', timeline ->> 'high')")" "log_normal 7 13 21"
equals "the held-out test" "$(published "held_out ->> 'result'")" too_small
topic_dump pattern.recalculated '%s\n' | grep -F "\"$key\"" >"$pipeline_dir/event"
check "the event says what the table says" \
	[ "$(python3 -c 'import json, sys
event = json.loads(open(sys.argv[1]).readline())
print(event["pattern_key"], event["sample_size"], event["common_partners"][0]["grade"], event["shape_version"])' "$pipeline_dir/event")" = "$key 7 C 2" ]
