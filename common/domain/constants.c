#include "constants.h"

const struct constants default_constants = {
	.month_days = 30.4375,
	.blip_days = 30,
	.silent_days = 730,
	.lag_days = 30,
	.k = 5,
	.fdr = 0.10,
	.z = 1.959964,
};

const struct config_option constants_options[] = {
	OPTION_NUMBER(
		struct constants, month_days, "statistics.month_days", "30.4375", 28, 31,
		"days in a month, where patterns are made; who reads them (goals, matches, SQL) counts 30.4375"),
	OPTION_INT(struct constants, blip_days, "statistics.blip_days", "30", 0, 365,
		   "a tier held for less than this and then lost was a mistake"),
	OPTION_INT(struct constants, silent_days, "statistics.silent_days", "730", 30, 36500,
		   "after a longer silence a contractor is no longer followed"),
	OPTION_INT(struct constants, lag_days, "statistics.lag_days", "30", 0, 365,
		   "days from an action to when it can have had an effect"),
	OPTION_INT(struct constants, window_days, "statistics.window_days", "0", 0, 36500,
		   "only days so long before the recalculation count; 0: all of them"),
	OPTION_INT(struct constants, k, "statistics.k", "5", 5, 1000,
		   "the fewest contractors anything is published about"),
	OPTION_NUMBER(struct constants, fdr, "statistics.fdr", "0.10", 0.0001, 0.5,
		      "the share of false discoveries allowed among supported items"),
	OPTION_NUMBER(struct constants, z, "statistics.z", "1.959964", 1, 4,
		      "normal quantile of the published limits"),
	OPTION_END
};
