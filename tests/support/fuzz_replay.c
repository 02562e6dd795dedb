/*
 * Gives a fuzz target every file of the folders named, in the order of their names: what was found
 * once is looked for in every build, with any compiler. A folder that is not there has no files.
 */
#include <dirent.h>
#include <errno.h>

#include "fuzz.h"

static void replay_file(const char *path)
{
	FILE *file = fopen(path, "re");
	size_t size = 0, capacity = 0, count;
	uint8_t *bytes = NULL, *exact;

	if (!file) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		exit(1);
	}
	do {
		capacity = 2 * capacity + 4096;
		bytes = realloc(bytes, capacity);
		if (!bytes)
			abort();
		count = fread(bytes + size, 1, capacity - size, file);
		size += count;
	} while (count > 0);
	fclose(file);

	exact = malloc(size ? size : 1);
	if (!exact)
		abort();
	memcpy(exact, bytes, size);
	free(bytes);
	fprintf(stderr, "%s\n", path); /* the last one named is at fault */
	LLVMFuzzerTestOneInput(exact, size);
	free(exact);
}

static int replay_folder(const char *folder)
{
	struct dirent **entries;
	int count = scandir(folder, &entries, NULL, alphasort), replayed = 0;

	for (int i = 0; i < count; i++) {
		if (entries[i]->d_name[0] != '.') {
			char path[4096];

			snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name);
			replay_file(path);
			replayed++;
		}
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	return replayed;
}

int main(int argc, char **argv)
{
	int replayed = 0;

	for (int i = 1; i < argc; i++)
		replayed += replay_folder(argv[i]);
	printf("%d inputs\n", replayed);
	return replayed > 0 ? 0 : 1;
}
