/*
 * Configuration as an operator meets it: files, variables and flags go in, a configuration or a
 * report comes out. A case's file is workers.conf in an empty directory of the test's own.
 */
#include <criterion/criterion.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buffer.h"
#include "options.h"

struct kafka_config {
	const char *servers;
	struct texts topics;
	struct labels properties;
};

struct config {
	struct kafka_config kafka;
	const char *database;
	const char *note;
	int64_t batch_max;
	int64_t offset_from;
	int64_t batch_wait;
	double ratio;
	bool dry;
	enum { STYLE_JSON, STYLE_LOGFMT } style;
	struct labels areas;
};

static const char *const styles[] = { "json", "logfmt", NULL };

static const struct label default_area_items[] = { { "sales", "Closing sales" },
						   { "team", "Team" } };
static const struct labels default_areas = { default_area_items, 2 };

static const struct config_option kafka_options[] = {
	OPTION_TEXT(struct kafka_config, servers, "kafka.bootstrap_servers", "localhost:9092",
		    "brokers"),
	OPTION_TEXTS(struct kafka_config, topics, "kafka.topics", "goals,levels", "what is read"),
	OPTION_MAP(struct kafka_config, properties, "kafka.properties", "handed to librdkafka"),
	OPTION_END
};

static const struct config_option own_options[] = {
	OPTION_SECRET(struct config, database, "database", "host=/run/postgresql",
		      "where the state is"),
	OPTION_TEXT(struct config, note, "note", NULL, "a remark"),
	OPTION_INT(struct config, batch_max, "batch.max", "500", 1, 10000,
		   "messages per transaction"),
	OPTION_INT(struct config, offset_from, "kafka.offset-from", "0", 0, 0, "where to begin"),
	OPTION_DURATION(struct config, batch_wait, "batch.wait", "5ms", 1, 60000, "longest wait"),
	OPTION_NUMBER(struct config, ratio, "ratio", "0.1", 0, 1, "share"),
	OPTION_BOOL(struct config, dry, "dry_run", "false", "writes nothing"),
	OPTION_CHOICE(struct config, style, "log.format", "json", styles, "form of the log"),
	OPTION_LABELS(struct config, areas, "areas", &default_areas, "focus areas"),
	OPTION_END
};

static const struct option_group groups[] = { { kafka_options, offsetof(struct config, kafka) },
					      { own_options, 0 },
					      { NULL, 0 } };

/* What another worker knows. */
static const struct config_option other_options[] = {
	OPTION_INT(struct config, batch_max, "cohort.minimum", "5", 1, 100, "smallest cohort"),
	OPTION_MAP(struct kafka_config, properties, "cohort.extra", "more"),
	OPTION_MAP(struct kafka_config, properties, "goals", "a section of its own"),
	OPTION_MAP(struct kafka_config, properties, "batch", "a section that is ours as well"),
	OPTION_END
};

static const struct option_group known[] = { { own_options, 0 },
					     { other_options, 0 },
					     { NULL, 0 } };

static struct arena arena;
static struct err err;

static void enter_directory(void)
{
	char directory[] = "/tmp/base-options-XXXXXX";

	cr_assert(mkdtemp(directory) && chdir(directory) == 0);
	arena_init(&arena);
}

static void leave_directory(void)
{
	char directory[64];

	arena_release(&arena);
	cr_assert(getcwd(directory, sizeof(directory)) &&
		  strncmp(directory, "/tmp/base-options-", 18) == 0);
	unlink("workers.conf");
	unlink("more.conf");
	rmdir("directory");
	cr_assert(rmdir(directory) == 0);
}

TestSuite(base_options, .init = enter_directory, .fini = leave_directory);

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	cr_assert(file && fputs(text, file) >= 0 && fclose(file) == 0);
}

/* Each source may be NULL. */
static bool load(const char *file, const char *variable, const struct option_setting *setting,
		 struct config *config)
{
	const char *environment[] = { "HOME=/", variable, NULL };
	struct option_sources sources = {
		.file = file ? "workers.conf" : NULL,
		.environment = environment,
		.settings = setting,
		.settings_count = setting ? 1 : 0,
	};

	err = (struct err){ 0 };
	memset(config, 0x55, sizeof(*config)); /* nothing may be left as it was */
	if (file)
		write_file("workers.conf", file);
	return options_load(groups, known, &sources, config, &arena, &err);
}

static bool set(const char *key, const char *value, struct config *config)
{
	return load(NULL, NULL, &(struct option_setting){ key, value }, config);
}

static char *printed(const struct config *config)
{
	char *text = NULL;
	size_t length;
	FILE *stream = open_memstream(&text, &length);

	options_print(groups, config, stream);
	fclose(stream);
	arena_defer(&arena, free, text);
	return text;
}

