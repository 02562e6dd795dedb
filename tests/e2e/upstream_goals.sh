#!/usr/bin/env bash
# Goals from upstream that wait for their contractor: one that two contractors name is one contractor's, and one that waited in vain
# stands in the place of no goal of our own.
# shellcheck source=tests/support/pipeline.bash
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"
# shellcheck source=tests/support/goals.bash
. "$GROWTH_SOURCE/tests/support/goals.bash"

# goal CONTRACTOR NUMBER
goal()
{
	event goal.created "$1" 2024-02-03T00:00:00Z \
		"\"goal_id\":\"0b9e2c7e-6f0c-4f3e-9d53-00000000000$2\",\"goal_type\":\"revenue_growth\",\"goal_description\":\"Words for $1\""
}

# goals_of CONTRACTOR: whose words each has
goals_of()
{
	sql "SELECT coalesce(string_agg(CASE WHEN goal_description LIKE 'Words %' THEN goal_description ELSE 'own' END, ', ' ORDER BY id), 'none')
		FROM ai_concierge_goals WHERE contractor_id = $1"
}

noted()
{
	[ "$(sql 'SELECT count(*) FROM goal_enricher.upstream_goals')" = "$1" ]
}

letters()
{
	[ "$(dead_letters | grep -c '^goal-enricher')" = "$1" ]
}

# at_once FILE: all of it in one batch
at_once()
{
	kill_worker goal-enricher 1
	emit "$1"
	start_worker goal-enricher 1 --set parked.expiry="${expiry:-1h}"
	wait_settled
}

met()
{
	in_tier 0_5_million "$1" "$1" >"$pipeline_dir/profile"
	emit "$pipeline_dir/profile"
	wait_settled
}

# Who named it first is a matter of one partition.
export GROWTH_TOPICS_PARTITIONS=1
pipeline_new upstream_goals
publish_goal_pattern
start_workers
met 70
{ goal 70 1; goal 7 1; } >"$pipeline_dir/known_first"
at_once "$pipeline_dir/known_first"
check "of two who name a goal the first one has it" [ "$(goals_of 70), $(goals_of 7)" = 'own, Words for 70, none' ]
met 7
check "the other one gets a goal of his own" [ "$(goals_of 7)" = own ]

{ goal 71 2; goal 72 2; } >"$pipeline_dir/both_unknown"
at_once "$pipeline_dir/both_unknown"
check "it is noted once" noted 2
met 71
check "who named it first has it" [ "$(goals_of 71)" = 'Words for 71' ]

goal 73 3 >"$pipeline_dir/waits"
expiry=1s at_once "$pipeline_dir/waits"
wait_for "dead letters of those who waited in vain" letters 3
check "what waited in vain is noted no more" noted 2
met 73
check "he gets a goal of his own" [ "$(goals_of 73)" = own ]
stop_workers
