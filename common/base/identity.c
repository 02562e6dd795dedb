#include "identity.h"

#include <nettle/sha1.h>
#include <stdarg.h>
#include <string.h>

#include "buffer.h"
#include "fields.h"

/* Version 5 of "urn:growth-patterns" in RFC 4122's namespace of URLs. If it changed, ids would. */
const struct uuid identity_namespace = { .bytes = {
						 0x89,
						 0xbd,
						 0x5d,
						 0x78,
						 0x4d,
						 0xc5,
						 0x54,
						 0x01,
						 0xa6,
						 0xb6,
						 0x35,
						 0x38,
						 0x86,
						 0xaf,
						 0x0a,
						 0xdb,
					 } };

#define NOT_A_DIGIT 16

static unsigned hex_digit(char character)
{
	if (character >= '0' && character <= '9')
		return (unsigned)(character - '0');
	character = (char)(character | 0x20); /* to lower case */
	if (character >= 'a' && character <= 'f')
		return (unsigned)(character - 'a') + 10;
	return NOT_A_DIGIT;
}

/* Whether a hyphen stands before this byte of the 16. */
static bool hyphen_before(size_t byte)
{
	return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

bool uuid_from_text(const char *text, size_t length, struct uuid *ret_uuid)
{
	struct uuid uuid;

	if (length != UUID_TEXT_SIZE - 1)
		return false;
	for (size_t i = 0; i < sizeof(uuid.bytes); i++) {
		if (hyphen_before(i) && *text++ != '-')
			return false;

		unsigned high = hex_digit(text[0]), low = hex_digit(text[1]);
		if (high == NOT_A_DIGIT || low == NOT_A_DIGIT)
			return false;
		uuid.bytes[i] = (unsigned char)(high << 4 | low);
		text += 2;
	}
	*ret_uuid = uuid;
	return true;
}

void uuid_to_text(const struct uuid *uuid, char text[static UUID_TEXT_SIZE])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < sizeof(uuid->bytes); i++) {
		if (hyphen_before(i))
			*text++ = '-';
		*text++ = digits[uuid->bytes[i] >> 4];
		*text++ = digits[uuid->bytes[i] & 15];
	}
	*text = '\0';
}

bool uuid_equal(const struct uuid *a, const struct uuid *b)
{
	return uuid_order(a, b) == 0;
}

int uuid_order(const struct uuid *a, const struct uuid *b)
{
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

/* RFC 4122, 4.3: the first 16 bytes of the digest, but for version and variant. */
static struct uuid version_5(const struct uuid *namespace, const struct buffer *name)
{
	struct sha1_ctx digest;
	struct uuid uuid;

	sha1_init(&digest);
	sha1_update(&digest, sizeof(namespace->bytes), namespace->bytes);
	sha1_update(&digest, name->length, (const unsigned char *)name->bytes);
	sha1_digest(&digest, sizeof(uuid.bytes), uuid.bytes);
	uuid.bytes[6] = (unsigned char)((uuid.bytes[6] & 0x0f) | 0x50);
	uuid.bytes[8] = (unsigned char)((uuid.bytes[8] & 0x3f) | 0x80);
	return uuid;
}

/* A netstring: "4:goal,". Any language can build the same name. */
static void add_part(struct buffer *name, const char *part)
{
	size_t length = strlen(part);

	json_write_integer(name, (int64_t)length);
	buffer_add_char(name, ':');
	buffer_add(name, part, length);
	buffer_add_char(name, ',');
}

struct uuid identity(const char *kind, ...)
{
	struct buffer name = { 0 };
	struct uuid uuid;
	va_list parts;
	const char *part;

	add_part(&name, kind);
	va_start(parts, kind);
	while ((part = va_arg(parts, const char *)))
		add_part(&name, part);
	va_end(parts);

	uuid = version_5(&identity_namespace, &name);
	buffer_release(&name);
	return uuid;
}