static const char *const all_defaults =
	"kafka = {\n"
	"\t# brokers (text, default \"localhost:9092\")\n"
	"\tbootstrap_servers = \"localhost:9092\";\n"
	"\t# what is read (list of texts, default \"goals,levels\")\n"
	"\ttopics = [ \"goals\", \"levels\" ];\n"
	"\t# handed to librdkafka (names and values)\n"
	"\tproperties = ( );\n"
	"\t# where to begin (integer, default 0)\n"
	"\toffset-from = 0;\n"
	"};\n"
	"\n"
	"# where the state is (text, default \"host=/run/postgresql\")\n"
	"database = \"host=/run/postgresql\";\n"
	"\n"
	"# a remark (text)\n"
	"# note = \"\";\n"
	"\n"
	"batch = {\n"
	"\t# messages per transaction (integer 1..10000, default 500)\n"
	"\tmax = 500;\n"
	"\t# longest wait (duration 1ms..1m, default 5ms)\n"
	"\twait = \"5ms\";\n"
	"};\n"
	"\n"
	"# share (number 0..1, default 0.1)\n"
	"ratio = 0.1;\n"
	"\n"
	"# writes nothing (true or false, default false)\n"
	"dry_run = false;\n"
	"\n"
	"log = {\n"
	"\t# form of the log (one of json, logfmt, default json)\n"
	"\tformat = \"json\";\n"
	"};\n"
	"\n"
	"# focus areas (name=label,name=label with each name once, default sales=Closing sales,team=Team)\n"
	"areas = (\n"
	"\t{ name = \"sales\"; label = \"Closing sales\"; },\n"
	"\t{ name = \"team\"; label = \"Team\"; }\n"
	");\n";

Test(base_options, without_sources_the_defaults_hold)
{
	struct config config;

	cr_assert(load(NULL, NULL, NULL, &config), "%s", err.text);
	cr_expect_str_eq(config.kafka.servers, "localhost:9092");
	cr_expect_null(config.note);
	cr_expect_eq(config.batch_max, 500);
	cr_expect_eq(config.batch_wait, 5);
	cr_expect_eq(config.areas.count, 2);
	cr_expect_str_eq(printed(&config), all_defaults);
}

Test(base_options, a_later_source_overrides)
{
	struct config config;
	const char *file = "batch = { max = 2; };";
	const char *variable = "GROWTH_BATCH_MAX=3";

	cr_assert(load(file, NULL, NULL, &config), "%s", err.text);
	cr_expect_eq(config.batch_max, 2, "file over default");
	cr_assert(load(file, variable, NULL, &config), "%s", err.text);
	cr_expect_eq(config.batch_max, 3, "environment over file");
	cr_assert(load(file, variable, &(struct option_setting){ "batch.max", "4" }, &config), "%s",
		  err.text);
	cr_expect_eq(config.batch_max, 4, "--set over environment");
}

