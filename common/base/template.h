/*
 * Sentences from configuration: the part of ICU's MessageFormat that they need, with its syntax and
 * its meaning.
 *
 *   {name}                                   the argument; a number in groups of three digits
 *   {name, number, ::currency/USD compact-short}   an amount of money: $3.5M; or in full, with
 *   {name, number, ::currency/USD precision-integer}   $3,500,000
 *   {name, plural, =0 {…} one {…} other {…}} by a number: =N that very number, one is 1; # in a
 *                                            branch is the number
 *   {name, select, word {…} other {…}}       by a text: the branch of that word, or none when it is
 *                                            absent
 *   ''                                       an apostrophe; a single one is one too, but before
 *   '{…}'                                    a brace (or, in a plural, #) it quotes to the next one
 *
 * Branches are messages themselves. `other` is a must, as in ICU. An absent argument says nothing.
 * A template is read anew each time, within a microsecond: nothing is kept, so that any number of
 * threads may use the same one.
 */
#pragma once

#include <stdbool.h>

#include "arena.h"
#include "err.h"
#include "values.h"

/* An argument's value: a text, or a number, or absent. */
struct template_value {
	const char *name; /* NULL ends a list */
	const char *text;
	struct optional_int number;
};

/*
 * Whether the text is a template over `arguments`: their names between blanks, numbers with # in
 * front ("from to #contractors"). False with ERR_USAGE, what is wrong and at which character.
 */
bool template_check(const char *text, const char *arguments, struct err *err);

/*
 * What a template that passed the check says of these values. Every argument that it was checked
 * with must be among them. The text is in the arena. A number that is handed over as a text is
 * shown as it is and takes a plural's branch `other`: so "{months}" as the value of months leaves a
 * place to be filled in later.
 */
const char *template_format(const char *text, const struct template_value *values,
			    struct arena *arena);
