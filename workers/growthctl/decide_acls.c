#include "decide_acls.h"

#include <string.h>

#include "decide_pipeline.h"
#include "messages.h"

#define ACLS_MAX 128

const char *const acl_operation_names[] = { "Read",   "Write",           "Describe", "Create",
					    "Delete", "DescribeConfigs", NULL };
const char *const acl_resource_names[] = { "topic", "group", "transactionalId" };

struct plan {
	const char *principals, *prefix;
	struct arena *arena;
	struct acl *acls;
	size_t count;
};

static const char *principal_of(const struct plan *plan, const char *account)
{
	const char *star = strchr(plan->principals, '*');

	return star ? arena_printf(plan->arena, "%.*s%s%s", (int)(star - plan->principals),
				   plan->principals, account, star + 1)
		    : plan->principals;
}

/* What is said twice of a resource is one right to more. */
static void allow(struct plan *plan, const char *account, enum acl_resource resource,
		  const char *name, bool prefixed, int operations)
{
	const char *principal = principal_of(plan, account);

	for (size_t i = 0; i < plan->count; i++) {
		struct acl *acl = &plan->acls[i];

		if (acl->resource == resource && acl->prefixed == prefixed &&
		    strcmp(acl->name, name) == 0 && strcmp(acl->principal, principal) == 0) {
			acl->operations |= operations;
			return;
		}
	}
	plan->acls[plan->count++] = (struct acl){ principal, resource, name, prefixed, operations };
}

static void allow_named(struct plan *plan, const char *account, enum acl_resource resource,
			const char *name, bool prefixed, int operations)
{
	allow(plan, account, resource, arena_printf(plan->arena, "%s%s", plan->prefix, name),
	      prefixed, operations);
}

/* All of the product's: with a prefix those that begin so, else there are no others to leave
 * out. */
static void allow_all(struct plan *plan, const char *account, enum acl_resource resource,
		      int operations)
{
	bool prefixed = *plan->prefix;

	allow(plan, account, resource, prefixed ? plan->prefix : "*", prefixed, operations);
}

/* librdkafka looks for the coordinator of a group that a reader of patterns has to name, though it
 * never joins. */
static void allow_library(struct plan *plan, const char *worker)
{
	allow_named(plan, worker, ACL_TOPIC, TOPIC_PATTERN_RECALCULATED, false,
		    ACL_READ | ACL_DESCRIBE);
	allow(plan, worker, ACL_GROUP, arena_printf(plan->arena, "%s-library", worker), false,
	      ACL_READ | ACL_DESCRIBE);
}

static void allow_worker(struct plan *plan, const struct pipeline_worker *worker)
{
	for (int i = 0; i < PIPELINE_TOPICS_MAX && worker->consumes[i]; i++)
		allow_named(plan, worker->name, ACL_TOPIC, worker->consumes[i], false,
			    ACL_READ | ACL_DESCRIBE);
	for (int i = 0; i < PIPELINE_TOPICS_MAX && worker->produces[i]; i++)
		allow_named(plan, worker->name, ACL_TOPIC, worker->produces[i], false,
			    ACL_WRITE | ACL_DESCRIBE);
	allow_named(plan, worker->name, ACL_TOPIC,
		    arena_printf(plan->arena, "%s.dlq", worker->name), false,
		    ACL_WRITE | ACL_DESCRIBE);
	allow_named(plan, worker->name, ACL_GROUP, worker->name, false, ACL_READ | ACL_DESCRIBE);
	if (worker->holds_patterns)
		allow_library(plan, worker->name);
	allow_named(plan, worker->name, ACL_TRANSACTIONAL_ID,
		    arena_printf(plan->arena, "%s-", worker->name), true, ACL_WRITE | ACL_DESCRIBE);
}

/* Shadows of replay are made, read and dropped by growthctl, and their workers log in as it
 * does. */
static void allow_operator(struct plan *plan)
{
	allow_all(plan, "operator", ACL_TOPIC,
		  ACL_READ | ACL_WRITE | ACL_DESCRIBE | ACL_CREATE | ACL_DELETE |
			  ACL_DESCRIBE_CONFIGS);
	allow_all(plan, "operator", ACL_GROUP, ACL_READ | ACL_DESCRIBE | ACL_DELETE);
	allow_named(plan, "operator", ACL_TRANSACTIONAL_ID, "growthctl", true,
		    ACL_WRITE | ACL_DESCRIBE);
	allow_named(plan, "operator", ACL_TRANSACTIONAL_ID, "shadow.", true,
		    ACL_WRITE | ACL_DESCRIBE);
}

static void allow_reader(struct plan *plan)
{
	for (const struct pipeline_worker *worker = pipeline; worker->name; worker++)
		for (int i = 0; i < PIPELINE_TOPICS_MAX && worker->produces[i]; i++)
			allow_named(plan, "reader", ACL_TOPIC, worker->produces[i], false,
				    ACL_READ | ACL_DESCRIBE);
	allow_named(plan, "reader", ACL_GROUP, "growth-reader", true, ACL_READ | ACL_DESCRIBE);
}

void acls_plan(const char *principals, const char *prefix, struct arena *arena,
	       struct acl **ret_acls, size_t *ret_count)
{
	struct plan plan = { principals, prefix, arena, arena_array(arena, struct acl, ACLS_MAX),
			     0 };

	for (const struct pipeline_worker *worker = pipeline; worker->name; worker++)
		allow_worker(&plan, worker);
	allow_operator(&plan);
	allow_reader(&plan);
	allow_all(&plan, "keda", ACL_TOPIC, ACL_DESCRIBE);
	allow_all(&plan, "keda", ACL_GROUP, ACL_DESCRIBE);
	*ret_acls = plan.acls;
	*ret_count = plan.count;
}
