/* Rows of a binary result into structs. The column's own type is asked first: a value is never
 * misread. */
#include <arpa/inet.h>
#include <endian.h>

#include "db_internal.h"

#define PG_EPOCH_US INT64_C(946684800000000)

enum {
	OID_BOOL = 16,
	OID_BYTEA = 17,
	OID_INT8 = 20,
	OID_INT2 = 21,
	OID_INT4 = 23,
	OID_TEXT = 25,
	OID_TID = 27,
	OID_XID = 28,
	OID_FLOAT4 = 700,
	OID_FLOAT8 = 701,
	OID_VARCHAR = 1043,
	OID_TIMESTAMP = 1114,
	OID_TIMESTAMPTZ = 1184,
	OID_UUID = 2950,
	OID_JSONB = 3802
};

static int64_t read_integer(const char *bytes, int length)
{
	uint16_t two;
	uint32_t four;
	uint64_t eight;

	switch (length) {
	case 2:
		memcpy(&two, bytes, 2);
		return (int16_t)be16toh(two);
	case 4:
		memcpy(&four, bytes, 4);
		return (int32_t)be32toh(four);
	default:
		memcpy(&eight, bytes, 8);
		return (int64_t)be64toh(eight);
	}
}

/* The number of the block, then that of the row in it. */
static int64_t read_tid(const char *bytes)
{
	return (int64_t)(uint32_t)read_integer(bytes, 4) << 16 |
	       (uint16_t)read_integer(bytes + 4, 2);
}

static double read_float(const char *bytes)
{
	uint64_t bits;
	double value;

	memcpy(&bits, bytes, 8);
	bits = be64toh(bits);
	memcpy(&value, &bits, 8);
	return value;
}

bool pg_type_fits(enum pg_type type, Oid oid)
{
	switch (type) {
	case PG_TYPE_BOOL:
		return oid == OID_BOOL;
	case PG_TYPE_INT4:
	case PG_TYPE_INT8:
		/* An xid goes back as the int4 of the same bits. */
		return oid == OID_INT8 || oid == OID_INT4 || oid == OID_INT2 ||
		       (oid == OID_XID && type == PG_TYPE_INT4);
	case PG_TYPE_FLOAT8:
		return oid == OID_FLOAT8;
	case PG_TYPE_TEXT:
		return oid == OID_TEXT || oid == OID_VARCHAR;
	case PG_TYPE_UUID:
		return oid == OID_UUID;
	case PG_TYPE_TID:
		return oid == OID_TID;
	case PG_TYPE_TIMESTAMPTZ:
		return oid == OID_TIMESTAMPTZ || oid == OID_TIMESTAMP;
	case PG_TYPE_JSONB:
		return oid == OID_JSONB;
	case PG_TYPE_BYTEA:
		return oid == OID_BYTEA;
	case PG_TYPE_END:
		break;
	}
	return false;
}

static bool accepts_null(const struct pg_column *column)
{
	return column->optional || column->type == PG_TYPE_TEXT || column->type == PG_TYPE_JSONB ||
	       column->type == PG_TYPE_BYTEA;
}

/* The optional forms start with the value. */
static void set_present(const struct pg_column *column, char *member)
{
	void *at = member;

	if (!column->optional)
		return;
	switch (column->type) {
	case PG_TYPE_BOOL:
		((struct optional_bool *)at)->present = true;
		break;
	case PG_TYPE_FLOAT8:
		((struct optional_number *)at)->present = true;
		break;
	case PG_TYPE_TIMESTAMPTZ:
		((struct optional_time *)at)->present = true;
		break;
	default:
		((struct optional_int *)at)->present = true;
	}
}

static void read_value(const struct pg_column *column, const char *bytes, int length, char *member,
		       struct arena *arena)
{
	void *at = member;

	switch (column->type) {
	case PG_TYPE_BOOL:
		*(bool *)at = bytes[0] != 0;
		break;
	case PG_TYPE_INT4:
	case PG_TYPE_INT8:
		*(int64_t *)at = read_integer(bytes, length);
		break;
	case PG_TYPE_TIMESTAMPTZ:
		*(utc_us *)at = read_integer(bytes, 8) + PG_EPOCH_US;
		break;
	case PG_TYPE_FLOAT8:
		*(double *)at = read_float(bytes);
		break;
	case PG_TYPE_TEXT:
		*(const char **)at = arena_strndup(arena, bytes, (size_t)length);
		break;
	case PG_TYPE_JSONB:
		*(const char **)at = arena_strndup(arena, bytes + 1, (size_t)length - 1);
		break;
	case PG_TYPE_BYTEA:
		*(struct bytes *)at = (struct bytes){ arena_memdup(arena, bytes, (size_t)length),
						      (size_t)length };
		break;
	case PG_TYPE_UUID:
		memcpy(((struct uuid *)at)->bytes, bytes, 16);
		break;
	case PG_TYPE_TID:
		*(int64_t *)at = read_tid(bytes);
		break;
	case PG_TYPE_END:
		break;
	}
	set_present(column, member);
}

bool pg_decode_row(const struct statement *statement, const PGresult *result, int row, void *object,
		   struct arena *arena, struct err *err)
{
	memset(object, 0, statement->result_size);
	for (int i = 0; statement->results[i].type != PG_TYPE_END; i++) {
		const struct pg_column *column = &statement->results[i];

		/* What the first row is, all are. */
		if (row == 0 &&
		    (i >= PQnfields(result) || !pg_type_fits(column->type, PQftype(result, i))))
			return err_set(err, ERR_FATAL, "%s: result column %d is not %s as declared",
				       statement->name, i + 1, column->name);
		if (!PQgetisnull(result, row, i))
			read_value(column, PQgetvalue(result, row, i), PQgetlength(result, row, i),
				   (char *)object + column->offset, arena);
		else if (!accepts_null(column))
			return err_set(err, ERR_FATAL, "%s: column %s is NULL", statement->name,
				       column->name);
	}
	return true;
}

bool pg_read_rows(const struct statement *statement, const PGresult *result, struct arena *arena,
		  void **ret_rows, size_t *ret_count, struct err *err)
{
	int count = PQntuples(result);
	char *rows = arena_alloc_array(arena, (size_t)count, statement->result_size);

	for (int i = 0; i < count; i++) {
		if (!pg_decode_row(statement, result, i, rows + (size_t)i * statement->result_size,
				   arena, err))
			return false;
	}
	*ret_rows = rows;
	*ret_count = (size_t)count;
	return true;
}

int64_t pg_field_integer(const struct pg_field *field)
{
	return read_integer(field->bytes, field->length);
}

double pg_field_float8(const struct pg_field *field)
{
	return read_float(field->bytes);
}

utc_us pg_field_time(const struct pg_field *field)
{
	return read_integer(field->bytes, 8) + PG_EPOCH_US;
}
