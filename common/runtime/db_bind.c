/*
 * Parameters in Postgres's binary format. An array parameter is: dimensions (1), has-nulls flag,
 * element type, length, lower bound (1), then each element as length and bytes, -1 for NULL.
 */
#include <assert.h>

#include "db_internal.h"

/* Postgres counts microseconds from 2000-01-01. */
#define PG_EPOCH_US INT64_C(946684800000000)
/* Of the scratch, for the next statement: a large batch's outbox row takes several times as
 * much. */
#define SCRATCH_KEPT ((size_t)1024 * 1024)

static const struct {
	Oid scalar, array;
} type_oids[] = {
	[PG_TYPE_BOOL] = { 16, 1000 },          [PG_TYPE_INT4] = { 23, 1007 },
	[PG_TYPE_INT8] = { 20, 1016 },          [PG_TYPE_FLOAT8] = { 701, 1022 },
	[PG_TYPE_TEXT] = { 25, 1009 },          [PG_TYPE_UUID] = { 2950, 2951 },
	[PG_TYPE_TIMESTAMPTZ] = { 1184, 1185 }, [PG_TYPE_JSONB] = { 3802, 3807 },
	[PG_TYPE_BYTEA] = { 17, 1001 },         [PG_TYPE_TID] = { 27, 1010 },
};

Oid pg_type_oid(enum pg_type type)
{
	return type_oids[type].scalar;
}

Oid pg_array_oid(enum pg_type type)
{
	return type_oids[type].array;
}

Oid pg_parameter_oid(const struct statement *statement, int index)
{
	enum pg_type type = statement->parameters[index].type;

	return statement->shape == STATEMENT_ARRAYS ? pg_array_oid(type) : pg_type_oid(type);
}

int pg_column_count(const struct pg_column *columns)
{
	int count = 0;

	while (columns && columns[count].type != PG_TYPE_END)
		count++;
	return count;
}

static bool is_null(const struct pg_column *column, const char *member)
{
	switch (column->type) {
	case PG_TYPE_TEXT:
	case PG_TYPE_JSONB:
		return *(const char *const *)(const void *)member == NULL;
	case PG_TYPE_BYTEA:
		return ((const struct bytes *)(const void *)member)->data == NULL;
	case PG_TYPE_BOOL:
		return column->optional &&
		       !((const struct optional_bool *)(const void *)member)->present;
	case PG_TYPE_INT4:
	case PG_TYPE_INT8:
		return column->optional &&
		       !((const struct optional_int *)(const void *)member)->present;
	case PG_TYPE_TIMESTAMPTZ:
		return column->optional &&
		       !((const struct optional_time *)(const void *)member)->present;
	case PG_TYPE_FLOAT8:
		return column->optional &&
		       !((const struct optional_number *)(const void *)member)->present;
	case PG_TYPE_UUID:
	case PG_TYPE_TID:
	case PG_TYPE_END:
		break;
	}
	return false;
}

static void add_sized(struct buffer *out, const void *bytes, size_t length)
{
	buffer_add_u32(out, (uint32_t)length);
	buffer_add(out, bytes, length);
}

/* Length and bytes of one value; the optional forms start with the value, so the plain pointer
 * serves both. */
static bool add_value(struct buffer *out, const struct pg_column *column, const char *member,
		      struct err *err)
{
	const void *at = member;
	uint64_t bits;

