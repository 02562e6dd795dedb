/* growthctl validate: what its files share. The rules are decide_validate*.c's. */
#pragma once

#include "ctl.h"
#include "decide_validate.h"

/* What is known of a contractor; lives until the call returns. */
typedef void validate_each(void *closure, const struct history *history);

/* When the history and the outcomes end. */
bool validate_ends(struct db *db, struct arena *arena, struct optional_time *ret_history,
		   struct optional_time *ret_votes, struct err *err);
/* All outcomes of goals, by pattern and voter. */
bool validate_outcomes(struct db *db, struct arena *arena, struct outcome_recorded **ret_outcomes,
		       size_t *ret_count, struct err *err);
/* Calls each for every contractor with a profile. */
bool validate_history(struct db *db, const struct vocabulary *vocabulary, validate_each *each,
		      void *closure, struct err *err);

void validate_print(const struct validation_settings *settings,
		    const struct validation_report *report, struct arena *arena);
void validate_print_json(const struct validation_settings *settings,
			 const struct validation_report *report);
