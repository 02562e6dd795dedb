#!/usr/bin/env bash
# No statement inside of a read function reads a large table from end to end: the plans that Postgres makes with 20,000 contractors.
# shellcheck source=tests/support/pipeline.bash
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"

database=test_reading_plans_$$
createdb -U postgres "$database"
export GROWTH_POSTGRES_CONNINFO="$pipeline_conninfo dbname=$database"
growthctl migrate 2>/dev/null
psql -U postgres -d "$database" -qX -v ON_ERROR_STOP=1 -v contractors=20000 -f "$GROWTH_SOURCE/tests/bench/reading.sql" >/dev/null

large='contractors|contractor_pattern_matches|ai_concierge_goals|ai_concierge_checklist_items|done_actions'

# plans_of QUERY: of the statements inside of it, too
plans_of()
{
	psql -U postgres -d "$database" -XAtq -v ON_ERROR_STOP=1 2>&1 >/dev/null <<-END
		LOAD 'auto_explain';
		SET auto_explain.log_min_duration = 0;
		SET auto_explain.log_nested_statements = on;
		SET auto_explain.log_level = notice;
		$1;
	END
}

by_index()
{
	local plans

	plans=$(plans_of "SELECT * FROM growth_v1.$1")
	! grep -E "Seq Scan on ($large)" <<<"$plans" || { echo "$plans" >&2; fail "$1 reads a whole table"; }
	grep -qE "(Index|Bitmap Heap) .*Scan .*on ($large)" <<<"$plans" || { echo "$plans" >&2; fail "$1: no plan seen"; }
	echo "ok: $1"
}

by_index "find_matching_patterns(7000)"
by_index "contractor_goals(7000)"
by_index "partner_recommendations(7000)"
by_index "content_recommendations(7000)"
by_index "predict_time_to_milestone(7000, '300_plus_million')"
by_index "contractor_matches WHERE contractor_id = 7000"
by_index "contractor_goals WHERE contractor_id = 7000"
by_index "contractor_checklist WHERE contractor_id = 7000"
