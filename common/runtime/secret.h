/* A password in a file of its own: what an orchestrator mounts and what nobody else should read. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

#define SECRET_SIZE 1024

/*
 * The first line of the file, without its end, into ret_text of SECRET_SIZE bytes. `key` is the
 * option that names the file. False (ERR_USAGE, with what to do): it cannot be read, everyone may
 * read it, it is empty or too long. The text is never in a message.
 */
bool secret_read(const char *key, const char *path, char *ret_text, struct err *err);