/* What --set KEY=VALUE does: a line of what is printed then, or else the report. */
static const struct {
	const char *name, *key, *value, *line;
} value_cases[] = {
	{ "lowest", "batch.max", "1", "\tmax = 1;\n" },
	{ "highest", "batch.max", "10000", "\tmax = 10000;\n" },
	{ "below", "batch.max", "0", "--set batch.max: integer 1..10000 expected, \"0\" found" },
	{ "above", "batch.max", "10001",
	  "--set batch.max: integer 1..10000 expected, \"10001\" found" },
	{ "blank", "batch.max", " 1", "--set batch.max: integer 1..10000 expected, \" 1\" found" },
	{ "rest", "batch.max", "1x", "--set batch.max: integer 1..10000 expected, \"1x\" found" },
	{ "empty", "batch.max", "", "--set batch.max: integer 1..10000 expected, \"\" found" },
	{ "wide", "kafka.offset-from", "-9223372036854775808",
	  "\toffset-from = -9223372036854775808L;\n" },
	{ "too wide", "kafka.offset-from", "9223372036854775808",
	  "--set kafka.offset-from: integer expected, \"9223372036854775808\" found" },
	{ "milliseconds", "batch.wait", "1500", "\twait = \"1500ms\";\n" },
	{ "seconds", "batch.wait", "10s", "\twait = \"10s\";\n" },
	{ "larger unit", "batch.wait", "60000ms", "\twait = \"1m\";\n" },
	{ "too long", "batch.wait", "1h",
	  "--set batch.wait: duration 1ms..1m expected, \"1h\" found" },
	{ "unit unknown", "batch.wait", "5 s",
	  "--set batch.wait: duration 1ms..1m expected, \"5 s\" found" },
	{ "unit alone", "batch.wait", "s",
	  "--set batch.wait: duration 1ms..1m expected, \"s\" found" },
	{ "beyond 64 bits", "batch.wait", "200000000000d",
	  "--set batch.wait: duration 1ms..1m expected, \"200000000000d\" found" },
	{ "number", "ratio", "0.30000000000000004", "ratio = 0.30000000000000004;\n" },
	{ "whole number", "ratio", "1", "ratio = 1.0;\n" },
	{ "exponent", "ratio", "5e-324", "ratio = 4.94065645841247e-324;\n" },
	{ "not a number", "ratio", "nan", "--set ratio: number 0..1 expected, \"nan\" found" },
	{ "negative", "ratio", "-0.1", "--set ratio: number 0..1 expected, \"-0.1\" found" },
	{ "yes", "dry_run", "Yes", "dry_run = true;\n" },
	{ "0", "dry_run", "0", "dry_run = false;\n" },
	{ "maybe", "dry_run", "maybe", "--set dry_run: true or false expected, \"maybe\" found" },
	{ "choice", "log.format", "logfmt", "\tformat = \"logfmt\";\n" },
	{ "no choice", "log.format", "xml",
	  "--set log.format: one of json, logfmt expected, \"xml\" found" },
	{ "list", "kafka.topics", "a, b", "\ttopics = [ \"a\", \"b\" ];\n" },
	{ "empty list", "kafka.topics", "", "\ttopics = [ ];\n" },
	{ "hole in a list", "kafka.topics", "a,,b",
	  "--set kafka.topics: list of texts expected, \"a,,b\" found" },
	{ "labels", "areas", "a=An area,b=", "\t{ name = \"b\"; label = \"\"; }\n);\n" },
	{ "label missing", "areas", "a",
	  "--set areas: name=label,name=label with each name once expected, \"a\" found" },
	{ "name twice", "areas", "a=1,a=2",
	  "--set areas: name=label,name=label with each name once expected, \"a=1,a=2\" found" },
	{ "text", "note", "a \"b\"\n\\", "note = \"a \\\"b\\\"\\x0a\\\\\";\n" },
	{ "empty text", "note", "", "\nnote = \"\";\n" },
	{ "property", "kafka.properties.linger.ms", "5",
	  "\t\t{ name = \"linger.ms\"; value = \"5\"; }\n" },
	{ "empty property", "kafka.properties.debug", "",
	  "\t\t{ name = \"debug\"; value = \"\"; }\n" },
	{ "property without name", "kafka.properties", "x",
	  "--set kafka.properties: a name below kafka.properties expected" },
	{ "unknown", "batch.maxx", "1",
	  "--set: unknown key \"batch.maxx\"; did you mean \"batch.max\"?" },
	{ "unknown far off", "colour", "1", "--set: unknown key \"colour\"" },
	{ "unknown below a map's misspelt name", "kafka.propertys.linger.ms", "1",
	  "--set: unknown key \"kafka.propertys.linger.ms\"; did you mean \"kafka.properties.linger.ms\"?" },
	{ "another worker's", "cohort.minimum", "7", "--set: unknown key \"cohort.minimum\"" },
	{ "a group", "batch", "7", "--set: unknown key \"batch\"" },
};

Test(base_options, values_are_checked)
{
	struct config config;

	for (size_t i = 0; i < sizeof(value_cases) / sizeof(*value_cases); i++) {
		const char *line = value_cases[i].line;

		if (strncmp(line, "--set", 5) == 0) {
			cr_expect_not(set(value_cases[i].key, value_cases[i].value, &config), "%s",
				      value_cases[i].name);
			cr_expect_str_eq(err.text, line, "%s: %s", value_cases[i].name, err.text);
			cr_expect_eq(err.kind, ERR_USAGE, "%s", value_cases[i].name);
			continue;
		}
		cr_expect(set(value_cases[i].key, value_cases[i].value, &config), "%s: %s",
			  value_cases[i].name, err.text);
		cr_expect(strstr(printed(&config), line), "%s: %s", value_cases[i].name,
			  printed(&config));
	}
}

