#!/usr/bin/env bash
# The read interface (schemas/README.md, "Reading"), asked as growth_reader: what the plan's Days 2 to 5 want a concierge to see. Each
# case is a function; the ladder is the plan's, so its sentences can be compared letter by letter.
# shellcheck disable=SC2016
# shellcheck source=tests/support/pipeline.bash
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"

ladder='vocabulary.tiers=3_million=$3M,5_million=$5M,10_million=$10M,20_million=$20M,40_million=$40M'
database=test_reading_$$
createdb -U postgres "$database"
export GROWTH_POSTGRES_CONNINFO="$pipeline_conninfo dbname=$database"
growthctl migrate --set "$ladder" 2>/dev/null
psql -U postgres -d "$database" -XAtq -v ON_ERROR_STOP=1 -f "$GROWTH_SOURCE/tests/support/reading.sql"

# ask SQL: as the reader; columns are parted by |
ask()
{
	psql -U growth_reader -d "$database" -XAtq -v ON_ERROR_STOP=1 -c "$1" 2>&1 || true
}

# answers SQL LINE…
answers()
{
	local question=$1 answer

	shift
	answer=$(ask "$question")
	[[ $answer == "$(printf '%s\n' "$@")" ]] && return
	printf '%s\n  gave     %s\n  expected %s\n' "$question" "${answer//$'\n'/$'\n'           }" \
		"$(printf '%s\n           ' "$@")" >&2
	return 1
}

# refuses SQL
refuses()
{
	[[ $(ask "$1") == *"permission denied"* ]] && return
	echo "growth_reader may: $1" >&2
	return 1
}

# ---- the plan's queries ----

day1_patterns_by_confidence()
{
	answers "SELECT pattern_name, from_revenue_tier, to_revenue_tier, sample_size, confidence_score
		FROM growth_v1.growth_patterns ORDER BY confidence_score DESC" \
		'Revenue growth from $3M to $5M|3_million|5_million|47|0.89' \
		'Lead improvement from $3M to $5M|3_million|5_million|20|0.70' \
		'Revenue growth from $5M to $10M|5_million|10_million|31|0.61' \
		'Revenue growth from $10M to $20M|10_million|20_million|9|0.20'
}

day1_pattern_details()
{
	answers "SELECT pattern_name, jsonb_path_query_array(common_focus_areas, '\$[*].item'), avg_time_to_level_up_months
		FROM growth_v1.growth_patterns WHERE sample_size > 40" \
		'Revenue growth from $3M to $5M|["closing_sales"]|11'
}

day1_items_tell_grade_and_lift()
{
	answers "SELECT kind, place, name, grade, users, usage_rate, control_rate, lift, lift_low, lift_high
		FROM growth_v1.growth_pattern_items
		WHERE pattern_key = '3_million>5_million/revenue_growth' AND kind IN ('partner', 'milestone') ORDER BY kind, place" \
		'milestone|1|Hired ops manager|A|34|0.73||||' \
		'partner|1|BuildPro|A|42|0.89|0.62|2.4|1.5|3.9' 'partner|2|LeadGen Tools|B|31|0.67||||' \
		'partner|3|Odd Jobs|C|12|0.26||||' 'partner|4|Popular Co|A|40|0.8||||'
}

day2_find_matching_patterns_top_three_with_parts()
{
	answers "SELECT match_rank, pattern_name, match_score, tier_score, focus_score, team_score, stage_score, confidence_score
		FROM growth_v1.find_matching_patterns(56)" \
		'1|Revenue growth from $3M to $5M|0.90|1|0.8|0.9|0.85|0.89' \
		'2|Lead improvement from $3M to $5M|0.72|1|0.5|0.7|0.6|0.70' \
		'3|Revenue growth from $5M to $10M|0.60|0.5|0.9|0.4|0.2|0.61'
}

day2_verification_query()
{
	answers "SELECT pattern_name, match_score, match_reason FROM growth_v1.contractor_matches
		WHERE contractor_id = 56 AND match_rank = 1" \
		'Revenue growth from $3M to $5M|0.90|Revenue tier and focus areas align'
}

