/* Not by RLIMIT_CORE: where core_pattern is a pipe, the kernel does not heed a limit of 0. */
#include "core_dump.h"

#include <sys/prctl.h>

void core_dump_allow(bool allow)
{
	prctl(PR_SET_DUMPABLE, allow ? 1 : 0);
}