/* What a file does: a line of what is printed then, or else the report. */
static const struct {
	const char *name, *file, *line;
} file_cases[] = {
	{ "empty", "", "\tmax = 500;\n" },
	{ "groups", "batch = { max = 7; wait = \"2s\"; };",
	  "\tmax = 7;\n"
	  "\t# longest wait (duration 1ms..1m, default 5ms)\n"
	  "\twait = \"2s\";\n" },
	{ "number of milliseconds", "batch = { wait = 250; };", "\twait = \"250ms\";\n" },
	{ "whole number", "ratio = 1;", "ratio = 1.0;\n" },
	{ "array", "kafka = { topics = [ \"x,y\", \"z\" ]; };",
	  "\ttopics = [ \"x,y\", \"z\" ];\n" },
	{ "list", "kafka = { topics = ( \"x\" ); };", "\ttopics = [ \"x\" ];\n" },
	{ "labels", "areas = ( { name = \"a\"; label = \"A, or B\"; } );",
	  "areas = (\n\t{ name = \"a\"; label = \"A, or B\"; }\n);\n" },
	{ "no labels", "areas = ();", "areas = ( );\n" },
	{ "properties in nested groups",
	  "kafka = { properties = { security = { protocol = \"SSL\"; };"
	  " linger = { ms = 5; }; a = true; }; };",
	  "\tproperties = (\n"
	  "\t\t{ name = \"security.protocol\"; value = \"SSL\"; },\n"
	  "\t\t{ name = \"linger.ms\"; value = \"5\"; },\n"
	  "\t\t{ name = \"a\"; value = \"true\"; }\n\t);\n" },
	{ "properties in a list",
	  "kafka = { properties = ( { name = \"linger.ms\"; value = 0.5; } ); };",
	  "\t\t{ name = \"linger.ms\"; value = \"0.5\"; }\n" },
	{ "another worker's keys", "cohort = { minimum = \"whatever\"; extra = { x = 1; }; };",
	  "\tmax = 500;\n" },
	{ "64 bits", "kafka = { offset-from = 9223372036854775807L; };",
	  "offset-from = 9223372036854775807L;\n" },
	{ "wide numbers in strings and comments",
	  "// 99999999999\n# 99999999999\n/* 99999999999 */\n"
	  "note = \"99999999999\\\"88888888888\"; ratio = .99999999999;",
	  "ratio = 0.99999999999;\n" },

	{ "text for an integer", "\nbatch = {\n  max = \"many\";\n};",
	  "workers.conf:3: batch.max: integer 1..10000 expected, text \"many\" found" },
	{ "digits in quotes", "batch = { max = \"5\"; };",
	  "workers.conf:1: batch.max: integer 1..10000 expected, text \"5\" found" },
	{ "number for an integer", "batch = { max = 1.5; };",
	  "workers.conf:1: batch.max: integer 1..10000 expected, number 1.5 found" },
	{ "out of range", "batch = { max = -4; };",
	  "workers.conf:1: batch.max: integer 1..10000 expected, integer -4 found" },
	{ "cut to 32 bits by libconfig", "\n\nbatch = { max = 4294967297; };",
	  "workers.conf:3: an integer is larger than 32 bits: write an L behind it" },
	{ "hexadecimal cut to 32 bits", "batch = { max = 0x100000001; };",
	  "workers.conf:1: an integer is larger than 32 bits: write an L behind it" },
	{ "larger than 64 bits", "kafka = { offset-from = 99999999999999999999L; };",
	  "workers.conf:1: an integer is larger than 64 bits" },
	{ "infinite", "ratio = 1e999;",
	  "workers.conf:1: ratio: number 0..1 expected, number inf found" },
	{ "text for a boolean", "dry_run = \"true\";",
	  "workers.conf:1: dry_run: true or false expected, text \"true\" found" },
	{ "integer for a text", "note = 5;",
	  "workers.conf:1: note: text expected, integer 5 found" },
	{ "group for a value", "note = { a = 1; };",
	  "workers.conf:1: note: text expected, group found" },
	{ "value for a group", "batch = 5;",
	  "workers.conf:1: batch: group { … } expected, integer found" },
	{ "list of values for a group", "batch = ( { max = 1; } );",
	  "workers.conf:1: batch: group { … } expected, list found" },
	{ "text for a list", "kafka = { topics = \"a,b\"; };",
	  "workers.conf:1: kafka.topics: array of texts expected, text \"a,b\" found" },
	{ "integers in a list", "kafka = { topics = [ 1 ]; };",
	  "workers.conf:1: kafka.topics[0]: text expected, integer 1 found" },
	{ "text for labels", "areas = \"a=b\";",
	  "workers.conf:1: areas: list ( { name = \"…\"; label = \"…\"; }, … ) expected, text \"a=b\" found" },
	{ "label missing", "areas = (\n{ name = \"a\"; label = \"A\"; },\n{ name = \"a\"; } );",
	  "workers.conf:3: areas[1]: { name = \"…\"; label = \"…\"; } expected" },
	{ "label twice",
	  "areas = ( { name = \"a\"; label = \"A\"; }, { name = \"a\"; label = \"B\"; } );",
	  "workers.conf:1: areas: name \"a\" twice" },
	{ "list in a property", "kafka = { properties = { x = { y = [ 1 ]; }; }; };",
	  "workers.conf:1: kafka.properties.x.y: one value expected, array found" },
	{ "unknown", "batch = { maxx = 1; };",
	  "workers.conf:1: unknown key \"batch.maxx\"; did you mean \"batch.max\"?" },
	{ "group misspelt", "bach = { max = 1;\n wait = 2; };",
	  "workers.conf:1: unknown key \"bach.max\"; did you mean \"batch.max\"?\n"
	  "workers.conf:2: unknown key \"bach.wait\"; did you mean \"batch.wait\"?" },
	{ "another worker's misspelt", "cohort = { minimun = 1; };",
	  "workers.conf:1: unknown key \"cohort.minimun\"; did you mean \"cohort.minimum\"?" },
	{ "of another's section", "goals = { nobody = { knows = 1; }; };\nbatch = { max = 12; };",
	  "max = 12;" },
	{ "of a section that is ours as well", "batch = { size = 1; };",
	  "workers.conf:1: unknown key \"batch.size\"" },
	{ "unknown empty group", "colour = { };", "workers.conf:1: unknown key \"colour\"" },
	{ "syntax", "note = \"a\";\nbatch = { max = ; };", "workers.conf:2: syntax error" },
	{ "open string", "note = \"a", "workers.conf:1: syntax error" },
	{ "key twice", "note = \"a\";\nnote = \"b\";", "workers.conf:2: duplicate setting name" },
	{ "included file missing", "@include \"more.conf\"\n",
	  "more.conf: No such file or directory" },
	{ "included directory", "note = \"a\";\n @include \"directory\"\n",
	  "directory: Is a directory" },
	{ "file that includes itself", "@include \"workers.conf\"\n",
	  "workers.conf:1: includes nest deeper than 10" },
};

