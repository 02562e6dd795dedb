#include "shared_text.h"

#include <string.h>

bool shared_text_fits(const char *text)
{
	return strnlen(text, SHARED_TEXT_MAX + 1) <= SHARED_TEXT_MAX;
}

bool action_check(const void *recorded, const void *config, struct err *err)
{
	const struct action_recorded *action = recorded;

	(void)config;
	return shared_text_fits(action->item) ||
	       err_set(err, ERR_POISON, "item: %zu bytes are more than %d", strlen(action->item),
		       SHARED_TEXT_MAX);
}
