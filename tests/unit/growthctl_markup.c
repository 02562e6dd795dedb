/* What is written of the report: escaping, numbers, counts. */
#include <criterion/criterion.h>
#include <math.h>

#include "decide_markup.h"

static struct buffer out;
static struct arena arena;

static void start(void)
{
	arena_init(&arena);
}

static void end(void)
{
	buffer_release(&out);
	arena_release(&arena);
}

TestSuite(markup, .init = start, .fini = end);

static const char *written(void)
{
	return out.bytes ? out.bytes : "";
}

Test(markup, values_are_escaped_and_the_format_is_not)
{
	markup(&out, "<p title=\"%s\">%s %d%% %lld %zu</p>", "\"<b>\" & 'c'", "a<script>", 5, -7LL,
	       (size_t)3);
	cr_expect_str_eq(written(), "<p title=\"&quot;&lt;b&gt;&quot; &amp; &#39;c&#39;\">"
				    "a&lt;script&gt; 5% -7 3</p>");
}

Test(markup, nothing_for_no_text)
{
	markup_text(&out, NULL);
	cr_expect_str_eq(written(), "");
}

Test(markup, what_xml_does_not_allow_is_replaced)
{
	static const struct {
		const char *text, *expected;
	} cases[] = {
		{ "a\x01z", "a\xef\xbf\xbdz" },
		{ "a\x1b[0m", "a\xef\xbf\xbd[0m" },
		{ "a\tb\n", "a\tb\n" },
		{ "a\xff", "a\xef\xbf\xbd" },
		{ "a\xc3", "a\xef\xbf\xbd" },
		{ "\xef\xbf\xbf", "\xef\xbf\xbd" },
		{ "Caf\xc3\xa9 \xe2\x86\x92 \xf0\x9f\x8f\x97",
		  "Caf\xc3\xa9 \xe2\x86\x92 \xf0\x9f\x8f\x97" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		buffer_clear(&out);
		markup_text(&out, cases[i].text);
		cr_expect_str_eq(written(), cases[i].expected, "case %zu", i);
	}
}

Test(markup, numbers_are_short)
{
	static const struct {
		double number;
		const char *expected;
	} cases[] = {
		{ 0, "0" },          { -0.0, "0" },       { -0.004, "0" },  { 12.5, "12.5" },
		{ 1 / 3.0, "0.33" }, { -2.50, "-2.5" },   { 0.05, "0.05" }, { 100, "100" },
		{ 99.996, "100" },   { -0.126, "-0.13" }, { NAN, "0" },     { INFINITY, "0" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		buffer_clear(&out);
		markup(&out, "%f", cases[i].number);
		cr_expect_str_eq(written(), cases[i].expected, "%g", cases[i].number);
	}
}

Test(markup, digits_in_groups)
{
	cr_expect_str_eq(grouped(0, &arena), "0");
	cr_expect_str_eq(grouped(999, &arena), "999");
	cr_expect_str_eq(grouped(1000, &arena), "1,000");
	cr_expect_str_eq(grouped(1234567, &arena), "1,234,567");
	cr_expect_str_eq(grouped(-123456, &arena), "-123,456");
}

Test(markup, few_people_are_not_counted_out)
{
	cr_expect_str_eq(people_text(0, 5, &arena), "0");
	cr_expect_str_eq(people_text(1, 5, &arena), "fewer than 5");
	cr_expect_str_eq(people_text(4, 5, &arena), "fewer than 5");
	cr_expect_str_eq(people_text(5, 5, &arena), "5");
	cr_expect_str_eq(people_text(12000, 5, &arena), "12,000");
}