Test(base_options, files_are_checked)
{
	struct config config;

	cr_assert(mkdir("directory", 0700) == 0);
	for (size_t i = 0; i < sizeof(file_cases) / sizeof(*file_cases); i++) {
		bool good = load(file_cases[i].file, NULL, NULL, &config);

		if (good)
			cr_expect(strstr(printed(&config), file_cases[i].line), "%s: %s",
				  file_cases[i].name, printed(&config));
		else
			cr_expect_str_eq(err.text, file_cases[i].line, "%s: %s", file_cases[i].name,
					 err.text);
	}
}

Test(base_options, an_included_file_is_read_and_named)
{
	struct config config;
	const char *file = "note = \"a\";\n@include \"more.conf\"\n";

	write_file("more.conf", "batch = { max = 9; };\n");
	cr_assert(load(file, NULL, NULL, &config), "%s", err.text);
	cr_expect_eq(config.batch_max, 9);

	write_file("more.conf",
		   "\nratio = 2;\nkafka = { offset-from = 3000000000; };\ncolour = 1;\n");
	cr_assert_not(load(file, NULL, NULL, &config));
	cr_expect_str_eq(err.text,
			 "more.conf:3: an integer is larger than 32 bits: write an L behind it\n"
			 "more.conf:2: ratio: number 0..1 expected, integer 2 found\n"
			 "more.conf:4: unknown key \"colour\"");
}

Test(base_options, a_file_that_cannot_be_read_is_reported)
{
	static const struct option_sources missing = { .file = "nowhere.conf" };
	static const struct option_sources directory = { .file = "/" };
	static const struct option_sources endless = { .file = "/dev/zero" };
	struct config config;

	err = (struct err){ 0 };
	cr_assert_not(options_load(groups, NULL, &missing, &config, &arena, &err));
	cr_expect_str_eq(err.text, "nowhere.conf: No such file or directory");
	err = (struct err){ 0 };
	cr_assert_not(options_load(groups, NULL, &directory, &config, &arena, &err));
	cr_expect_str_eq(err.text, "/: Is a directory");
	err = (struct err){ 0 };
	cr_assert_not(options_load(groups, NULL, &endless, &config, &arena, &err));
	cr_expect_str_eq(err.text, "/dev/zero: larger than 1 MiB, that is no configuration");
}

