/* What somebody wrote into postgres.conninfo, looked at before libpq connects with it. */
#pragma once

#include <stdbool.h>

#include "err.h"

/* False, ERR_USAGE: libpq cannot parse it, or would take a part of a URI's password for a host, a
 * port or a database, and name it in its complaints. The reason shows nothing that may be a part of
 * a password. ERR_RETRY: there was no memory for it. */
bool conninfo_check(const char *conninfo, struct err *err);
