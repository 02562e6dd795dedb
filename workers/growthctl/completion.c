/*
 * The word at the cursor is an option, the value of one, a command, a verb of it, or an argument;
 * which, the words before it and the tables tell. What an argument is, is told by its name in the
 * command's usage: WORKER, FILE, KEY.
 */
#include "completion.h"

#include <unistd.h>

#include "complete.h"
#include "decide_pipeline.h"
#include "messages.h"
#include "output.h"
#include "pattern_keys.h"
#include "usage.h"

#define ANSWER_MS 2000 /* who waits has pressed a key */

struct completer {
	struct ctl *ctl;
	const struct ctl_command *commands;
	int count;
	char **words;
	const char *word;
	const struct ctl_command *command; /* NULL: none before the cursor */
	const char *verb;                  /* the word behind it that is no option; NULL: none */
	const struct usage *usage;         /* of the command, or of its verb */
};

static bool takes_value(const struct argp_option *const *tables, const char *word)
{
	for (; *tables && !strchr(word, '='); tables++)
		for (const struct argp_option *option = *tables; option->name || option->key;
		     option++)
			if (option->name && option->arg && !(option->flags & OPTION_ARG_OPTIONAL) &&
			    strcmp(option->name, word + 2) == 0)
				return true;
	return false;
}

static const struct ctl_command *command_named(const struct ctl_command *commands, const char *name)
{
	while (commands->name && strcmp(commands->name, name) != 0)
		commands++;
	return commands->name ? commands : NULL;
}

/* The command, then its verb, from the words before the cursor. */
static void find_command(struct completer *completer)
{
	static const struct argp_option *const tables[] = { ctl_global_options, NULL };

	for (int i = 0; i + 1 < completer->count && !completer->verb; i++) {
		const char *word = completer->words[i];

		if (word[0] == '-')
			i += strncmp(word, "--", 2) == 0 && takes_value(tables, word);
		else if (completer->command)
			completer->verb = word;
		else if (!(completer->command = command_named(completer->commands, word)))
			return;
	}
	if (!completer->command)
		return;
	completer->usage = ctl_describe(completer->ctl, completer->command, NULL);
	for (const char *const *verb = completer->usage ? completer->usage->verbs : NULL;
	     completer->verb && verb && *verb; verb++)
		if (strcmp(*verb, completer->verb) == 0)
			completer->usage = ctl_describe(completer->ctl, completer->command, *verb);
}

static void offer_topics(const struct completer *completer, const char *before)
{
	struct topic_wishes wishes = { 0 };
	struct topic_plan *plans;
	const char **names;
	size_t count;

	topics_plan(&wishes, &completer->ctl->arena, &plans, &count);
	names = arena_array(&completer->ctl->arena, const char *, count + 1);
	for (size_t i = 0; i < count; i++)
		names[i] = plans[i].name;
	complete_names(stdout, completer->word, before, names);
}

/* From the database, where one answers; where none does, nothing is offered, and nothing said. */
static void offer_pattern_keys(const struct completer *completer)
{
	struct ctl *ctl = completer->ctl;
	struct option_sources sources = { .environment = (const char *const *)environ };
	const char **keys;
	struct err err = { 0 };
	struct db *db;
	size_t count;

	if (!options_load(ctl_groups, NULL, &sources, &ctl->config, &ctl->arena, &err))
		return;
	ctl_limit_statements(ctl, ANSWER_MS);
	setenv("PGCONNECT_TIMEOUT", "2", false);
	db = ctl_database(ctl, &err);
	if (db && pattern_read_keys(ctl, db, &keys, &count, &err))
		for (size_t i = 0; i < count; i++)
			complete_offer(stdout, completer->word, keys[i], NULL);
	db_close(db);
}

static void offer_value(const struct completer *completer, const struct argp_option *option,
			const char *before)
{
	const struct usage_option *own = completer->usage ? completer->usage->options : NULL;

	for (; own && own->kind; own++)
		if (own->name && own->choices && strcmp(own->name, option->name) == 0) {
			complete_names(stdout, completer->word, before, own->choices);
			return;
		}
	if (strcmp(option->name, "set") == 0)
		complete_setting(stdout, completer->word, before, ctl_groups);
	else if (strcmp(option->name, "color") == 0)
		complete_names(stdout, completer->word, before, output_color_names);
	else if (strncmp(option->arg, "TOPIC", strlen("TOPIC")) == 0)
		offer_topics(completer, before);
	else if (strncmp(option->arg, "WORKER", strlen("WORKER")) == 0)
		complete_names(stdout, completer->word, before, worker_names);
	else if (strstr(option->arg, "FILE"))
		puts(":files");
}

static void offer_arguments(const struct completer *completer)
{
	const char *arguments =
		completer->usage && completer->usage->arguments ? completer->usage->arguments : "";

	/* What stands below the first line is the verbs'. */
	arguments = arena_strndup(&completer->ctl->arena, arguments, strcspn(arguments, "\n"));
	if (completer->usage && completer->usage->verbs && !completer->verb)
		complete_names(stdout, completer->word, "", completer->usage->verbs);
	if (strstr(arguments, "WORKER"))
		complete_names(stdout, completer->word, "", worker_names);
	if (strstr(arguments, "KEY") && completer->verb)
		offer_pattern_keys(completer);
	else if (strstr(arguments, "show KEY"))
		complete_offer(stdout, completer->word, "show", NULL);
	if (strstr(arguments, "FILE"))
		puts(":files");
}

int complete_command_line(struct ctl *ctl, const struct ctl_command *commands, int count,
			  char **words)
{
	struct completer completer = {
		.ctl = ctl, .commands = commands, .count = count, .words = words
	};
	const struct argp_option *tables[] = { ctl_global_options, NULL, NULL }, *option;
	const char *before;

	if (count < 1)
		return 0;
	completer.word = words[count - 1];
	find_command(&completer);
	if (completer.usage)
		tables[1] = usage_argp(completer.usage, &ctl->arena).options;
	option = complete_value_of(count, words, tables, &before, &ctl->arena);
	if (option)
		offer_value(&completer, option, before);
	else if (completer.word[0] == '-')
		for (size_t i = 0; tables[i]; i++)
			complete_options(stdout, completer.word, tables[i]);
	else if (completer.command)
		offer_arguments(&completer);
	else
		for (; commands->name; commands++)
			complete_offer(stdout, completer.word, commands->name, commands->summary);
	arena_release(&ctl->arena);
	return 0;
}