Test(base_options, every_bad_key_is_reported_at_once)
{
	static const char *const environment[] = { "GROWTH_RATIO=2", "GROWTH_LOG_FORMAT=xml",
						   NULL };
	static const struct option_setting settings[] = { { "ratio", "0.5" },
							  { "dry_run", "?" },
							  { "nothing", "1" } };
	struct option_sources sources = { .file = "workers.conf",
					  .environment = environment,
					  .settings = settings,
					  .settings_count = 3 };
	struct config config;

	write_file("workers.conf",
		   "batch = {\n\tmax = \"many\";\n\twait = \"1y\";\n};\nratioo = 1;\n");
	cr_assert_not(options_load(groups, NULL, &sources, &config, &arena, &err));
	cr_expect_str_eq(
		err.text,
		"workers.conf:2: batch.max: integer 1..10000 expected, text \"many\" found\n"
		"workers.conf:3: batch.wait: duration 1ms..1m expected, text \"1y\" found\n"
		"workers.conf:5: unknown key \"ratioo\"; did you mean \"ratio\"?\n"
		"environment GROWTH_RATIO: number 0..1 expected, \"2\" found\n"
		"environment GROWTH_LOG_FORMAT: one of json, logfmt expected, \"xml\" found\n"
		"--set dry_run: true or false expected, \"?\" found\n"
		"--set: unknown key \"nothing\"");
	cr_expect_eq(err.kind, ERR_USAGE);
}

Test(base_options, variables_are_named_after_their_option)
{
	static const struct {
		const char *variable, *line;
	} cases[] = {
		{ "GROWTH_KAFKA_BOOTSTRAP_SERVERS=a:1,b:2", "bootstrap_servers = \"a:1,b:2\"" },
		{ "GROWTH_KAFKA_OFFSET_FROM=7", "offset-from = 7;" },
		{ "GROWTH_KAFKA_PROPERTIES_SECURITY_PROTOCOL=SSL",
		  "{ name = \"security.protocol\"; value = \"SSL\"; }" },
		{ "GROWTH_NOTE=a=b", "\nnote = \"a=b\";" },
		{ "GROWTH_DEV_DIR=/tmp", "max = 500;" },
		{ "GROWTH_BATCH_MAXIMUM=x", "max = 500;" },
		{ "GROWTH_COHORT_MINIMUM=x", "max = 500;" },
		{ "GROWTH_batch_max=x", "max = 500;" },
		{ "GROWTH_BATCH_MAX", "max = 500;" },
		{ "BATCH_MAX=x", "max = 500;" },
	};
	struct config config;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		cr_expect(load(NULL, cases[i].variable, NULL, &config), "%s: %s", cases[i].variable,
			  err.text);
		cr_expect(strstr(printed(&config), cases[i].line), "%s", cases[i].variable);
	}
	cr_expect_not(load(NULL, "GROWTH_KAFKA_PROPERTIES=x", NULL, &config));
	cr_expect_str_eq(
		err.text,
		"environment GROWTH_KAFKA_PROPERTIES: a name below kafka.properties expected");
}

Test(base_options, a_misspelt_variable_is_refused)
{
	struct config config;

	cr_expect_not(load(NULL, "GROWTH_KAFKA_BOOTSTRAP_SERVER=a:1", NULL, &config));
	cr_expect_str_eq(err.text, "environment GROWTH_KAFKA_BOOTSTRAP_SERVER: unknown key; did "
				   "you mean GROWTH_KAFKA_BOOTSTRAP_SERVERS?");
}

Test(base_options, a_map_collects_from_all_sources)
{
	struct config config;
	const char *file =
		"kafka = { properties = ( { name = \"a\"; value = \"file\"; },"
		" { name = \"b.c\"; value = \"file\"; }, { name = \"d\"; value = \"file\"; } ); };";

	cr_assert(load(file, "GROWTH_KAFKA_PROPERTIES_B_C=environment",
		       &(struct option_setting){ "kafka.properties.d", "set" }, &config),
		  "%s", err.text);
	cr_expect(strstr(printed(&config), "\tproperties = (\n"
					   "\t\t{ name = \"a\"; value = \"file\"; },\n"
					   "\t\t{ name = \"b.c\"; value = \"environment\"; },\n"
					   "\t\t{ name = \"d\"; value = \"set\"; }\n\t);\n"),
		  "%s", printed(&config));
}

static void expect_round_trip(const struct config *config)
{
	const char *text = printed(config);
	struct config again;

	cr_assert(load(text, NULL, NULL, &again), "%s\n%s", err.text, text);
	cr_expect_str_eq(printed(&again), text);
}