day2_former_match_stays_without_a_rank()
{
	answers "SELECT match_rank, pattern_key, pattern_status, sample_size FROM growth_v1.contractor_matches
		WHERE contractor_id = 57 ORDER BY match_rank NULLS LAST" \
		'|3_million>5_million/gone|removed|' &&
		answers "SELECT count(*) FROM growth_v1.find_matching_patterns(57)" 0
}

# ---- goals ----

day3_goals_by_priority_then_match()
{
	answers "SELECT goal_type, priority_score, match_score, status FROM growth_v1.contractor_goals(56)" \
		'revenue_growth|9|0.9|active' 'lead_improvement|9|0.72|active' 'customer_retention|3||blocked' \
		'financial_health|10||completed'
}

day3_goal_with_source_confidence_and_checklist()
{
	answers "SELECT pattern_source, pattern_confidence, expected_months_low, expected_months_high,
			jsonb_path_query_array(checklist, '\$[*].checklist_item')
		FROM growth_v1.contractor_goals(56) LIMIT 1" \
		'Based on 47 contractors who went from $3M to $5M|0.89|8|12|["Assess: hired ops manager", "Recommend BuildPro"]'
}

day3_checklist_in_order()
{
	answers "SELECT position, item_type, checklist_item, status FROM growth_v1.contractor_checklist
		WHERE contractor_id = 56 ORDER BY goal_id, position" \
		'1|milestone|Assess: hired ops manager|pending' '2|partner|Recommend BuildPro|completed'
}

# ---- partners ----

day4_partner_sentence()
{
	answers "SELECT sentence FROM growth_v1.partner_recommendations(56) WHERE partner_id = 'buildpro'" \
		'BuildPro (used by 89% of contractors who went from $3M to $5M, avg satisfaction 4.8/5)'
}

day4_contractors_like_you_used()
{
	answers "SELECT like_you FROM growth_v1.partner_recommendations(56) LIMIT 1" 'Contractors like you used BuildPro'
}

day4_usage_statistics_and_effectiveness()
{
	answers "SELECT partner_name, usage_rate, at_least, usage_low, usage_high, avg_satisfaction, raters, effectiveness,
			effectiveness_low, effectiveness_high, grade, pattern_key
		FROM growth_v1.partner_recommendations(56) LIMIT 1" \
		'BuildPro|0.89|f|0.77|0.95|4.8|30|2.4|1.5|3.9|A|3_million>5_million/revenue_growth'
}

# 0.15 for BuildPro; LeadGen Tools: 0.15 * 0.67 / 0.89
day4_usage_of_89_per_cent_boosts_by_15_per_cent()
{
	answers "SELECT partner_name, round(boost::numeric, 4) FROM growth_v1.partner_recommendations(56) WHERE NOT already_used" \
		'BuildPro|0.1500' 'LeadGen Tools|0.1129'
}

day4_unrated_partner_has_a_sentence_without_rating()
{
	answers "SELECT sentence FROM growth_v1.partner_recommendations(56) WHERE partner_id = 'leadgen'" \
		'LeadGen Tools (used by 67% of contractors who went from $3M to $5M)'
}

day4_used_partner_says_so_and_comes_last()
{
	answers "SELECT partner_name, already_used, sentence FROM growth_v1.partner_recommendations(56) OFFSET 2" \
		'Popular Co|t|Popular Co (used by at least 80% of contractors who went from $3M to $5M)'
}

# 60 has used the partner that gave a hint, so he is shown what is left, then that one.
day4_weak_evidence_only_when_there_is_nothing_better()
{
	answers "SELECT count(*) FROM growth_v1.partner_recommendations(56) WHERE grade IN ('C', 'D')" 0 &&
		answers "SELECT grade, sentence FROM growth_v1.partner_recommendations(59)" \
			'C|Shed Soft (used by 30% of contractors who went from $10M to $20M); a hint, no more' &&
		answers "SELECT grade, sentence FROM growth_v1.partner_recommendations(60)" \
			'D|Tool hire (used by at least 50% of contractors who went from $10M to $20M); common, its effect could not be measured' \
			'C|Shed Soft (used by 30% of contractors who went from $10M to $20M); a hint, no more'
}

