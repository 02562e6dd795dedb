/* growthctl acls: who needs which right (decide_acls.c), told, or given by an administrator. */
#include "decide_acls.h"
#include "json_write.h"
#include "kafka.h"
#include "output.h"

#define CREATE_TIMEOUT_MS 30000
/* librdkafka 2.0.2 has no name for it, and refuses the number; 2.12 takes it. */
#define RESOURCE_TRANSACTIONAL_ID ((rd_kafka_ResourceType_t)5)

struct arguments {
	const char *principals;
	bool json, commands, execute;
};

static const struct usage_option options[] = {
	USAGE_TEXT(struct arguments, principals, "principals", 0, "PATTERN",
		   "Kafka's names of the accounts, with a * for worker, operator, reader, keda "
		   "(User:growth-*)"),
	USAGE_FLAG(struct arguments, json, "json", 0, "Write JSON"),
	USAGE_FLAG(struct arguments, commands, "commands", 0,
		   "Write commands of Kafka's own kafka-acls"),
	USAGE_FLAG(struct arguments, execute, "execute", 0,
		   "Create them in Kafka, as an administrator of it"),
	USAGE_END
};

static const struct usage usage = {
	.options = options,
	.doc = "Says which rights in Kafka each account needs: of a worker its topics, its group, its "
	       "transactional ids and its dead letters, and nothing of another's. With --execute they are "
	       "created; those that exist stay, and nothing is taken away.\v"
	       "Examples:\n"
	       "  growthctl acls\n"
	       "  growthctl acls --execute --set kafka.properties.sasl.username=admin\n"
	       "  growthctl acls --commands | sh\n"
	       "  growthctl acls --principals 'User:CN=growth-*,O=Example'\n"
	       "\n"
	       "The group of a worker is taken to be its name behind kafka.topic_prefix. With librdkafka before "
	       "2.7 --execute cannot create the rights to transactional ids; --commands has them.",
};

static const char *operations_of(const struct acl *acl, const char *before, const char *between,
				 struct arena *arena)
{
	struct buffer text = { 0 };
	const char *copy;

	for (int i = 0; acl_operation_names[i]; i++)
		if (acl->operations & 1 << i)
			buffer_printf(&text, "%s%s%s", text.length ? between : "", before,
				      acl_operation_names[i]);
	copy = arena_strndup(arena, text.bytes, text.length);
	buffer_release(&text);
	return copy;
}

static void print_table(struct arena *arena, const struct acl *acls, size_t count)
{
	static const char *const headings[] = { "PRINCIPAL", "RESOURCE",   "NAME",
						"PATTERN",   "OPERATIONS", NULL };
	struct table table;

	table_init(&table, arena, headings);
	for (size_t i = 0; i < count; i++) {
		table_add(&table, acls[i].principal);
		table_add(&table, acl_resource_names[acls[i].resource]);
		table_add(&table, acls[i].name);
		table_add(&table, acls[i].prefixed ? "prefixed" : "literal");
		table_add(&table, operations_of(&acls[i], "", ", ", arena));
	}
	table_print(&table, stdout);
}

static void print_json(const struct acl *acls, size_t count)
{
	struct buffer out = { 0 };

	buffer_add_char(&out, '[');
	for (size_t i = 0; i < count; i++) {
		const char *separator = "";

		buffer_add_text(&out, i ? ",{" : "{");
		json_write_member_text(&out, "principal", acls[i].principal);
		json_write_member_text(&out, "resource", acl_resource_names[acls[i].resource]);
		json_write_member_text(&out, "name", acls[i].name);
		json_write_member_text(&out, "pattern", acls[i].prefixed ? "prefixed" : "literal");
		json_write_member(&out, "operations");
		buffer_add_char(&out, '[');
		for (int k = 0; acl_operation_names[k]; k++) {
			if (!(acls[i].operations & 1 << k))
				continue;
			buffer_printf(&out, "%s\"%s\"", separator, acl_operation_names[k]);
			separator = ",";
		}
		buffer_add_text(&out, "]}");
	}
	buffer_add_text(&out, "]\n");
	fwrite(out.bytes, 1, out.length, stdout);
	buffer_release(&out);
}

static void print_commands(const struct ctl *ctl, struct arena *arena, const struct acl *acls,
			   size_t count)
{
	static const char *const flags[] = { "--topic", "--group", "--transactional-id" };

	for (size_t i = 0; i < count; i++)
		printf("kafka-acls --bootstrap-server %s --command-config admin.properties --add "
		       "--allow-principal '%s' %s --resource-pattern-type %s %s '%s'\n",
		       ctl->config.kafka.bootstrap_servers, acls[i].principal,
		       operations_of(&acls[i], "--operation ", " ", arena),
		       acls[i].prefixed ? "prefixed" : "literal", flags[acls[i].resource],
		       acls[i].name);
}