Test(base_options, what_is_printed_reads_back_the_same)
{
	static const struct option_setting settings[] = {
		{ "note",
		  "quote \" backslash \\ tab \t line \n bell \a end \x7f umlaut \xc3\xa4 x1f \\x41" },
		{ "kafka.topics", "a b,\"c\"" },
		{ "areas", "a=A \"quoted\" label,b=\\n" },
		{ "kafka.offset-from", "-3000000000" },
		{ "ratio", "1e-7" },
		{ "batch.wait", "59999" },
		{ "kafka.properties.group.id", "x;}#\"" },
		{ "kafka.properties.sasl.password", "hidden" },
		{ "database", "postgresql://me:hidden@db/growth?sslmode=require" },
	};
	struct option_sources sources = { .settings = settings, .settings_count = 9 };
	struct config config, again;

	cr_assert(load(NULL, NULL, NULL, &config));
	expect_round_trip(&config);
	cr_assert(options_load(groups, NULL, &sources, &config, &arena, &err), "%s", err.text);
	expect_round_trip(&config);
	cr_assert(load(printed(&config), NULL, NULL, &again), "%s", err.text);
	cr_expect_str_eq(again.note, config.note);
	cr_expect_str_eq(again.areas.items[0].label, config.areas.items[0].label);
	cr_expect_eq(again.offset_from, config.offset_from);
	cr_expect_null(strstr(printed(&config), "hidden"));
}

static const struct {
	const char *secret, *shown;
} secret_cases[] = {
	{ "", "" },
	{ "geheim", "***" },
	{ "c2VjcmV0==", "***" },
	{ "password", "***" },
	{ "host=db password=geheim", "host=db password=***" },
	{ "host = db  password = geheim user=me", "host=db password=*** user=me" },
	{ "password='ge he\\'im' host=db", "password=*** host=db" },
	{ "password=ge\\ heim host='a b'", "password=*** host='a b'" },
	{ "sslpassword=geheim dbname=g", "sslpassword=*** dbname=g" },
	{ "password='geheim host=db", "***" },
	{ "host=db passwort=geheim", "***" },
	{ "host=db geheim", "***" },
	{ "host=db service=growth", "host=db service=growth" },
	{ "postgresql://me:geheim@db:5432/growth", "postgresql://me:***@db:5432/growth" },
	{ "postgres://me:ge@he/im@db/growth", "postgres://me:***@db/growth" },
	{ "postgresql://me@db:5432/growth?sslmode=require",
	  "postgresql://me@db:5432/growth?sslmode=require" },
	{ "postgresql:///growth?password=geheim&host=/run",
	  "postgresql:///growth?password=***&host=/run" },
	{ "postgresql:///growth?p%61ssword=geheim", "postgresql:///growth?p%61ssword=***" },
	{ "postgresql://db:1/growth?password=ge@heim", "***" },
	{ "mysql://me:geheim@db", "***" },
};

Test(base_options, a_secret_is_masked)
{
	struct config config;

	for (size_t i = 0; i < sizeof(secret_cases) / sizeof(*secret_cases); i++) {
		char line[256];

		snprintf(line, sizeof(line), "\ndatabase = \"%s\";\n", secret_cases[i].shown);
		cr_assert(set("database", secret_cases[i].secret, &config));
		cr_expect_str_eq(config.database, secret_cases[i].secret);
		cr_expect(strstr(printed(&config), line), "%s: %s", secret_cases[i].secret,
			  printed(&config));
	}
}

Test(base_options, secret_properties_are_masked)
{
	static const struct {
		const char *name, *shown;
	} cases[] = {
		{ "sasl.password", "***" },           { "ssl.key.pem", "***" },
		{ "sasl.jaas.config", "***" },        { "client.SECRET", "***" },
		{ "security.protocol", "value" },     { "group.id", "value" },
		{ "sasl.oauthbearer.config", "***" },
	};
	struct config config;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char key[64], line[128];

		snprintf(key, sizeof(key), "kafka.properties.%s", cases[i].name);
		snprintf(line, sizeof(line), "{ name = \"%s\"; value = \"%s\"; }", cases[i].name,
			 cases[i].shown);
		cr_assert(set(key, "value", &config), "%s", err.text);
		cr_expect(strstr(printed(&config), line), "%s: %s", cases[i].name,
			  printed(&config));
	}
}

