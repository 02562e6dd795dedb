/*
 * One walk over the text serves checking and formatting, so that what passed the check is read the
 * same way. Checking has declared arguments and no values, formatting the reverse; a branch that is
 * not chosen is walked over without output.
 */
#include "template.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "amount.h"
#include "buffer.h"
#include "utf8.h"

#define SHOWN_MAX 40 /* of a stranger's name, in a report */
#define DEPTH_MAX 8  /* branches inside branches */

struct walk {
	const char *text, *at;
	const char *arguments;               /* NULL: not checking */
	const struct template_value *values; /* NULL: checking */
	struct buffer *out;                  /* NULL: nothing is wanted of this part */
	struct err *err;
	int depth;
};

/* A name or word in the text. */
struct span {
	const char *start;
	size_t length;
};

/* A branch of a plural or select, and how well it fits. */
struct branch {
	const char *body; /* behind its brace; NULL: none so far */
	int fit;
};

static bool walk_message(struct walk *walk, const struct template_value *number);

static bool wrong(struct walk *walk, const char *at, const char *what)
{
	return err_set(walk->err, ERR_USAGE, "%s at character %zu", what,
		       (size_t)(at - walk->text) + 1);
}

static bool span_is(struct span span, const char *word)
{
	return strlen(word) == span.length && memcmp(span.start, word, span.length) == 0;
}

static struct span name_at(const char *start)
{
	size_t length = 0;

	while (isalnum((unsigned char)start[length]) || start[length] == '_')
		length++;
	return (struct span){ start, length };
}

static void skip_blanks(struct walk *walk)
{
	while (isspace((unsigned char)*walk->at))
		walk->at++;
}

static struct span read_name(struct walk *walk)
{
	struct span name;

	skip_blanks(walk);
	name = name_at(walk->at);
	walk->at += name.length;
	skip_blanks(walk);
	return name;
}

static void put(struct walk *walk, const char *bytes, size_t length)
{
	if (walk->out)
		buffer_add(walk->out, bytes, length);
}

/* How a number may be shown: ICU's number skeletons, one by one. */
enum number_form { NUMBER_PLAIN, NUMBER_MONEY, NUMBER_MONEY_COMPACT };

static void put_value(struct walk *walk, const struct template_value *value, enum number_form form)
{
	if (!walk->out)
		return;
	if (value->number.present && form == NUMBER_PLAIN)
		amount_add_grouped(walk->out, value->number.value);
	else if (value->number.present)
		amount_add_money(walk->out, value->number.value, form == NUMBER_MONEY_COMPACT);
	else if (value->text)
		buffer_add_text(walk->out, value->text);
}

/* ---- arguments ---- */

/* Whether `name` is declared; *ret_number: as a number. */
static bool is_declared(const struct walk *walk, struct span name, bool *ret_number)
{
	for (const char *at = walk->arguments; *at;) {
		bool number = *at == '#';
		struct span declared = { at + number, strcspn(at + number, " ") };

		if (declared.length == name.length &&
		    memcmp(declared.start, name.start, name.length) == 0) {
			*ret_number = number;
			return true;
		}
		at = declared.start + declared.length;
		at += strspn(at, " ");
	}
	return false;
}

static const struct template_value *value_of(const struct walk *walk, struct span name)
{
	static const struct template_value absent = { .name = "" };

	for (const struct template_value *value = walk->values; value && value->name; value++)
		if (span_is(name, value->name))
			return value;
	return &absent;
}

/* ---- quotes ---- */

/* In '{name}' the argument would be quoted, which nobody means who writes the name of one. */
static bool check_quoted(struct walk *walk, const char *start, const char *end)
{
	struct span name;
	bool number;

	if (!walk->arguments)
		return true;
	for (const char *at = start; (at = memchr(at, '{', (size_t)(end - at))); at++) {
		name = name_at(at + 1);
		if (is_declared(walk, name, &number))
			return err_set(walk->err, ERR_USAGE,
				       "'{%.*s}' stands for its own characters; to have the "
				       "argument in quotes write ''{%.*s}''",
				       (int)name.length, name.start, (int)name.length, name.start);
	}
	return true;
}

