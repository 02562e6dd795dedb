/* Manual pages, in the man(7) macros that man-db and mandoc both know. */
#pragma once

#include <argp.h>
#include <stdio.h>

struct roff_page {
	const char *name;    /* "growthctl" */
	int section;         /* 1, 5 */
	const char *date;    /* "2024-06-30"; "": not known */
	const char *summary; /* one line without a dot */
};

/* Title and NAME. */
void roff_begin(FILE *out, const struct roff_page *page);
/* .SH and .SS */
void roff_section(FILE *out, const char *title);
void roff_subsection(FILE *out, const char *title);
/* Help as argp shows it: a blank line ends a paragraph, lines that begin with a blank stay as they
 * are. */
void roff_text(FILE *out, const char *text);
/* A term in bold, whose meaning is the paragraph that follows. */
void roff_term(FILE *out, const char *term, const char *meaning);
/* A term for each option, up to the one with neither name nor key. */
void roff_options(FILE *out, const struct argp_option *options);
