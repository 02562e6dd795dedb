/* Which migrations are to be applied, and what is refused. */
#include <criterion/criterion.h>
#include <string.h>

#include "decide_migrate.h"

static struct arena arena;

static void begin(void)
{
	arena_init(&arena);
}

static void end(void)
{
	arena_release(&arena);
}

TestSuite(migrate, .init = begin, .fini = end);

Test(migrate, names)
{
	static const struct {
		const char *file;
		bool good;
	} cases[] = {
		{ "0001_a.sql", true },   { "0042_two_words_2.sql", true },
		{ "0001.sql", false },    { "0001_.sql", false },
		{ "001_a.sql", false },   { "00001_a.sql", false },
		{ "0001-a.sql", false },  { "0001_A.sql", false },
		{ "0001_a.sql~", false }, { "0001_a.b.sql", false },
		{ "a_0001.sql", false },  { ".sql", false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct migration migration;

		cr_expect_eq(migration_name(cases[i].file, &arena, &migration), cases[i].good, "%s",
			     cases[i].file);
	}
}

Test(migrate, a_name_gives_its_number)
{
	struct migration migration;

	cr_assert(migration_name("0042_two_words.sql", &arena, &migration));
	cr_expect_eq(migration.version, 42);
	cr_expect_str_eq(migration.name, "0042_two_words");
}

#define FILE(number, text, sum) \
	{ \
		.version = (number), .name = (text), .checksum = (sum) \
	}
#define APPLIED(number, text, sum) \
	{ \
		.version = (number), .name = (text), .checksum = (sum), .applied_at = { \
			(number)*1000, \
			true \
		} \
	}

static bool plan(struct migration *files, size_t files_count, struct migration *applied,
		 size_t applied_count, struct err *err)
{
	struct migrations folder = { files, files_count }, database = { applied, applied_count };

	return migrate_plan(&folder, &database, err);
}

Test(migrate, what_is_not_applied_is_pending)
{
	struct migration files[] = { FILE(2, "0002_b", "bb"), FILE(1, "0001_a", "aa"),
				     FILE(3, "0003_c", "cc") };
	struct migration applied[] = { APPLIED(1, "0001_a", "aa") };
	struct err err = { 0 };

	cr_assert(plan(files, 3, applied, 1, &err), "%s", err.text);
	cr_expect_str_eq(files[0].name, "0001_a");
	cr_expect(files[0].applied_at.present && files[0].applied_at.value == 1000);
	cr_expect_not(files[1].applied_at.present);
	cr_expect_not(files[2].applied_at.present);
}

Test(migrate, what_does_not_fit_is_refused_by_name)
{
	static const struct {
		struct migration files[3], applied[3];
		size_t files_count, applied_count;
		const char *reason;
	} cases[] = {
		{ { FILE(1, "0001_a", "aa"), FILE(3, "0003_c", "cc") },
		  { { 0 } },
		  2,
		  0,
		  "number 0002 is missing before 0003_c" },
		{ { FILE(2, "0002_b", "bb") },
		  { { 0 } },
		  1,
		  0,
		  "number 0001 is missing before 0002_b" },
		{ { FILE(1, "0001_a", "aa"), FILE(1, "0001_b", "bb") },
		  { { 0 } },
		  2,
		  0,
		  "0001_a and 0001_b have the same number" },
		{ { FILE(1, "0001_a", "ab") },
		  { APPLIED(1, "0001_a", "aa") },
		  1,
		  1,
		  "0001_a has changed since it was applied: its SHA-256 was aa and is ab" },
		{ { FILE(1, "0001_new", "aa") },
		  { APPLIED(1, "0001_old", "aa") },
		  1,
		  1,
		  "0001_old is applied, but the folder has 0001_new" },
		{ { FILE(1, "0001_a", "aa") },
		  { APPLIED(1, "0001_a", "aa"), APPLIED(2, "0002_b", "bb") },
		  1,
		  2,
		  "0002_b is applied, but not in the folder" },
		{ { FILE(1, "0001_a", "aa"), FILE(2, "0002_b", "bb") },
		  { APPLIED(2, "0002_b", "bb") },
		  2,
		  1,
		  "0001_a is not applied, but 0002_b after it is" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct migration files[3], applied[3];
		struct err err = { 0 };

		memcpy(files, cases[i].files, sizeof(files));
		memcpy(applied, cases[i].applied, sizeof(applied));
		cr_expect_not(
			plan(files, cases[i].files_count, applied, cases[i].applied_count, &err),
			"case %zu", i);
		cr_expect_eq(err.kind, ERR_POISON);
		cr_expect(strstr(err.text, cases[i].reason), "case %zu: %s", i, err.text);
	}
}
