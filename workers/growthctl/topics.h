/* What topics.c (the command) and topics_print.c share. */
#pragma once

#include "decide_pipeline.h"
#include "kafka.h"

struct topics_arguments {
	bool dry_run, json;
	int64_t timeout_ms;
};

struct topic {
	const struct topic_plan *plan;
	struct topic_state state; /* partitions 0: it does not exist */
	bool created;
	struct texts differences;
};

struct topics {
	struct ctl *ctl;
	struct kafka kafka;
	struct topics_arguments arguments;
	struct topic *items;
	size_t count;
};

/* Writes what was found and done; the exit code. */
int topics_report(const struct topics *topics);
