/* Whether a goal.created can be taken in: the tables have room for it, and it is the
 * contractor's. */
#include "decide.h"
#include "identity.h"

#define GOAL_TYPE_MAX 100 /* of its column */
#define TRIGGER_MAX 1000  /* bytes: it is indexed, and an index takes some 2,700 */

static int by_goal_id(const void *left, const void *right)
{
	const struct goal_owner *a = left, *b = right;

	return uuid_order(&a->goal_id, &b->goal_id);
}

bool goal_is_anothers(const struct goal_created *created, const struct goal_owner *owners,
		      size_t count)
{
	struct goal_owner wanted = { .goal_id = created->goal_id };
	const struct goal_owner *owner =
		count ? bsearch(&wanted, owners, count, sizeof(*owners), by_goal_id) : NULL;

	return owner && owner->contractor_id != created->contractor_id;
}

static size_t characters_of(const char *text)
{
	size_t count = 0;

	for (; *text; text++)
		count += ((unsigned char)*text & 0xc0) != 0x80;
	return count;
}

bool goal_check_created(const void *value, const void *config, struct err *err)
{
	const struct goal_created *created = value;
	size_t type = characters_of(created->goal_type);
	size_t trigger = created->trigger_condition ? strlen(created->trigger_condition) : 0;

	(void)config;
	if (type > GOAL_TYPE_MAX)
		return err_set(err, ERR_POISON, "goal_type: %zu characters are more than %d", type,
			       GOAL_TYPE_MAX);
	if (trigger > TRIGGER_MAX)
		return err_set(err, ERR_POISON, "trigger_condition: %zu bytes are more than %d",
			       trigger, TRIGGER_MAX);
	return true;
}
