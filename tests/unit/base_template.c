/* Templates: what they say, and what is refused and how. */
#include <criterion/criterion.h>

#include "template.h"

static struct arena arena;

static void set_up(void)
{
	arena_init(&arena);
}

static void tear_down(void)
{
	arena_release(&arena);
}

TestSuite(template, .init = set_up, .fini = tear_down);

static const char arguments[] = "who rate #months #low";

/* The text over BuildPro, without a rate, and so many months; low is absent. */
static void says(const char *text, int64_t months, const char *wanted)
{
	const struct template_value values[] = {
		{ .name = "who", .text = "BuildPro" },
		{ .name = "rate" },
		{ .name = "months", .number = { months, true } },
		{ .name = "low" },
		{ .name = NULL },
	};
	struct err err = { 0 };

	cr_expect(template_check(text, arguments, &err), "%s: %s", text, err.text);
	cr_expect_str_eq(template_format(text, values, &arena), wanted, "%s: \"%s\"", text,
			 template_format(text, values, &arena));
}

static void refused(const char *text, const char *wanted)
{
	struct err err = { 0 };

	cr_expect_not(template_check(text, arguments, &err), "%s", text);
	cr_expect_str_eq(err.text, wanted, "%s: \"%s\"", text, err.text);
	cr_expect_eq(err.kind, ERR_USAGE);
}

Test(template, arguments_stand_for_their_values)
{
	says("", 1, "");
	says("Ask {who} first", 1, "Ask BuildPro first");
	says("{ who }{rate}{low}!", 1, "BuildPro!");
	says("{months} and {months}", 12, "12 and 12");
	says("für {who} – 50 %", 1, "für BuildPro – 50 %");
}

Test(template, numbers_are_grouped)
{
	says("{months}", 0, "0");
	says("{months}", 999, "999");
	says("{months}", 1000, "1,000");
	says("{months}", 1234567, "1,234,567");
	says("{months}", -1234, "-1,234");
	says("{months}", INT64_MIN, "-9,223,372,036,854,775,808");
}

Test(template, money)
{
	static const char compact[] = "{months, number, ::currency/USD compact-short}";
	static const char whole[] = "{months, number, ::currency/USD precision-integer}";

	says(compact, 0, "$0");
	says(compact, 999, "$999");
	says(compact, 1000, "$1K");
	says(compact, 1234, "$1.2K");
	says(compact, 450000, "$450K");
	says(compact, 999499, "$999K");
	says(compact, 999500, "$1M");
	says(compact, 3000000, "$3M");
	says(compact, 7234567, "$7.2M");
	says(compact, 9960000, "$10M");
	says(compact, 12345678, "$12M");
	says(compact, -7234567, "-$7.2M");
	says(compact, INT64_C(1500000000000), "$1.5T");
	says(whole, 7234567, "$7,234,567");
	says(whole, -1500, "-$1,500");
	says("{months, number} {low, number, ::currency/USD compact-short}", 1500, "1,500 ");
	refused("{months, number, ::currency/EUR}",
		"} or \", ::currency/USD compact-short}\" or \", ::currency/USD "
		"precision-integer}\" expected at character 16");
}

Test(template, plurals)
{
	static const char text[] = "{months, plural, one {# month} other {# months}}";

	says(text, 0, "0 months");
	says(text, 1, "1 month");
	says(text, 2, "2 months");
	says(text, 4453, "4,453 months");
	says("{months,plural,other{many}=0{none}one{one}=1{just #}}", 0, "none");
	says("{months,plural,other{many}=0{none}one{one}=1{just #}}", 1, "just 1");
	says("{months,plural,other{many}=0{none}one{one}=1{just #}}", 2, "many");
	says("{low, plural, one {# month} other {# months}}", 1, " months");
	says("# {months, plural, other {{who, select, other {#}}}}", 3, "# #");
}

Test(template, selects)
{
	says("{who, select, BuildPro {B} other {O}}", 1, "B");
	says("{who, select, Build {B} other {O}}", 1, "O");
	says("{who, select, none {nobody} other {by {who}}}", 1, "by BuildPro");
	says("{rate, select, none {} other {, {rate}}}.", 1, ".");
	says("{who, select, none {} other {{months, plural, one {a} other {#{rate, select, none "
	     "{!} other {?}}}}}}.",
	     5, "5!.");
}

Test(template, apostrophes_are_those_of_icu)
{
	says("it's", 1, "it's");
	says("it''s", 1, "it's");
	says("''{who}''", 1, "'BuildPro'");
	says("a '{' and '}' b", 1, "a { and } b");
	says("'{it''s}'", 1, "{it's}");
	says("{months, plural, other {'#' #}}", 7, "# 7");
	says("'#' #", 7, "'#' #");
}

Test(template, mistakes_are_named_with_their_place)
{
	refused("by {whom}", "unknown placeholder {whom} at character 4");
	refused("by {", "the name of a placeholder expected at character 5");
	refused("{}", "the name of a placeholder expected at character 2");
	refused("{who", "} or , after the name of a placeholder expected at character 5");
	refused("{who!}", "} or , after the name of a placeholder expected at character 5");
	refused("a } b", "} without {; write '}' for the character at character 3");
	refused("it is '{open", "a quote without its second apostrophe at character 7");
	refused("{who, date}", "plural, select or number expected at character 7");
	refused("{who, plural, other {}}", "a text is no number at character 7");
	refused("{months, select, none {} other {#}}", "select by a number at character 10");
	refused("{months, plural}", ", after plural or select expected at character 16");
	refused("{months, plural, one {a}}", "no branch `other` in what begins at character 17");
	refused("{months, plural, few {a} other {b}}",
		"a branch that is none of =N, one and other at character 18");
	refused("{months, plural, =x {a} other {b}}",
		"a branch that is none of =N, one and other at character 18");
	refused("{months, plural, one a}", "{ after the name of a branch expected at character 22");
	refused("{months, plural, other {a}", "the name of a branch expected at character 27");
	refused("{months, plural, other {a", "} that closes a branch expected at character 26");
	refused("{who, select, other {{whom}}}", "unknown placeholder {whom} at character 22");
	refused("\xff", "bytes that are no UTF-8 at character 1");
}

Test(template, an_argument_in_quotes_is_what_a_writer_means_but_not_what_he_writes)
{
	refused("Read '{who}'",
		"'{who}' stands for its own characters; to have the argument in quotes write "
		"''{who}''");
	says("Read ''{who}''", 1, "Read 'BuildPro'");
	says("Read '{title}'", 1, "Read {title}");
}

Test(template, places_for_values_that_others_fill_in)
{
	const struct template_value values[] = {
		{ .name = "who", .text = "{who}" },
		{ .name = "months", .text = "{months}" },
		{ .name = NULL },
	};

	cr_expect_str_eq(template_format("{who, select, none {} other {''{who}'' took }}{months, "
					 "plural, one {# month} other {# months}}",
					 values, &arena),
			 "'{who}' took {months} months");
}

/* "x" inside `depth` selects */
static const char *nested(int depth)
{
	const char *text = "x";

	for (int i = 0; i < depth; i++)
		text = arena_printf(&arena, "{who, select, other {%s}}", text);
	return text;
}

Test(template, branches_are_not_nested_without_end)
{
	says(nested(8), 1, "x");
	refused(nested(9), "too many branches inside branches at character 170");
}