/* At an apostrophe. */
static bool walk_quote(struct walk *walk, bool in_plural)
{
	const char *start = walk->at, *from = start + 1, *end;

	if (*from == '\'') {
		put(walk, "'", 1);
		walk->at += 2;
		return true;
	}
	if (*from != '{' && *from != '}' && !(in_plural && *from == '#')) {
		put(walk, "'", 1);
		walk->at++;
		return true;
	}
	for (end = from + strcspn(from, "'"); end[0] == '\'' && end[1] == '\'';
	     end += 2 + strcspn(end + 2, "'")) {
		put(walk, from, (size_t)(end + 1 - from)); /* two are one inside a quote, too */
		from = end + 2;
	}
	if (!*end)
		return wrong(walk, start, "a quote without its second apostrophe");
	put(walk, from, (size_t)(end - from));
	walk->at = end + 1;
	return check_quoted(walk, start, end);
}

/* ---- plural and select ---- */

/* How well a branch of this key fits; 0: not at all. The best one is taken. */
static int fit_of(struct span key, bool plural, const struct template_value *value)
{
	char exact[32];

	if (span_is(key, "other"))
		return 1;
	if (!plural) {
		return span_is(key, value->text ? value->text : "none") ? 2 : 0;
	}
	if (!value->number.present)
		return 0;
	snprintf(exact, sizeof(exact), "=%" PRId64, value->number.value);
	if (span_is(key, exact))
		return 3;
	return value->number.value == 1 && span_is(key, "one") ? 2 : 0;
}

static bool check_key(struct walk *walk, struct span key, bool plural)
{
	bool exact = key.length > 1 && *key.start == '=' &&
		     strspn(key.start + 1, "0123456789") == key.length - 1;

	if (key.length == 0)
		return wrong(walk, key.start, "the name of a branch expected");
	if (plural && !exact && !span_is(key, "one") && !span_is(key, "other"))
		return wrong(walk, key.start, "a branch that is none of =N, one and other");
	return true;
}

static struct span read_key(struct walk *walk)
{
	const char *start = walk->at;

	if (*walk->at == '=')
		walk->at++;
	walk->at += name_at(walk->at).length;
	return (struct span){ start, (size_t)(walk->at - start) };
}

/* The branch's message, up to behind its closing brace. */
static bool walk_body(struct walk *walk, const struct template_value *number)
{
	bool good;

	walk->depth++;
	good = walk_message(walk, number);
	walk->depth--;
	walk->at += good;
	return good;
}

/* Behind the comma that ends the word plural or select. */
static bool walk_branches(struct walk *walk, bool plural, const struct template_value *value)
{
	const char *start = walk->at;
	const struct template_value *number = plural ? value : NULL;
	struct buffer *out = walk->out;
	struct branch best = { 0 };
	bool has_other = false;

	walk->out = NULL;
	for (;;) {
		skip_blanks(walk);
		if (*walk->at == '}')
			break;

		struct span key = read_key(walk);
		int fit = fit_of(key, plural, value);

		if (!check_key(walk, key, plural))
			return false;
		skip_blanks(walk);
		if (*walk->at++ != '{')
			return wrong(walk, walk->at - 1, "{ after the name of a branch expected");
		if (fit > best.fit)
			best = (struct branch){ walk->at, fit };
		has_other |= span_is(key, "other");
		if (!walk_body(walk, number))
			return false;
	}
	if (!has_other)
		return wrong(walk, start, "no branch `other` in what begins");
	walk->out = out;
	if (out) {
		const char *end = walk->at;

		walk->at = best.body;
		walk_body(walk, number);
		walk->at = end;
	}
	return true;
}

/* ---- the whole ---- */

static int shown(struct span name)
{
	return (int)(name.length < SHOWN_MAX ? name.length : SHOWN_MAX);
}

static bool check_argument(struct walk *walk, struct span name, bool *ret_number)
{
	if (name.length == 0)
		return wrong(walk, name.start, "the name of a placeholder expected");
	if (!walk->arguments || is_declared(walk, name, ret_number))
		return true;
	return err_set(walk->err, ERR_USAGE, "unknown placeholder {%.*s} at character %zu",
		       shown(name), name.start, (size_t)(name.start - walk->text));
}