/* ---- --execute ---- */

static rd_kafka_AclBinding_t *binding_of(const struct acl *acl, int operation, struct err *err)
{
	static const rd_kafka_ResourceType_t resources[] = { RD_KAFKA_RESOURCE_TOPIC,
							     RD_KAFKA_RESOURCE_GROUP,
							     RESOURCE_TRANSACTIONAL_ID };
	static const rd_kafka_AclOperation_t operations[] = {
		RD_KAFKA_ACL_OPERATION_READ,     RD_KAFKA_ACL_OPERATION_WRITE,
		RD_KAFKA_ACL_OPERATION_DESCRIBE, RD_KAFKA_ACL_OPERATION_CREATE,
		RD_KAFKA_ACL_OPERATION_DELETE,   RD_KAFKA_ACL_OPERATION_DESCRIBE_CONFIGS
	};
	char reason[256];
	rd_kafka_AclBinding_t *binding =
		rd_kafka_AclBinding_new(resources[acl->resource], acl->name,
					acl->prefixed ? RD_KAFKA_RESOURCE_PATTERN_PREFIXED
						      : RD_KAFKA_RESOURCE_PATTERN_LITERAL,
					acl->principal, "*", operations[operation],
					RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW, reason, sizeof(reason));

	if (!binding && acl->resource == ACL_TRANSACTIONAL_ID)
		err_set(err, ERR_USAGE,
			"librdkafka %s cannot create rights to transactional ids, 2.12 can; nothing was created. "
			"growthctl acls --commands writes commands of Kafka's own kafka-acls instead",
			rd_kafka_version_str());
	else if (!binding)
		err_set(err, ERR_USAGE, "%s: %s", acl->name, reason);
	return binding;
}

static bool read_answer(struct kafka *kafka, rd_kafka_queue_t *queue, struct err *err)
{
	rd_kafka_event_t *event =
		kafka_answer(kafka, queue, CREATE_TIMEOUT_MS, "creating ACLs", NULL, err);
	const rd_kafka_acl_result_t **results;
	bool ok = true;
	size_t count;

	if (!event)
		return false;
	results = rd_kafka_CreateAcls_result_acls(rd_kafka_event_CreateAcls_result(event), &count);
	for (size_t i = 0; ok && i < count; i++) {
		const rd_kafka_error_t *error = rd_kafka_acl_result_error(results[i]);

		ok = !error || err_set(err, ERR_USAGE,
				       "creating ACLs: %s; it takes an administrator of Kafka",
				       rd_kafka_error_string(error));
	}
	rd_kafka_event_destroy(event);
	return ok;
}

static bool create(const struct ctl *ctl, const struct acl *acls, size_t count, struct err *err)
{
	static const char *const properties[] = { NULL };
	struct kafka kafka = { 0 };
	rd_kafka_AclBinding_t **bindings;
	rd_kafka_queue_t *queue;
	size_t made = 0;
	bool ok = kafka_open(&kafka, &ctl->config, RD_KAFKA_PRODUCER, properties, err);

	if (!ok)
		return false;
	bindings = calloc(count * 8, sizeof(*bindings));
	if (!bindings)
		abort();
	queue = rd_kafka_queue_new(kafka.client);
	for (size_t i = 0; ok && i < count; i++)
		for (int k = 0; ok && acl_operation_names[k]; k++) {
			if (!(acls[i].operations & 1 << k))
				continue;
			bindings[made] = binding_of(&acls[i], k, err);
			ok = bindings[made] != NULL;
			made += ok;
		}
	if (ok) {
		rd_kafka_CreateAcls(kafka.client, bindings, made, NULL, queue);
		ok = read_answer(&kafka, queue, err);
	}
	rd_kafka_AclBinding_destroy_array(bindings, made);
	free(bindings);
	rd_kafka_queue_destroy(queue);
	kafka_close(&kafka);
	return ok;
}

int command_acls(struct ctl *ctl, int argc, char **argv)
{
	struct arguments arguments = { .principals = "User:growth-*" };
	struct err err = { 0 };
	struct acl *acls;
	size_t count;
	int status = ctl_parse(ctl, &usage, &arguments, argc, argv);

	if (status)
		return status;
	acls_plan(arguments.principals, ctl->config.kafka.topic_prefix, &ctl->arena, &acls, &count);
	if (arguments.execute && !create(ctl, acls, count, &err))
		return ctl_fail(ctl, &err);
	if (arguments.json)
		print_json(acls, count);
	else if (arguments.commands)
		print_commands(ctl, &ctl->arena, acls, count);
	else
		print_table(&ctl->arena, acls, count);
	status = ctl_flush(ctl);
	if (!status && arguments.execute)
		ctl_say(ctl, "the rights to %zu resources are there", count);
	return status;
}
