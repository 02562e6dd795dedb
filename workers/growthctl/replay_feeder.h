/* What replay_feeder.c (the clients) and replay_feed.c (the copying) share. */
#pragma once

#include "replay.h"

/* A topic's name with live's prefix, or with the shadow's; the replay's arena's. */
const char *replay_live_name(const struct replay_feeder *feeder, const char *topic);
const char *replay_shadow_name(const struct replay_feeder *feeder, const char *topic);
/* ERR_RETRY: what was tried, at which broker, why, and that the same command goes on. Destroys the
 * error; false. */
bool replay_fail(struct replay_feeder *feeder, rd_kafka_error_t *error, const char *what,
		 struct err *err);
