/* Who may do what in Kafka: one account a worker, with what it needs and nothing else. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "values.h"

enum acl_resource { ACL_TOPIC, ACL_GROUP, ACL_TRANSACTIONAL_ID };

/* The operations, as bits; acl_operation_names has their names as Kafka spells them, in this
 * order. */
enum acl_operation {
	ACL_READ = 1,
	ACL_WRITE = 2,
	ACL_DESCRIBE = 4,
	ACL_CREATE = 8,
	ACL_DELETE = 16,
	ACL_DESCRIBE_CONFIGS = 32,
};
extern const char *const acl_operation_names[]; /* "Read", …, ended by NULL */
extern const char *const acl_resource_names[];  /* "topic", "group", "transactionalId" */

/* One account's rights to one resource. */
struct acl {
	const char *principal; /* "User:growth-matcher" */
	enum acl_resource resource;
	const char *name;
	bool prefixed; /* the resources whose names begin so */
	int operations;
};

/*
 * The rights of all accounts: the workers', the operator's (growthctl), those of who reads what
 * workers publish and of who looks at lags. `principals` is a principal with '*' for the account's
 * name ("User:growth-*"); `prefix` is put in front of every topic, group and transactional id. In
 * the arena.
 */
void acls_plan(const char *principals, const char *prefix, struct arena *arena,
	       struct acl **ret_acls, size_t *ret_count);
