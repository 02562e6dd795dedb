# Rows of live that somebody changes by hand: for tests of what diff finds. Source it after pipeline.bash.
#
# shellcheck shell=bash

changed=() changed_back=()

declare -A row_of=(
	[public.ai_concierge_goals]="goal_uuid = :'goal_uuid'"
	[public.pattern_success_tracking]="goal_uuid = :'goal_uuid'"
	[public.ai_concierge_checklist_items]="position = :position AND goal_id = (SELECT id FROM ai_concierge_goals WHERE goal_uuid = :'goal_uuid')"
	[public.contractor_pattern_matches]="contractor_id = :contractor_id AND pattern_id = (SELECT id FROM business_growth_patterns WHERE pattern_key = :'pattern_key')"
	[goal_enricher.recommendations]="contractor_id = :contractor_id AND item_type = :'item_type' AND item = :'item'
		AND pattern_id = (SELECT id FROM business_growth_patterns WHERE pattern_key = :'pattern_key')"
)

# of_row TABLE KEY STATEMENT: about the row with that key (JSON, as diff tells it); prints what the statement gives
of_row()
{
	local variables

	mapfile -t variables < <(jq -r 'to_entries[] | "-v", "\(.key)=\(.value)"' <<<"$2")
	psql -U postgres -d "$database" -XAtq -v ON_ERROR_STOP=1 -P null=NULL "${variables[@]}" <<<"$3 WHERE ${row_of[$1]}"
}

# by_hand DIFF TABLE WHICH COLUMN VALUE: changes the first row that, in DIFF (--json --limit 0), is explained and on both sides, or
# in live alone. None is no failure.
by_hand()
{
	local key was which='.path != null'

	[[ $3 == both ]] || which='.path == null and has("left")'
	key=$(jq -c --arg table "$2" "first(.differences[] | select(.table == \$table and (.unexplained | not) and (.columns[0] | $which)) | .key)" "$1")
	[[ -n $key ]] || return 0
	was=$(of_row "$2" "$key" "SELECT quote_nullable($4) FROM $2")
	of_row "$2" "$key" "UPDATE $2 SET $4 = $5"
	changed+=("$2 $key")
	changed_back+=("UPDATE $2 SET $4 = $was")
}

# change_by_hand DIFF: one of each kind
change_by_hand()
{
	by_hand "$1" public.ai_concierge_goals both goal_description "'by hand'"
	by_hand "$1" public.ai_concierge_goals live match_score 'match_score / 2'
	by_hand "$1" public.ai_concierge_checklist_items both checklist_item "'by hand'"
	by_hand "$1" public.ai_concierge_checklist_items live usage_rate 0.999
	by_hand "$1" public.contractor_pattern_matches both score 'score / 2'
	by_hand "$1" public.contractor_pattern_matches live focus_score 'focus_score + 2'
	by_hand "$1" goal_enricher.recommendations live first_at "first_at + interval '1 day'"
	by_hand "$1" public.pattern_success_tracking live outcome "CASE outcome WHEN 'open' THEN 'completed' ELSE 'open' END"
}

# check_named DIFF: what was changed is told, and is unexplained
check_named()
{
	local row

	for row in "${changed[@]}"; do
		check "changed by hand: $row" [ "$(jq --arg table "${row%% *}" --argjson key "${row#* }" \
			'[.differences[] | select(.table == $table and .key == $key) | .unexplained] == [true]' "$1")" = true ]
	done
}

# change_back: what change_by_hand did
change_back()
{
	local i

	for i in "${!changed[@]}"; do
		of_row "${changed[i]%% *}" "${changed[i]#* }" "${changed_back[i]}"
	done
}