Test(base_options, a_secret_is_hidden_where_it_stands)
{
	static const struct {
		const char *key, *value, *shown;
	} cases[] = {
		{ "database", "host=db password=geheim", "host=db password=***" },
		{ "database", "host=db", "host=db" },
		{ "database", "password=p", "password=*" },
		{ "database", "", "" },
		{ "kafka.properties.sasl.password", "geheim", "***" },
		{ "kafka.properties.sasl.username", "me", "me" },
		{ "note", "password=1", "password=1" },
		{ "nothing", "geheim", "geheim" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char value[32] = { 0 };

		snprintf(value, sizeof(value), "%s", cases[i].value);
		options_hide_secret(groups, cases[i].key, value);
		cr_expect_str_eq(value, cases[i].shown, "%s: %s", cases[i].value, value);
		for (size_t k = strlen(value); k < sizeof(value); k++)
			cr_expect_eq(value[k], 0, "%s: byte %zu", cases[i].value, k);
	}
}

Test(base_options, a_report_does_not_tell_secrets)
{
	struct config config;

	cr_assert_not(
		load("database = 5550123; kafka = { properties = { password = [ 5550123 ]; }; };",
		     NULL, NULL, &config));
	cr_expect_null(strstr(err.text, "5550123"), "%s", err.text);
	cr_assert_not(load("kafka = { properties = { password = 55501235550123; }; };", NULL, NULL,
			   &config));
	cr_expect_null(strstr(err.text, "5550123"), "%s", err.text);
	cr_assert_not(load("kafka = { properties = \"5550123\"; };", NULL, NULL, &config));
	cr_expect_null(strstr(err.text, "5550123"), "%s", err.text);
}

Test(base_options, a_long_value_does_not_push_the_rest_out_of_the_report)
{
	struct config config;
	char value[3000];

	memset(value, 'x', sizeof(value) - 1);
	value[sizeof(value) - 1] = '\0';
	cr_assert_not(load("batch = { wait = \"never\"; };", NULL,
			   &(struct option_setting){ value, value }, &config));
	cr_expect(strstr(err.text, "batch.wait: duration"), "%s", err.text);
	cr_expect(strstr(err.text, "--set: unknown key \"xxx"), "%s", err.text);
	cr_expect(strlen(err.text) < 300, "%s", err.text);
}

Test(base_options, a_default_that_breaks_its_own_range_is_reported)
{
	static const struct config_option bad[] = {
		OPTION_INT(struct config, batch_max, "batch.max", "0", 1, 5, "x"), OPTION_END
	};
	static const struct option_group bad_groups[] = { { bad, 0 }, { NULL, 0 } };
	static const struct option_sources none = { 0 };
	struct config config;

	cr_assert_not(options_load(bad_groups, NULL, &none, &config, &arena, &err));
	cr_expect_str_eq(err.text, "default of batch.max: integer 1..5 expected, \"0\" found");
}

Test(base_options, help_has_a_line_for_each_option)
{
	char *text = NULL;
	size_t length;
	FILE *stream = open_memstream(&text, &length);

	options_help(groups, stream);
	fclose(stream);
	arena_defer(&arena, free, text);
	cr_expect(
		strstr(text,
		       "  batch.max                messages per transaction (integer 1..10000, default 500)\n"),
		"%s", text);
	cr_expect(strstr(text,
			 "  kafka.bootstrap_servers  brokers (text, default \"localhost:9092\")\n"),
		  "%s", text);
	cr_expect(strstr(text, "  note                     a remark (text)\n"), "%s", text);
}

/* ---- where a value is from ---- */

static void expect_origin(const char *text, const char *key, const char *origin)
{
	const char *line = strstr(text, key);
	size_t length;

	cr_assert(line, "%s is not in:\n%s", key, text);
	length = strcspn(line, "\n");
	cr_expect(length > strlen(origin) &&
			  memcmp(line + length - strlen(origin), origin, strlen(origin)) == 0,
		  "%s: %.*s", origin, (int)length, line);
}

Test(base_options, each_value_says_where_it_is_from)
{
	static const char *const environment[] = { "GROWTH_DRY_RUN=true",
						   "GROWTH_KAFKA_PROPERTIES_CLIENT_ID=x", NULL };
	static const struct option_setting settings[] = { { "note", "set" },
							  { "kafka.properties.group.id", "y" } };
	struct option_origins origins;
	struct option_sources sources = { .file = "workers.conf",
					  .environment = environment,
					  .settings = settings,
					  .settings_count = 2,
					  .ret_origins = &origins };
	struct config config, again;
	char *text = NULL;
	size_t length;
	FILE *stream;

	write_file("more.conf", "\nratio = 0.25;\n");
	write_file("workers.conf",
		   "note = \"file\";\n@include \"more.conf\"\nbatch = { max = 7; };\n");
	cr_assert(options_load(groups, NULL, &sources, &config, &arena, &err), "%s", err.text);
	stream = open_memstream(&text, &length);
	options_print_origins(groups, &config, &origins, stream);
	fclose(stream);
	arena_defer(&arena, free, text);
	expect_origin(text, "bootstrap_servers = ", "  # default");
	expect_origin(text, "max = ", "  # workers.conf:3");
	expect_origin(text, "ratio = ", "  # more.conf:2");
	expect_origin(text, "dry_run = ", "  # environment GROWTH_DRY_RUN");
	expect_origin(text, "note = ", "  # --set");
	expect_origin(strstr(text, "properties = "), ");",
		      "  # environment GROWTH_KAFKA_PROPERTIES_CLIENT_ID, --set");
	cr_assert(load(text, NULL, NULL, &again), "it reads back: %s", err.text);
	cr_expect_str_eq(printed(&again), printed(&config));
}