day4_patterns_of_other_tiers_recommend_nothing()
{
	answers "SELECT count(*) FROM growth_v1.partner_recommendations(56) WHERE partner_name = 'Big Crane'" 0 &&
		answers "SELECT count(*) FROM growth_v1.partner_recommendations(58)" 0 &&
		answers "SELECT count(*) FROM growth_v1.content_recommendations(58)" 0
}

# ---- content ----

day5_content_percentages()
{
	answers "SELECT sentence FROM growth_v1.content_recommendations(56)" \
		"73% of contractors who scaled to \$5M read 'Traction'" \
		"55% of contractors who scaled to \$5M attended Builders' Show" \
		"at least 90% of contractors who scaled to \$5M listened to 'The {rate} Show'"
}

day5_content_leaves_out_what_is_done()
{
	answers "SELECT count(*) FROM growth_v1.content_recommendations(56) WHERE item = 'emyth'" 0 &&
		answers "SELECT sentence FROM growth_v1.content_recommendations(61) WHERE item = 'emyth'" \
			"80% of contractors who scaled to \$5M read 'The E-Myth'"
}

# ---- time ----

# months SQL-ARGUMENTS LINE: the answer's main columns
months()
{
	answers "SELECT status, months_low, months_median, months_high, p_by_horizon, horizon_months, basis, sample_size
		FROM growth_v1.predict_time_to_milestone($1)" "$2"
}

# sentence SQL-ARGUMENTS SENTENCE
sentence()
{
	answers "SELECT sentence FROM growth_v1.predict_time_to_milestone($1)" "$2"
}

day5_timeline_sentence()
{
	sentence "56, '5_million', '2024-01-01 UTC'" 'Based on similar contractors, expect 8-12 months to reach $5M' &&
		months "56, '5_million', '2024-01-01 UTC'" 'predicted|8|10|12|0.9|40|tier_entry|47'
}

# 6.998 months are spent; the pattern's entry for 6 says 10 to 16.
day5_timeline_is_conditional_on_months_spent()
{
	months "56, '5_million', '2024-08-01 UTC'" 'predicted|3|5|10|0.7|33|tier_entry|47' &&
		sentence "56, '5_million', '2024-08-01 UTC'" \
			'Based on similar contractors, expect 3-10 more months to reach $5M; about 70% get there within 33 more months'
}

day5_timeline_through_several_tiers()
{
	months "56, '10_million', '2024-01-01 UTC'" 'predicted|20|27|35|0.54|76|first_seen|31' &&
		sentence "56, '10_million', '2024-01-01 UTC'" \
			'Based on similar contractors, expect 20-35 months to reach $10M (counted since first seen); about 54% get there within 76 months' &&
		answers "SELECT legs -> 0 ->> 'pattern_key', legs -> 1 ->> 'pattern_key', jsonb_array_length(legs)
			FROM growth_v1.predict_time_to_milestone(56, '10_million', '2024-01-01 UTC')" \
			'3_million>5_million/revenue_growth|5_million>10_million/revenue_growth|2'
}

day5_timeline_of_one_month()
{
	months "56, '5_million', '2025-04-15 UTC'" 'predicted|1|1|1|0.7|24|tier_entry|47' &&
		sentence "56, '5_million', '2025-04-15 UTC'" \
			'Based on similar contractors, expect 1 more month to reach $5M; about 70% get there within 24 more months'
}

day5_not_enough_data_is_said()
{
	months "59, '20_million'" 'not_enough_data|||||||9' &&
		sentence "59, '20_million'" 'Not enough data yet to say how long it takes to reach $20M' &&
		months "59, '40_million'" 'not_enough_data|||||||9'
}

day5_longer_than_observed_is_said()
{
	sentence "56, '5_million', '2030-01-01 UTC'" \
		'72 months in $3M is longer than observed so far of contractors who reached $5M: no range can be given'
}

day5_reached_is_said()
{
	months "59, '5_million'" 'reached|||||||' && sentence "59, '5_million'" '$5M is reached'
}

day5_unknown_target_and_unknown_contractor()
{
	months "56, '7_million'" 'unknown_tier|||||||' && answers "SELECT * FROM growth_v1.predict_time_to_milestone(999, '5_million')" ''
}

