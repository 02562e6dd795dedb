#!/usr/bin/env bash
# A product team's texts, in one file that every worker includes: what they say is what people get, in matches, partners, goals,
# questions and in SQL. The others stay as they are.
# shellcheck source=tests/support/pipeline.bash
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"
# shellcheck source=tests/support/goals.bash
. "$GROWTH_SOURCE/tests/support/goals.bash"

texts()
{
	cat <<-'END'
		texts = {
			at_least = "{rate} or more";
			match = {
				tier = "Where you are: {tier}{revenue, select, none {} other { ({revenue})}}";
				confidence = "{contractors, plural, one {One} other {#}} did it";
			};
			partner = {
				sentence = "{rate} chose {partner}{satisfaction, select, none {} other {, {satisfaction} of 5}}";
				like_you = "Your peers chose {partner}";
			};
			goal = { source = "{contractors, plural, one {# peer} other {# peers}}: {from} to {to}"; };
			checklist = { book = "A book: ''{item}'' ({rate})"; };
			feedback = { question = "Was it any good?"; };
		};
	END
}

history()
{
	cat <<-'END'
		{"topic":"contractor.updated","key":"7","id":"a","value":{"contractor_id":7,"occurred_at":"2024-02-01T00:00:00Z","revenue_tier":"0_5_million","annual_revenue":3540000}}
		{"topic":"partner.scored","key":"7","id":"b","value":{"contractor_id":7,"occurred_at":"2024-02-02T00:00:00Z","partners":[{"partner_id":"p1","match_score":0.5}]}}
	END
}

# last TOPIC FILTER: of the contractor's last message
last()
{
	topic_dump "$1" '%s\n' | tail -n 1 | jq -r "$2"
}

# says TOPIC FILTER WANTED
says()
{
	local said

	said=$(last "$1" "$2")
	[[ $said == "$3" ]] || fail "$1 says \"$said\" instead of \"$3\""
	echo "ok: $said"
}

has()
{
	[[ -n $(last "$1" '.contractor_id') ]]
}

complete()
{
	last goal.enriched '{topic: "goal.completed", key: "7", id: "c", value: {goal_id, contractor_id,
		occurred_at: "2024-06-01T00:00:00Z", outcome: "completed"}} | tojson'
}

pipeline_new wording
texts >"$pipeline_dir/texts.conf"
# One file for all, with what not everyone reads.
cat >"$pipeline_dir/growth.conf" <<END
@include "$pipeline_dir/texts.conf"
vocabulary = { tiers = ( { name = "0_5_million"; label = "\$3M"; }, { name = "5_10_million"; label = "\$5M"; } ); };
topics = { partitions = 2; };
feedback = { remind_after = "7d"; };
END
growthctl migrate --config "$pipeline_dir/growth.conf" 2>/dev/null
publish_goal_pattern 1047 0.9 '{
	"common_partners": [{"item": "p1", "name": "BuildPro", "grade": "A", "users": 900, "usage_rate": 0.89, "at_least": true, "avg_satisfaction": 4.8}],
	"common_books": [{"item": "traction", "name": "Traction", "grade": "A", "users": 764, "usage_rate": 0.73, "at_least": false}]}'
start_worker matcher 1 --config "$pipeline_dir/growth.conf"
start_worker goal-enricher 1 --config "$pipeline_dir/growth.conf"
start_worker success-tracker 1 --config "$pipeline_dir/growth.conf"
history >"$pipeline_dir/history"
emit "$pipeline_dir/history"
wait_for "partners" has partner.recommended
wait_for "goal" has goal.enriched
complete >"$pipeline_dir/completion"
emit "$pipeline_dir/completion"
wait_for "question" has feedback.requested

says contractor.matched '.matches[0].reasons[0]' "Where you are: \$3M (\$3.5M)"
says contractor.matched '.matches[0].reasons[-1]' '1,047 did it'
says contractor.matched '.matches[0].match_reason' 'Revenue tier aligns; focus areas, team size and stage unknown'
says partner.recommended '.partners[0].message' '89% or more chose BuildPro, 4.8 of 5'
says partner.recommended '.partners[0].like_you' 'Your peers chose BuildPro'
says goal.enriched .pattern_source "1,047 peers: \$3M to \$5M"
says goal.enriched '.checklist[] | select(.item_type == "book").checklist_item' "A book: 'Traction' (73%)"
says goal.enriched '.checklist[] | select(.item_type == "partner").checklist_item' \
	'Recommend BuildPro (used by 89% or more of successful contractors)'
says feedback.requested .question 'Was it any good?'
[[ $(sql "SELECT template FROM growth_v1.wording WHERE key = 'partner_sentence'") == "{rate} chose {partner}, {satisfaction} of 5" ]] ||
	fail "SQL has another sentence"
stop_workers
