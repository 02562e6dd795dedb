#include "ctl.h"

static const struct ctl_command commands[] = {
	{ "migrate", "create or update the tables in Postgres", command_migrate },
	{ "topics", "create the topics that are missing, check the others", command_topics },
	{ "acls", "say who needs which rights in Kafka, or give them", command_acls },
	{ "simulate", "write a made-up history of contractors", command_simulate },
	{ "emit", "send events from a file to Kafka", command_emit },
	{ "recalculate", "ask for a recalculation of the patterns", command_recalculate },
	{ "status", "say whether all is well, or wait until all is done", command_status },
	{ "positions", "show where each partition stands, and move it", command_positions },
	{ "dlq", "show dead letters, send them again, discard them", command_dlq },
	{ "replay", "handle history again, in a shadow beside live", command_replay },
	{ "patterns", "show the growth patterns that were found, or all of one", command_patterns },
	{ "uptake", "show what of the advice was taken up", command_uptake },
	{ "diff", "compare live with a replay of its history, or two databases", command_diff },
	{ "promote", "put a replay in live's place, or undo that", command_promote },
	{ "report", "write what was found as one page for people who look", command_report },
	{ "validate", "judge what would be learnt by what was not learnt from", command_validate },
	{ "contractor", "show a contractor's profile, matches and goals", command_contractor },
	{ 0 }
};

int main(int argc, char **argv)
{
	return ctl_main(argc, argv, commands);
}