day5_now_is_meant_when_no_time_is_given()
{
	answers "SELECT months_in_tier > 20 FROM growth_v1.predict_time_to_milestone(56, '5_million')" t
}

day5_now_is_meant_by_a_null_time()
{
	answers "SELECT months_in_tier > 20 FROM growth_v1.predict_time_to_milestone(56, '5_million', NULL)" t &&
		answers "SELECT count(*) FROM growth_v1.predict_time_to_milestone(56, '5_million', NULL) AS a
			JOIN growth_v1.predict_time_to_milestone(56, '5_million') AS b ON a::text = b::text" 1
}

# ---- words and rights ----

words_follow_the_configuration()
{
	growthctl migrate --set "$ladder" --set 'texts.partner.like_you=Others use {partner}' 2>/dev/null
	answers "SELECT like_you FROM growth_v1.partner_recommendations(56) LIMIT 1" 'Others use BuildPro' || return
	growthctl migrate --set "${ladder/\$5M/five}" 2>"$scratch/said"
	grep -q '2 texts and tiers taken over' "$scratch/said" || { cat "$scratch/said" >&2; return 1; }
	sentence "56, '5_million', '2024-01-01 UTC'" 'Based on similar contractors, expect 8-12 months to reach five' || return
	growthctl migrate --set "${ladder/\$5M/five}" 2>"$scratch/said"
	! grep -q 'taken over' "$scratch/said"
}

reader_uses_exactly_this_schema()
{
	answers "SELECT string_agg(c.oid::regclass::text, ' ' ORDER BY c.oid::regclass::text)
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relkind IN ('r', 'v', 'm', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
			AND has_schema_privilege(n.oid, 'USAGE') AND has_any_column_privilege(c.oid, 'SELECT')" \
		'growth_v1.contractor_checklist growth_v1.contractor_goals growth_v1.contractor_matches growth_v1.growth_pattern_items growth_v1.growth_patterns growth_v1.tiers growth_v1.wording' &&
		answers "SELECT string_agg(p.proname, ' ' ORDER BY p.proname)
			FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
			WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')
				AND has_schema_privilege(n.oid, 'USAGE') AND has_function_privilege(p.oid, 'EXECUTE')" \
			'content_recommendations contractor_goals find_matching_patterns partner_recommendations predict_time_to_milestone'
}

reader_reads_no_base_table()
{
	local table

	for table in contractors business_growth_patterns contractor_pattern_matches ai_concierge_goals \
		ai_concierge_checklist_items pattern_success_tracking confidence_history contractor_actions \
		goal_enricher.done_actions matcher.positions cohort_analyzer.publications growth_v1.words; do
		refuses "SELECT count(*) FROM $table" || return
	done
	refuses "SELECT * FROM growth_v1.listed_items(56, '{partner}')"
}

reader_writes_nothing()
{
	answers "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relkind IN ('r', 'v', 'm', 'p') AND n.nspname NOT LIKE 'pg\_%'
			AND (has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
				OR has_any_column_privilege(c.oid, 'INSERT, UPDATE'))" 0 &&
		refuses "UPDATE growth_v1.wording SET template = 'x'" &&
		refuses "DELETE FROM growth_v1.growth_patterns" &&
		refuses "CREATE TABLE growth_v1.mine (id INTEGER)" &&
		refuses "CREATE TABLE public.mine (id INTEGER)"
}

# A table of the caller's own may not take the place of one that a function means.
reader_cannot_misguide_a_function()
{
	answers "SET search_path = pg_temp, public; CREATE TEMP TABLE contractors (id INTEGER, revenue_tier TEXT);
		CREATE TEMP TABLE tiers (name TEXT); SELECT status FROM growth_v1.predict_time_to_milestone(56, '5_million', '2024-01-01 UTC')" \
		predicted
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=()
for case in $(compgen -A function | grep -E '^(day[1-7]_|reader_)') words_follow_the_configuration; do
	if "$case"; then
		echo "ok: $case"
	else
		echo "FAILED: $case" >&2
		failed+=("$case")
	fi
done
((${#failed[@]} == 0)) || fail "${failed[*]}"
