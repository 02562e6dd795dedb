#include <ctype.h>
#include <inttypes.h>
#include <math.h>

#include "team.h"

static const struct optional_number unknown = { .present = false };

/* Digits at *text; moves *text behind them. 0 when there are none. */
static double read_number(const char **text)
{
	double number = 0;

	while (isdigit((unsigned char)**text))
		number = 10 * number + (*(*text)++ - '0');
	return number;
}

static struct optional_number read_band(const char *text)
{
	double low = read_number(&text);
	double high = low;

	if ((*text == '_' || *text == '-') && isdigit((unsigned char)text[1])) {
		text++;
		high = read_number(&text);
	} else if (strcmp(text, "_plus") == 0 || strcmp(text, "+") == 0) {
		text = "";
	}
	double middle = low < high ? sqrt(low * high) : low;

	if (*text || low <= 0 || high < low || !isfinite(middle))
		return unknown;
	return (struct optional_number){ .value = middle, .present = true };
}

struct optional_number team_people(const struct int_or_text *team_size)
{
	if (!team_size->present)
		return unknown;
	if (team_size->text)
		return read_band(team_size->text);
	if (team_size->number <= 0)
		return unknown;
	return (struct optional_number){ .value = (double)team_size->number, .present = true };
}

const char *team_text(const struct int_or_text *team_size, struct arena *arena)
{
	const char *band = team_size->text;
	const char *split = band ? strchr(band, '_') : NULL;

	if (!team_size->present)
		return NULL;
	if (!band)
		return arena_printf(arena, "%" PRId64, team_size->number);
	if (!split || !read_band(band).present)
		return band;
	if (strcmp(split, "_plus") == 0)
		return arena_printf(arena, "%.*s+", (int)(split - band), band);
	return arena_printf(arena, "%.*s-%s", (int)(split - band), band, split + 1);
}
