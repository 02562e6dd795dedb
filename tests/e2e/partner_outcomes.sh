#!/usr/bin/env bash
# Partner effectiveness by outcome, from outcome.recorded to the pattern's list: of two partners that the cohort used alike, the one whose
# users complete their goals and are satisfied comes first; nobody's vote can be told from one version to the next.
# shellcheck source=tests/support/pipeline.bash
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"

KEY='0_5_million>5_10_million/revenue_growth'

# Contractors 1 to 20 grow. Like 101 to 140, half of them have used x from January 2022 on, half y; 201 to 220 none.
history()
{
	python3 - <<-'END'
		import json

		def event(topic, contractor, day, **value):
		    print(json.dumps({"topic": topic, "key": str(contractor), "id": f"{topic}-{contractor}-{day}", "value":
		                      {"contractor_id": contractor, "occurred_at": f"{day}T00:00:00Z", **value}}))

		for contractor in [*range(1, 21), *range(101, 141), *range(201, 221)]:
		    event("contractor.updated", contractor, "2022-01-01", revenue_tier="0_5_million", tier_since="2022-01-01T00:00:00Z")
		    if contractor <= 140:
		        event("action.recorded", contractor, "2022-01-10", kind="partner", item="xy"[contractor % 2])
		    if contractor <= 20:
		        event("contractor.updated", contractor, f"2022-08-{contractor:02}", revenue_tier="5_10_million")
	END
}

# votes ID FROM TO REMAINDER OUTCOME SATISFACTION DAY: on goals of contractors FROM to TO, those with the remainder by 2
votes()
{
	PYTHONPATH=$GROWTH_SOURCE/tests/support python3 - "$KEY" "$@" <<-'END'
		import json
		import sys

		from load_history import identity

		key, name, first, last, remainder, outcome, satisfaction, day = sys.argv[1:]
		for contractor in range(int(first), int(last) + 1):
		    if contractor % 2 != int(remainder):
		        continue
		    print(json.dumps({"topic": "outcome.recorded", "key": key, "id": f"{name}-{contractor}", "value": {
		        "pattern_key": key, "goal_id": str(identity("goal", str(contractor))), "voter": str(identity("voter", str(contractor), key)),
		        "outcome": outcome, "satisfaction": int(satisfaction), "goal_created_at": "2023-06-01T00:00:00Z",
		        "occurred_at": f"{day}T00:00:00Z"}}))
	END
}

is_read()
{
	[ "$(growthctl status --json | jq '[.workers[] | select(.worker == "cohort-analyzer").partitions[].lag] | add')" = 0 ]
}

# send COMMAND…: and waits until the analyzer has it
send()
{
	"$@" >"$pipeline_dir/events"
	emit "$pipeline_dir/events"
	wait_for "the events" is_read
}

# done_by ID AS_OF
done_by()
{
	growthctl recalculate --id "$1" --as-of "$2" --wait --timeout "${TIMEOUT}s" >"$pipeline_dir/out" 2>&1 || { cat "$pipeline_dir/out" >&2; fail "recalculation $1"; }
}

partners()
{
	sql "SELECT string_agg(item || coalesce(' ' || outcome_success || ' ' || outcome_ratio || ' ' || outcome_users, ''), ', ' ORDER BY place)
		FROM growth_v1.growth_pattern_items WHERE pattern_key = '$KEY' AND kind = 'partner'"
}

calculated_by()
{
	sql "SELECT count(*) FROM cohort_analyzer.transitions WHERE event_id = '$1'"
}

pipeline_new partner_outcomes
start_worker cohort-analyzer 1
send history
done_by first 2023-07-01
check "alike without outcomes" [ "$(partners)" = 'x, y' ]

# The day of the votes is as_of, so each weighs 1: users (5·0.5 + 10)/15, the others (5·0.5 + 0)/15.
send votes good 101 120 1 completed 5 2023-07-02
send votes bad 121 140 0 abandoned 1 2023-07-02
done_by second 2023-07-02
check "day6_partners_whose_users_complete_goals_rise" [ "$(partners)" = 'y 0.83 5 10, x 0.17 0.2 10' ]
check "votes alone calculate the transition that they are of" [ "$(calculated_by second)" = 1 ]
check "and readers and events are told the same" [ "$(topic_dump pattern.recalculated '%s\n' | jq -rs --arg key "$KEY" '[.[] | select(.pattern_key == $key)][-1].common_partners |
	map("\(.item) \(.outcome_success) \(.outcome_ratio) \(.outcome_users)") | join(", ")')" = "$(partners)" ]
check "day6_confidence_follows_from_the_parts_that_are_shown" [ "$(growthctl patterns show "$KEY" --json |
	jq '[.confidence | .votes_for, .votes_against, .voters, (.score - .score_of_parts | fabs < 1e-12)] | tostring' -r)" = '[10,10,20,true]' ]

# Four who think better of it would be given away by the difference; five are not.
send votes changed 121 128 0 completed 5 2023-07-02
done_by third 2023-07-02
check "day6_four_votes_move_no_partner" [ "$(partners) $(calculated_by third)" = 'y 0.83 5 10, x 0.17 0.2 10 0' ]
send votes changed 130 130 0 completed 5 2023-07-02
done_by fourth 2023-07-02
check "five do" [ "$(calculated_by fourth)" = 1 ]
# m = 15/20: y (3.75 + 10)/15 against x (3.75 + 5)/15
check "day6_a_changed_vote_replaces_the_one_before" [ "$(partners)" = 'y 0.92 1.57 10, x 0.58 0.64 10' ]
done_by fifth 2023-07-02
check "and then nothing is new" [ "$(calculated_by fifth)" = 0 ]
