#include "decide_migrate.h"

#define DIGITS 4

bool migration_name(const char *file, struct arena *arena, struct migration *ret_migration)
{
	size_t length = strlen(file);
	size_t name_length = length - strlen(".sql");

	if (length <= DIGITS + strlen("_.sql") || strcmp(file + name_length, ".sql") != 0)
		return false;
	if (strspn(file, "0123456789") != DIGITS || file[DIGITS] != '_')
		return false;
	if (strspn(file, "abcdefghijklmnopqrstuvwxyz0123456789_") != name_length)
		return false;
	ret_migration->version = strtoll(file, NULL, 10);
	ret_migration->name = arena_strndup(arena, file, name_length);
	return true;
}

static int by_version(const void *left, const void *right)
{
	const struct migration *a = left, *b = right;

	if (a->version != b->version)
		return a->version < b->version ? -1 : 1;
	return strcmp(a->name, b->name);
}

static bool check_numbers(const struct migrations *files, struct err *err)
{
	for (size_t i = 0; i < files->count; i++) {
		const struct migration *file = &files->items[i];

		if (i && file->version == file[-1].version)
			return err_set(err, ERR_POISON, "%s and %s have the same number",
				       file[-1].name, file->name);
		if (file->version != (int64_t)i + 1)
			return err_set(err, ERR_POISON, "number %04zu is missing before %s", i + 1,
				       file->name);
	}
	return true;
}

static bool check_applied(struct migrations *files, const struct migration *applied,
			  struct err *err)
{
	struct migration *file;

	if (applied->version < 1 || applied->version > (int64_t)files->count)
		return err_set(err, ERR_POISON,
			       "%s is applied, but not in the folder: is the folder older than the "
			       "database?",
			       applied->name);
	file = &files->items[applied->version - 1];
	if (strcmp(file->name, applied->name) != 0)
		return err_set(err, ERR_POISON,
			       "%s is applied, but the folder has %s under that number",
			       applied->name, file->name);
	if (strcmp(file->checksum, applied->checksum) != 0)
		return err_set(err, ERR_POISON,
			       "%s has changed since it was applied: its SHA-256 was %s and is %s",
			       file->name, applied->checksum, file->checksum);
	file->applied_at = applied->applied_at;
	return true;
}

bool migrate_plan(struct migrations *files, const struct migrations *applied, struct err *err)
{
	const struct migration *pending = NULL;

	qsort(files->items, files->count, sizeof(*files->items), by_version);
	if (!check_numbers(files, err))
		return false;
	for (size_t i = 0; i < applied->count; i++)
		if (!check_applied(files, &applied->items[i], err))
			return false;
	for (size_t i = 0; i < files->count; i++) {
		const struct migration *file = &files->items[i];

		if (!file->applied_at.present && !pending)
			pending = file;
		if (file->applied_at.present && pending)
			return err_set(err, ERR_POISON, "%s is not applied, but %s after it is",
				       pending->name, file->name);
	}
	return true;
}