	if (is_null(column, member)) {
		buffer_add_u32(out, UINT32_MAX);
		return true;
	}
	switch (column->type) {
	case PG_TYPE_BOOL:
		add_sized(out, *(const bool *)at ? "\1" : "\0", 1);
		break;
	case PG_TYPE_INT4:
		if (*(const int64_t *)at < INT32_MIN || *(const int64_t *)at > INT32_MAX)
			return err_set(err, ERR_POISON, "%s: %lld does not fit an integer",
				       column->name, (long long)*(const int64_t *)at);
		buffer_add_u32(out, 4);
		buffer_add_u32(out, (uint32_t)(int32_t) * (const int64_t *)at);
		break;
	case PG_TYPE_INT8:
		buffer_add_u32(out, 8);
		buffer_add_u64(out, (uint64_t) * (const int64_t *)at);
		break;
	case PG_TYPE_TIMESTAMPTZ:
		buffer_add_u32(out, 8);
		buffer_add_u64(out, (uint64_t)(*(const utc_us *)at - PG_EPOCH_US));
		break;
	case PG_TYPE_FLOAT8:
		memcpy(&bits, at, sizeof(bits));
		buffer_add_u32(out, 8);
		buffer_add_u64(out, bits);
		break;
	case PG_TYPE_TEXT:
		add_sized(out, *(const char *const *)at, strlen(*(const char *const *)at));
		break;
	case PG_TYPE_JSONB: /* version 1, then the text */
		buffer_add_u32(out, (uint32_t)strlen(*(const char *const *)at) + 1);
		buffer_add_char(out, 1);
		buffer_add_text(out, *(const char *const *)at);
		break;
	case PG_TYPE_BYTEA:
		add_sized(out, ((const struct bytes *)at)->data,
			  ((const struct bytes *)at)->length);
		break;
	case PG_TYPE_UUID:
		add_sized(out, ((const struct uuid *)at)->bytes, 16);
		break;
	case PG_TYPE_TID:
		buffer_add_u32(out, 6);
		buffer_add_u32(out, (uint32_t)(*(const int64_t *)at >> 16));
		buffer_add_u16(out, (uint16_t) * (const int64_t *)at);
		break;
	case PG_TYPE_END:
		break;
	}
	return true;
}

static bool add_array(struct buffer *out, const struct statement *statement,
		      const struct pg_column *column, const char *rows, size_t count,
		      struct err *err)
{
	bool nulls = false;

	for (size_t i = 0; i < count && !nulls; i++)
		nulls = is_null(column, rows + i * statement->parameter_size + column->offset);

	buffer_add_u32(out, 1);
	buffer_add_u32(out, nulls);
	buffer_add_u32(out, pg_type_oid(column->type));
	buffer_add_u32(out, (uint32_t)count);
	buffer_add_u32(out, 1);
	for (size_t i = 0; i < count; i++) {
		if (!add_value(out, column, rows + i * statement->parameter_size + column->offset,
			       err))
			return false;
	}
	return true;
}

bool pg_bind(const struct statement *statement, const void *rows, size_t count,
	     struct buffer *scratch, struct pg_parameters *ret_parameters, struct err *err)
{
	size_t starts[PG_MAX_PARAMETERS + 1];
	bool scalars = statement->shape == STATEMENT_SCALARS;

	ret_parameters->count = pg_column_count(statement->parameters);
	assert(ret_parameters->count <= PG_MAX_PARAMETERS);
	assert(!scalars || ret_parameters->count == 0 || count == 1);

	if (scratch->capacity > SCRATCH_KEPT)
		buffer_release(scratch);
	buffer_clear(scratch);
	for (int i = 0; i < ret_parameters->count; i++) {
		const struct pg_column *column = &statement->parameters[i];
		bool ok;

		starts[i] = scratch->length;
		if (scalars)
			ok = add_value(scratch, column, (const char *)rows + column->offset, err);
		else
			ok = add_array(scratch, statement, column, rows, count, err);
		if (!ok)
			return false;
	}
	starts[ret_parameters->count] = scratch->length;

	/* Only now: the buffer may have moved while it grew. A scalar stands behind its own length,
	 * -1 being NULL. */
	for (int i = 0; i < ret_parameters->count; i++) {
		const char *start = scratch->bytes + starts[i];
		size_t header = scalars ? 4 : 0;
		bool null = scalars && memcmp(start, "\xff\xff\xff\xff", 4) == 0;

		ret_parameters->types[i] = pg_parameter_oid(statement, i);
		ret_parameters->values[i] = null ? NULL : start + header;
		ret_parameters->lengths[i] = null ? 0 : (int)(starts[i + 1] - starts[i] - header);
		ret_parameters->formats[i] = 1;
	}
	return true;
}
