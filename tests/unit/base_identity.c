/* UUIDs: deterministic ids and their text. */
#include <criterion/criterion.h>
#include <string.h>

#include "identity.h"

static void expect_identity(struct uuid uuid, const char *wanted)
{
	char text[UUID_TEXT_SIZE];

	uuid_to_text(&uuid, text);
	cr_expect_str_eq(text, wanted);
}

/*
 * From Python 3's uuid module:
 *	namespace = uuid5(NAMESPACE_URL, "urn:growth-patterns")
 *	uuid5(namespace, "".join(f"{len(part.encode())}:{part}," for part in parts))
 */
Test(identity, is_what_any_other_rfc_4122_library_computes)
{
	char thousand[1001];

	memset(thousand, 'x', sizeof(thousand) - 1);
	thousand[sizeof(thousand) - 1] = '\0';

	expect_identity(identity_namespace, "89bd5d78-4dc5-5401-a6b6-353886af0adb");
	expect_identity(identity("goal", NULL), "4ecfec45-27ff-5503-9445-436fbed50dc2");
	expect_identity(
		identity("goal", "17", "0_5_million>5_10_million/revenue_growth", "revenue", NULL),
		"68151749-ca03-5c70-a780-25b860c22e2e");
	expect_identity(identity("goal", "Müller", "日本", NULL),
			"e406e2c0-18c1-54b0-816b-9f9a292a935d");
	expect_identity(identity("goal", thousand, NULL), "b7be27e5-b671-5120-9c8f-8c29cf495a3b");
}

Test(identity, tells_apart_where_a_part_ends)
{
	expect_identity(identity("voter", "ab", "c", NULL), "9d18ee14-7d0c-59be-a7c0-e3d56d158aa6");
	expect_identity(identity("voter", "a", "bc", NULL), "b51cb5f3-c2e1-5302-be89-e10f72576844");
	expect_identity(identity("goal", "", NULL), "907ef3ea-f06b-5d5e-9b71-4406a357dffe");
}

Test(identity, text_is_read_in_either_case_and_written_in_lower_case)
{
	static const char mixed[] = "89BD5d78-4DC5-5401-a6b6-353886AF0ADB";
	struct uuid uuid;

	cr_assert(uuid_from_text(mixed, sizeof(mixed) - 1, &uuid));
	expect_identity(uuid, "89bd5d78-4dc5-5401-a6b6-353886af0adb");
	cr_expect(uuid_equal(&uuid, &identity_namespace));
}

static const char *const refused[] = {
	"",
	"89bd5d78-4dc5-5401-a6b6-353886af0ad",
	"89bd5d78-4dc5-5401-a6b6-353886af0adb0",
	"89bd5d784dc55401a6b6353886af0adb",
	"{89bd5d78-4dc5-5401-a6b6-353886af0adb}",
	"89bd5d78-4dc5-5401-a6b6-353886af0adg",
	"89bd5d78-4dc5-5401-a6b6-353886af0ad`",
	"89bd5d78-4dc5-5401-a6b6-353886af0ad ",
	"89bd5d7-84dc5-5401-a6b6-353886af0adb",
	"89bd5d78+4dc5-5401-a6b6-353886af0adb",
	"ébd5d78-4dc5-5401-a6b6-353886af0adb",
};

Test(identity, other_text_is_refused)
{
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		struct uuid uuid = { .bytes = { 7 } };

		cr_expect_not(uuid_from_text(refused[i], strlen(refused[i]), &uuid), "\"%s\"",
			      refused[i]);
		cr_expect_eq(uuid.bytes[0], 7, "\"%s\" changed the result", refused[i]);
	}
}

Test(identity, order_is_the_order_of_the_text)
{
	static const struct uuid low = { .bytes = { 1, 255 } }, high = { .bytes = { 200, 0 } };

	cr_expect_lt(uuid_order(&low, &high), 0);
	cr_expect_gt(uuid_order(&high, &low), 0);
	cr_expect_eq(uuid_order(&high, &high), 0);
	cr_expect_not(uuid_equal(&low, &high));
}
