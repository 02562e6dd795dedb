/* What is refused before libpq connects, and what is said of it: never a part of a password. */
#include <criterion/criterion.h>
#include <string.h>

#include "conninfo.h"

static const char *const good[] = {
	"",
	"growth",
	"host=db dbname=growth",
	"host=db password='two words' sslmode=verify-full",
	"password=a@b/c?d",
	"postgresql://",
	"postgresql:///growth?host=/run/postgresql&user=a@b",
	"postgresql://me@db:5432/growth",
	"postgresql://me:pa?geheim@db/growth",
	"postgres://me:ge%40he%2Fim@db1,db2:5433/growth?sslmode=require",
	"service=growth",
};

static const struct {
	const char *conninfo, *says;
} bad[] = {
	{ "host=db password=two geheim", "missing \"=\" after \"…\"" },
	{ "host=db password=two geheim=3", "invalid connection option \"…\"" },
	{ "host=db password='geheim", "unterminated quoted string" },
	{ "host=db passwort=geheim", "invalid connection option \"…\"" },
	{ "postgresql://me:pa/geheim@db/growth", "%2F for '/'" },
	{ "postgresql://me:pa@geheim@db/growth", "%40 for '@'" },
	{ "postgresql://me@db/growth?geheim", "query parameter: \"…\"" },
	{ "postgresql://me:pa%zzgeheim@db/growth", "invalid percent-encoded token: \"…\"" },
	{ "postgresql://[geheim/growth", "\"…\"" },
};

Test(conninfo, what_libpq_takes_is_let_through)
{
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		struct err err = { 0 };

		cr_expect(conninfo_check(good[i], &err), "%s: %s", good[i], err.text);
	}
}

Test(conninfo, what_it_does_not_is_refused_without_telling_a_password)
{
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct err err = { 0 };

		cr_expect_not(conninfo_check(bad[i].conninfo, &err), "%s", bad[i].conninfo);
		cr_expect_eq(err.kind, ERR_USAGE);
		cr_expect(strstr(err.text, bad[i].says), "%s: %s", bad[i].conninfo, err.text);
		cr_expect_null(strstr(err.text, "geheim"), "%s: %s", bad[i].conninfo, err.text);
	}
}
