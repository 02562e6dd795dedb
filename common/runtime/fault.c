#include "fault.h"

#ifdef GROWTH_FAULTS

#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static void pass(const char *name, const char *variable, atomic_int *passed, int signal)
{
	const char *wanted = getenv(variable);
	size_t length = strlen(name);

	if (!wanted || strncmp(wanted, name, length) != 0 || wanted[length] != ':')
		return;
	if (atomic_fetch_add(passed, 1) + 1 == strtol(wanted + length + 1, NULL, 10))
		raise(signal);
}

/* No message to say so: a process that is killed has no last word. */
void crash_point(const char *name)
{
	static atomic_int to_crash, to_stop;

	pass(name, "GROWTH_CRASH_AT", &to_crash, SIGKILL);
	pass(name, "GROWTH_STOP_AT", &to_stop, SIGSTOP);
}

bool is_broken(const char *promise)
{
	const char *wanted = getenv("GROWTH_BREAK");

	return wanted && strcmp(wanted, promise) == 0;
}

#else

/* ISO C wants something in every file. */
typedef int no_faults;

#endif
