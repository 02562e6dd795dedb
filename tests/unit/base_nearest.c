/* Which names somebody may have meant. */
#include <criterion/criterion.h>
#include <stdint.h>
#include <string.h>

#include "nearest.h"

#define LOW "0_5_million>5_10_million/revenue_growth"
#define HIGH "5_10_million>11_20_million/revenue_growth"
#define LEADS "0_5_million>5_10_million/lead_improvement"

Test(nearest, the_least_edited_is_first)
{
	const char *names[] = { HIGH, LEADS, LOW };

	cr_expect_eq(nearest_names("0_5_million>5_10_million/revenue_groth", names, 3, 3), 3);
	cr_expect_str_eq(names[0], LOW);
}

Test(nearest, no_more_than_wanted)
{
	const char *names[] = { HIGH, LEADS, LOW };

	cr_expect_eq(nearest_names(LOW, names, 3, 1), 1);
	cr_expect_str_eq(names[0], LOW);
}

Test(nearest, what_is_far_is_not_meant)
{
	const char *names[] = { "abcd", "abxy", "wxyz" };

	cr_expect_eq(nearest_names("abcd", names, 3, 3), 2,
		     "two of four edited is near, four is not");
	cr_expect_eq(nearest_names("", names, 3, 3), 0);
	cr_expect_eq(nearest_names("abcd", names, 0, 3), 0);
}

static const struct argp_option own[] = { { "wait", 2, NULL, 0, "", 0 },
					  { "watch", 'w', "SECONDS", OPTION_ARG_OPTIONAL, "", 0 },
					  { "json", 1, NULL, 0, "", 0 },
					  { 0 } };
static const struct argp_option global[] = { { "config", 'c', "FILE", 0, "", 0 }, { 0 } };
static const struct argp_option *const tables[] = { global, own, NULL };

static const struct {
	const char *name;
	const char *words[4];
	bool in_order;
	const char *unknown, *nearest;
} cases[] = {
	{ "all known", { "--watch=3", "--json", "--config", "x" }, false, NULL, NULL },
	{ "abbreviated", { "--js", "--conf=x" }, false, NULL, NULL },
	{ "argp's own", { "--help", "--version", "--usage" }, false, NULL, NULL },
	{ "a letter too few", { "--wach=3" }, false, "--wach=3", "watch" },
	{ "two letters exchanged", { "--wacth" }, false, "--wacth", "watch" },
	{ "argp's own, misspelt", { "--verison" }, false, "--verison", "version" },
	{ "behind an argument", { "x", "--jsno" }, false, "--jsno", "json" },
	{ "behind the first argument", { "x", "--jsno" }, true, NULL, NULL },
	{ "the value of another", { "--config", "--jsno" }, false, NULL, NULL },
	{ "behind --", { "--", "--jsno" }, false, NULL, NULL },
	{ "far from all", { "--execute" }, false, "--execute", NULL },
};

Test(nearest, an_unknown_option_is_found_with_the_one_that_was_meant)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *argv[6] = { "x" };
		const char *nearest = NULL, *unknown;
		int argc = 1;

		for (; argc <= 4 && cases[i].words[argc - 1]; argc++)
			argv[argc] = (char *)(uintptr_t)cases[i].words[argc - 1];
		unknown = nearest_unknown_option(argc, argv, tables, cases[i].in_order, &nearest);
		cr_expect(cases[i].unknown ? unknown && !strcmp(unknown, cases[i].unknown)
					   : !unknown,
			  "%s: %s", cases[i].name, unknown);
		cr_expect(cases[i].nearest ? nearest && !strcmp(nearest, cases[i].nearest)
					   : !nearest,
			  "%s: %s", cases[i].name, nearest);
	}
}
