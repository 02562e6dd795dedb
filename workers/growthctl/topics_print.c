#include "fields.h"
#include "json_write.h"
#include "output.h"
#include "topics.h"

static const char *state_of(const struct topic *topic)
{
	return !topic->state.partitions   ? "missing"
	       : topic->differences.count ? "differs"
	       : topic->created           ? "created"
					  : "exists";
}

static void print_json(const struct topics *topics)
{
	struct buffer out = { 0 };

	buffer_add_char(&out, '[');
	for (size_t i = 0; i < topics->count; i++) {
		const struct topic *topic = &topics->items[i];

		buffer_add_text(&out, i ? ",{" : "{");
		json_write_member_text(
			&out, "topic",
			kafka_topic_name(&topics->kafka, topic->plan->name, &topics->ctl->arena));
		json_write_member_int(&out, "partitions",
				      topic->state.partitions ? topic->state.partitions
							      : topic->plan->partitions);
		json_write_member_text(&out, "cleanup_policy",
				       topic->state.cleanup_policy ? topic->state.cleanup_policy
								   : topic->plan->cleanup_policy);
		json_write_member_text(&out, "state", state_of(topic));
		json_write_member(&out, "differences");
		buffer_add_char(&out, '[');
		for (size_t k = 0; k < topic->differences.count; k++) {
			buffer_add_text(&out, k ? "," : "");
			json_write_text(&out, topic->differences.items[k],
					strlen(topic->differences.items[k]));
		}
		buffer_add_text(&out, "]}");
	}
	buffer_add_text(&out, "]\n");
	fwrite(out.bytes, 1, out.length, stdout);
	buffer_release(&out);
}

static void print_table(const struct topics *topics)
{
	static const char *const headings[] = { "TOPIC", ">PARTITIONS", "CLEANUP", "STATE", NULL };
	struct table table;

	table_init(&table, &topics->ctl->arena, headings);
	for (size_t i = 0; i < topics->count; i++) {
		const struct topic *topic = &topics->items[i];
		struct buffer state = { 0 };

		buffer_add_text(&state, state_of(topic));
		for (size_t k = 0; k < topic->differences.count; k++)
			buffer_printf(&state, "%s%s", k ? ", " : ": ", topic->differences.items[k]);
		table_add(&table,
			  kafka_topic_name(&topics->kafka, topic->plan->name, &topics->ctl->arena));
		table_add_number(&table, topic->state.partitions ? topic->state.partitions
								 : topic->plan->partitions);
		table_add(&table, topic->state.cleanup_policy ? topic->state.cleanup_policy
							      : topic->plan->cleanup_policy);
		table_add(&table, arena_strdup(&topics->ctl->arena, state.bytes));
		buffer_release(&state);
	}
	table_print(&table, stdout);
}

int topics_report(const struct topics *topics)
{
	size_t wrong = 0, created = 0;
	int status;

	for (size_t i = 0; i < topics->count; i++) {
		wrong += !topics->items[i].state.partitions || topics->items[i].differences.count;
		created += topics->items[i].created;
	}
	if (topics->arguments.json)
		print_json(topics);
	else
		print_table(topics);
	status = ctl_flush(topics->ctl);
	if (created)
		ctl_say(topics->ctl, "%zu of %zu topics created", created, topics->count);
	else if (!wrong)
		ctl_say(topics->ctl, "all %zu topics exist", topics->count);
	if (wrong)
		ctl_say(topics->ctl, "%zu topics %s", wrong,
			topics->arguments.dry_run ? "are missing or differ"
						  : "differ; they are left as they are");
	return status ? status : wrong ? CTL_DIFFERENT : 0;
}
