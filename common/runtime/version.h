/* --version of every executable. */
#pragma once

#include <stdio.h>

/* The program and its version, the commit it was built from where that is known, the compiler and
 * the kind of build, and the libraries that it runs with; three lines. */
void version_print(FILE *out, const char *program);

/* The day of the commit, "2024-06-30"; "": not known. */
const char *version_date(void);
