#include "manual.h"

#include "arguments.h"
#include "arena.h"
#include "roff.h"
#include "version.h"

static const char exit_codes[] =
	"0: told to leave, by SIGTERM or SIGINT, and has left. 64: wrong use. 71: out of memory. 75: a server was not to be "
	"had while starting; try again. 78: wrong configuration or installation, a restart will not help.";

static void write_topics(FILE *out, const struct worker *worker)
{
	fputs(".PP\nConsumes", out);
	for (const struct route *route = worker->routes; route->topic; route++)
		fprintf(out, "%s %s", route == worker->routes ? "" : ",", route->topic);
	fputs(";\nproduces", out);
	for (const char *const *topic = worker->outputs; topic && *topic; topic++)
		fprintf(out, "%s %s", topic == worker->outputs ? "" : ",", *topic);
	fprintf(out, ", and\n%s.dlq for messages that cannot be handled.\n", worker->name);
}

void worker_manual(const struct worker *worker, const struct option_group *groups, FILE *out)
{
	roff_begin(out, &(struct roff_page){ worker->name, 1, version_date(), worker->summary });
	roff_section(out, "SYNOPSIS");
	fprintf(out, ".B %s\n[\\fIOPTION\\fR...]\n", worker->name);
	roff_section(out, "DESCRIPTION");
	roff_text(
		out,
		"A worker of the growth pattern pipeline: it reads topics of Kafka as a member of a consumer group, keeps its "
		"state in Postgres and publishes what follows from it, each message's effect exactly once. As many run "
		"side by side as there are partitions to share.");
	write_topics(out, worker);
	roff_section(out, "OPTIONS");
	roff_options(out, arguments_options);
	roff_section(out, "CONFIGURATION");
	roff_text(
		out,
		"Keys may stand in the file of --config, in the environment as GROWTH_ and the key in capitals with _ for . "
		"(GROWTH_BATCH_MAX), or behind --set, which wins over the environment, which wins over the file. "
		"--print-config shows each with the place it is from.");
	options_manual(groups, out);
	roff_section(out, "ENDPOINTS");
	roff_text(
		out,
		"Over HTTP at http.listen and http.port: /livez (the loop moves), /readyz?verbose (what it needs is there; if not, "
		"why), /metrics (Prometheus).");
	roff_section(out, "EXIT STATUS");
	roff_text(out, exit_codes);
	roff_section(out, "FILES");
	roff_term(out, "/etc/growth/growth.conf",
		  "Where the package puts a configuration; it is read when --config names it.");
	roff_section(out, "SEE ALSO");
	fputs(".BR growthctl (1),\n.BR growth.conf (5)\n", out);
}
