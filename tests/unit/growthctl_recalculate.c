/* What growthctl recalculate takes for a pattern, and the request that it sends. */
#include <criterion/criterion.h>

#include "decide_emit.h"
#include "decide_recalculate.h"
#include "instant.h"

static struct arena arena;

static void set_up(void)
{
	arena_init(&arena);
}

static void tear_down(void)
{
	arena_release(&arena);
}

TestSuite(recalculate, .init = set_up, .fini = tear_down);

static const struct {
	const char *wanted, *key; /* key NULL: refused */
} keys[] = {
	{ "0_5_million>5_10_million/revenue_growth", "0_5_million>5_10_million/revenue_growth" },
	{ "0_5_million>5_10_million/lead_improvement",
	  "0_5_million>5_10_million/lead_improvement" },
	{ "0_5_million>5_10_million", "0_5_million>5_10_million/revenue_growth" },
	{ "0_5_million>11_20_million", NULL },
	{ "5_10_million>0_5_million", NULL },
	{ "0_5_million", NULL },
	{ "0_5_million>", NULL },
	{ "0_5_million>/revenue_growth", NULL },
	{ "0_5_million>5_10_million/", NULL },
	{ ">5_10_million", NULL },
	{ "", NULL },
};

Test(recalculate, a_pattern_is_a_step_of_the_ladder)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		struct err err = { 0 };
		const char *key = NULL;
		bool ok =
			recalculation_key(keys[i].wanted, &default_vocabulary, &arena, &key, &err);

		cr_expect_eq(ok, keys[i].key != NULL, "'%s'", keys[i].wanted);
		if (ok && keys[i].key)
			cr_expect_str_eq(key, keys[i].key);
		if (!ok)
			cr_expect(strstr(err.text, "0_5_million>5_10_million"), "%s", err.text);
	}
}

Test(recalculate, the_request_is_what_the_worker_takes)
{
	const char *key = "0_5_million>5_10_million/revenue_growth";
	struct err err = { 0 };
	utc_us as_of = 1719705600 * US_PER_SECOND;
	struct emit_line line;
	const char *text = recalculation_line("a \"b\"", key, as_of, &arena);

	cr_assert(emit_parse(text, strlen(text), "", &arena, &line, &err), "%s", err.text);
	cr_expect(emit_check(&line, &arena, &err), "%s", err.text);
	cr_expect_str_eq(line.id, "a \"b\"");
	cr_expect(line.key.length == strlen(key));
	text = recalculation_line("x", NULL, as_of, &arena);
	cr_assert(emit_parse(text, strlen(text), "", &arena, &line, &err), "%s", err.text);
	cr_expect(emit_check(&line, &arena, &err), "%s", err.text);
	cr_expect(!line.key.data);
	cr_expect(strstr(text, "\"as_of\":\"2024-06-30T00:00:00Z\",\"reason\":\"manual\""));
}
