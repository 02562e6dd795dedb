#include "matcher_core_sql.h"
#include "store_rows.h"

const struct statement matcher_pattern_versions = {
	.name = "matcher_pattern_versions",
	.sql = SQL_LOAD_PATTERN_VERSIONS,
	.shape = STATEMENT_SCALARS,
	.results = library_version_columns,
	.result_size = sizeof(struct library_version),
};

const struct statement *const matcher_statements[] = {
	&matcher_pattern_versions,      &matcher_read_contractors,
	&matcher_lock_contractors,      &matcher_lock_partition,
	&matcher_insert_contractors,    &matcher_update_contractors,
	&matcher_update_figures,        &matcher_hold_places_statement,
	&matcher_free_places_statement, &matcher_erase_contractors_statement,
	&matcher_erase_scores,          &matcher_select_matches,
	&matcher_name_patterns,         &matcher_insert_matches,
	&matcher_update_matches,        &matcher_update_moved_matches,
	&matcher_select_scores,         &matcher_insert_scores,
	&matcher_update_scores,         NULL,
};
