#include "standard_files.h"

#include <errno.h>
#include <fcntl.h>
#include <sysexits.h>
#include <unistd.h>

void standard_files_reserve(void)
{
	/* Opened the wrong way round, so that using one is an error. */
	static const int contrary[] = { O_WRONLY, O_RDONLY, O_RDONLY };

	for (int file = STDIN_FILENO; file <= STDERR_FILENO; file++) {
		if (fcntl(file, F_GETFD) >= 0 || errno != EBADF)
			continue;
		/* The lowest number that is free is this one. */
		if (open("/dev/null", contrary[file]) != file)
			_exit(EX_OSERR);
	}
}
