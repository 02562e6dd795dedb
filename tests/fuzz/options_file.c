/* The input is a configuration file: it is refused with a report, or what is in force can be
 * printed and loaded again. */
#include "fuzz_options.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_file file = fuzz_file_new(data, size);
	struct arena arena;

	arena_init(&arena);
	fuzz_load(&(struct option_sources){ .file = file.path }, &arena);
	arena_release(&arena);
	fuzz_file_free(&file);
	return 0;
}
