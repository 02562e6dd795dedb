/* The constants of the statistics, from configuration. */
#pragma once

#include <stdint.h>

#include "options.h"

struct constants {
	double month_days;   /* days in a month */
	int64_t blip_days;   /* a tier held for less and then lost was a mistake */
	int64_t silent_days; /* who is not heard of for longer is no longer followed */
	int64_t lag_days;    /* from an action to when it can have had an effect */
	int64_t window_days; /* only what happened so long before as_of counts; 0: all of it */
	int64_t k;           /* nothing is published about fewer contractors than this */
	double fdr;          /* false discoveries among supported items: at most this share */
	double z;            /* normal quantile of the 95 % limits */
};

/* The defaults: 30.4375, 30, 730, 30, 5, 1.959964. */
extern const struct constants default_constants;
/* The options that fill a struct constants, with the same defaults: statistics.month_days,
 * .blip_days … */
extern const struct config_option constants_options[];
