#include "manual_page.h"

#include "roff.h"
#include "usage.h"
#include "version.h"

static void write_synopsis(FILE *out, const char *name, const struct usage *usage)
{
	const char *lines = usage->arguments ? usage->arguments : "";
	bool first = true;

	/* As argp shows them: a line each. */
	do {
		size_t length = strcspn(lines, "\n");

		fprintf(out, "%s.B growthctl %s\n[\\fIOPTION\\fR...] %.*s\n", first ? "" : ".br\n",
			name, (int)length, lines);
		lines += length + (lines[length] == '\n');
		first = false;
	} while (*lines);
}

static void write_usage(struct ctl *ctl, FILE *out, const char *name, const struct usage *usage)
{
	const char *after = strchr(usage->doc, '\v');
	size_t length = after ? (size_t)(after - usage->doc) : strlen(usage->doc);

	roff_subsection(out, arena_printf(&ctl->arena, "growthctl %s", name));
	write_synopsis(out, name, usage);
	fputs(".PP\n", out);
	roff_text(out, arena_strndup(&ctl->arena, usage->doc, length));
	roff_options(out, usage_argp(usage, &ctl->arena).options);
	if (after) {
		fputs(".PP\n", out);
		roff_text(out, after + 1);
	}
}

static void write_command(struct ctl *ctl, FILE *out, const struct ctl_command *command)
{
	const struct usage *usage = ctl_describe(ctl, command, NULL), *of_verb;

	if (!usage)
		return;
	write_usage(ctl, out, command->name, usage);
	for (const char *const *verb = usage->verbs; verb && *verb; verb++) {
		of_verb = ctl_describe(ctl, command, *verb);
		if (of_verb && of_verb != usage)
			write_usage(ctl, out,
				    arena_printf(&ctl->arena, "%s %s", command->name, *verb),
				    of_verb);
	}
}

static void write_page(struct ctl *ctl, const struct ctl_command *commands, FILE *out)
{
	roff_begin(out, &(struct roff_page){ "growthctl", 1, version_date(),
					     "the operator's command of growth patterns" });
	roff_section(out, "SYNOPSIS");
	fputs(".B growthctl\n\\fICOMMAND\\fR [\\fIOPTION\\fR...]\n", out);
	roff_section(out, "DESCRIPTION");
	for (const struct ctl_command *command = commands; command->name; command++)
		roff_term(out, command->name, command->summary);
	fputs(".PP\n", out);
	roff_text(out, strchr(ctl_doc, '\v') + 1);
	roff_section(out, "OPTIONS OF EVERY COMMAND");
	roff_options(out, ctl_global_options);
	roff_section(out, "COMMANDS");
	for (const struct ctl_command *command = commands; command->name; command++)
		write_command(ctl, out, command);
	roff_section(out, "CONFIGURATION");
	roff_text(
		out,
		"The same file and environment as the workers', see growth.conf(5); what stands behind --set wins over the "
		"environment, which wins over the file.");
	roff_section(out, "ENVIRONMENT");
	roff_term(out, "GROWTH_...", "Keys of the configuration, see growth.conf(5).");
	roff_term(out, "NO_COLOR", "No bold and no colours, where it is not empty.");
	roff_term(out, "PGUSER, PGPASSFILE, ...", "As libpq has them.");
	roff_section(out, "SEE ALSO");
	fputs(".BR cohort\\-analyzer (1),\n.BR matcher (1),\n.BR goal\\-enricher (1),\n"
	      ".BR success\\-tracker (1),\n.BR growth.conf (5)\n",
	      out);
}

int manual_write(struct ctl *ctl, const struct ctl_command *commands, const char *flag)
{
	if (strcmp(flag, MANUAL_FLAG) == 0)
		write_page(ctl, commands, stdout);
	else
		options_manual(ctl_groups, stdout);
	arena_release(&ctl->arena);
	return ctl_flush(ctl);
}