/* Behind the word number: the skeleton, up to behind the closing brace. */
static bool walk_number(struct walk *walk, const struct template_value *value)
{
	static const char *const skeletons[] = {
		[NUMBER_PLAIN] = "}",
		[NUMBER_MONEY] = ", ::currency/USD precision-integer}",
		[NUMBER_MONEY_COMPACT] = ", ::currency/USD compact-short}",
	};

	for (size_t form = 0; form < sizeof(skeletons) / sizeof(skeletons[0]); form++) {
		size_t length = strlen(skeletons[form]);

		if (strncmp(walk->at, skeletons[form], length) != 0)
			continue;
		put_value(walk, value, (enum number_form)form);
		walk->at += length;
		return true;
	}
	return wrong(walk, walk->at,
		     "} or \", ::currency/USD compact-short}\" or \", ::currency/USD "
		     "precision-integer}\" expected");
}

/* At an opening brace. */
static bool walk_placeholder(struct walk *walk)
{
	bool is_number = false;
	struct span name, form;

	walk->at++;
	name = read_name(walk);
	if (!check_argument(walk, name, &is_number))
		return false;

	const struct template_value *value = value_of(walk, name);

	if (*walk->at == '}') {
		put_value(walk, value, NUMBER_PLAIN);
		walk->at++;
		return true;
	}
	if (*walk->at++ != ',')
		return wrong(walk, walk->at - 1, "} or , after the name of a placeholder expected");
	form = read_name(walk);
	if (!span_is(form, "plural") && !span_is(form, "select") && !span_is(form, "number"))
		return wrong(walk, form.start, "plural, select or number expected");
	if (walk->arguments && is_number == span_is(form, "select"))
		return wrong(walk, form.start,
			     is_number ? "select by a number" : "a text is no number");
	if (span_is(form, "number"))
		return walk_number(walk, value);
	if (*walk->at++ != ',')
		return wrong(walk, walk->at - 1, ", after plural or select expected");
	if (walk->depth == DEPTH_MAX)
		return wrong(walk, name.start, "too many branches inside branches");
	if (!walk_branches(walk, span_is(form, "plural"), value))
		return false;
	walk->at++;
	return true;
}

/* Up to the end, or to the brace that closes the branch. number: what # stands for; NULL:
 * itself. */
static bool walk_message(struct walk *walk, const struct template_value *number)
{
	for (;;) {
		size_t length = strcspn(walk->at, number ? "{}'#" : "{}'");

		put(walk, walk->at, length);
		walk->at += length;
		switch (*walk->at) {
		case '\0':
			return walk->depth == 0 ||
			       wrong(walk, walk->at, "} that closes a branch expected");
		case '}':
			return walk->depth > 0 ||
			       wrong(walk, walk->at, "} without {; write '}' for the character");
		case '#':
			put_value(walk, number, NUMBER_PLAIN);
			walk->at++;
			break;
		case '\'':
			if (!walk_quote(walk, number))
				return false;
			break;
		default:
			if (!walk_placeholder(walk))
				return false;
		}
	}
}

static bool check_utf8(struct walk *walk)
{
	size_t left = strlen(walk->text), size;

	for (const char *at = walk->text; left > 0; at += size, left -= size) {
		size = utf8_character(at, left);
		if (size == 0)
			return wrong(walk, at, "bytes that are no UTF-8");
	}
	return true;
}

bool template_check(const char *text, const char *arguments, struct err *err)
{
	struct walk walk = { .text = text, .at = text, .arguments = arguments, .err = err };

	return check_utf8(&walk) && walk_message(&walk, NULL);
}

const char *template_format(const char *text, const struct template_value *values,
			    struct arena *arena)
{
	struct buffer out = { 0 };
	struct err err;
	struct walk walk = { .text = text, .at = text, .values = values, .out = &out, .err = &err };
	const char *said;

	walk_message(&walk, NULL);
	said = arena_strndup(arena, out.bytes ? out.bytes : "", out.length);
	buffer_release(&out);
	return said;
}
