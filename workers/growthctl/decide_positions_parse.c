/* What stands on the command line and in files: partitions, times, durations, CSV. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decide_positions.h"
#include "instant.h"

#define DURATION_MAX_DAYS 36500

static const char *strip(const char *topic, const char *prefix)
{
	size_t length = strlen(prefix);

	return strncmp(topic, prefix, length) == 0 ? topic + length : topic;
}

/* Digits alone: no sign, no space. *text moves behind them. */
static bool take_number(const char **text, int64_t *ret_number)
{
	char *end;
	long long number;

	if (!isdigit((unsigned char)**text))
		return false;
	errno = 0;
	number = strtoll(*text, &end, 10);
	if (errno)
		return false;
	*text = end;
	*ret_number = number;
	return true;
}

static bool take_list(const char *text, struct selection *selection)
{
	for (;;) {
		int64_t number;

		if (!take_number(&text, &number) || number > INT32_MAX)
			return false;
		selection->partitions.items[selection->partitions.count++] = number;
		if (*text != ',')
			return *text == 0;
		text++;
	}
}

bool selection_parse(const char *text, const char *prefix, struct arena *arena,
		     struct selection *ret_selection, struct err *err)
{
	const char *colon = strchr(text, ':');
	struct selection selection = { 0 };
	size_t length = colon ? (size_t)(colon - text) : strlen(text);

	selection.topic = strip(arena_strndup(arena, text, length), prefix);
	selection.partitions.items = arena_array(arena, int64_t, strlen(text));
	if (!*selection.topic || (colon && !take_list(colon + 1, &selection)))
		return err_set(err, ERR_USAGE, "'%s' is not TOPIC or TOPIC:0,1,2", text);
	*ret_selection = selection;
	return true;
}

bool time_parse(const char *text, utc_us *ret_time)
{
	bool is_date = strlen(text) == strlen("2024-05-01");
	char zoned[64];

	if (instant_parse(text, strlen(text), ret_time))
		return true;
	snprintf(zoned, sizeof(zoned), "%s%s", text, is_date ? "T00:00:00Z" : "Z");
	return strlen(text) + 1 < sizeof(zoned) && instant_parse(zoned, strlen(zoned), ret_time);
}

/* 12.5S: a fraction is for seconds alone. */
static bool take_fraction(const char **text, int64_t *ret_us)
{
	int64_t unit = US_PER_SECOND;

	*ret_us = 0;
	if (**text != '.')
		return true;
	(*text)++;
	if (!isdigit((unsigned char)**text))
		return false;
	for (; isdigit((unsigned char)**text); (*text)++) {
		unit /= 10;
		*ret_us += (**text - '0') * unit;
	}
	return **text == 'S';
}

bool target_parse_duration(const char *text, int64_t *ret_us)
{
	static const struct {
		char unit;
		bool time;
		int64_t us;
	} parts[] = { { 'D', false, US_PER_DAY },
		      { 'H', true, 3600 * US_PER_SECOND },
		      { 'M', true, 60 * US_PER_SECOND },
		      { 'S', true, US_PER_SECOND } };
	int64_t total = 0;
	size_t next = 0, found = 0;
	bool time = false;

	if (*text++ != 'P')
		return false;
	while (*text) {
		int64_t number, fraction;

		if (*text == 'T' && !time) {
			time = true;
			text++;
			if (!*text)
				return false;
		}
		if (!take_number(&text, &number) || !take_fraction(&text, &fraction))
			return false;
		while (next < 4 && (parts[next].unit != *text || parts[next].time != time))
			next++;
		if (next == 4 || number > DURATION_MAX_DAYS * US_PER_DAY / parts[next].us)
			return false;
		total += number * parts[next++].us + fraction;
		found++;
		text++;
	}
	*ret_us = total;
	return found > 0;
}

bool csv_parse(const char *line, const char *prefix, struct arena *arena,
	       struct log_place *ret_place, struct err *err)
{
	size_t length = strcspn(line, "\r\n");
	const char *text = arena_strndup(arena, line, length);
	const char *at = strchr(text, ',');
	struct log_place parsed;

	if (!at || at == text)
		return err_set(err, ERR_POISON, "'%s' is not TOPIC,PARTITION,OFFSET", text);
	parsed.topic = strip(arena_strndup(arena, text, (size_t)(at - text)), prefix);
	at++;
	if (!take_number(&at, &parsed.partition) || parsed.partition > INT32_MAX || *at++ != ',' ||
	    !take_number(&at, &parsed.offset) || *at)
		return err_set(err, ERR_POISON, "'%s' is not TOPIC,PARTITION,OFFSET", text);
	*ret_place = parsed;
	return true;
}
