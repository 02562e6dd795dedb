#include <inttypes.h>

#include "buffer.h"
#include "output.h"
#include "promote.h"

#define PATTERNS_MOST 20

static void print_positions(const struct promotion *promotion, struct arena *arena)
{
	static const char *const headings[] = { "WORKER", "TOPIC",     ">PARTITION", ">LIVE",
						">NEXT",  ">SEQUENCE", ">AGAIN",     NULL };
	struct table table;

	table_init(&table, arena, headings);
	for (size_t i = 0; i < promotion->count; i++) {
		const struct planned_position *planned = &promotion->positions[i];

		table_add(&table, planned->worker->name);
		table_add(&table, planned->from.current->topic);
		table_add_number(&table, planned->from.current->partition);
		table_add_number(&table, planned->from.current->next_offset);
		table_add_number(&table, planned->to.next_offset);
		table_add_number(&table, planned->to.sequence);
		table_add_number(&table, planned->to.again);
	}
	table_print(&table, stdout);
}

static int64_t offsets_again(const struct promotion *promotion)
{
	int64_t again = 0;

	for (size_t i = 0; i < promotion->count; i++)
		again += promotion->positions[i].to.again;
	return again;
}

static void print_patterns(const struct promotion *promotion)
{
	size_t told = 0;

	printf("\n%zu patterns are published, because readers hold other ones; %zu get another "
	       "version, and nobody is told\n",
	       promotion->published, promotion->renumbered);
	for (size_t i = 0; i < promotion->patterns_count && told < PATTERNS_MOST; i++) {
		const struct pattern_switch *pattern = &promotion->patterns[i];

		if (!pattern->content)
			continue;
		printf("  %s: version %" PRId64 "%s\n", pattern->pattern_key, pattern->version,
		       pattern->removed ? ", removed" : "");
		told++;
	}
	if (told < promotion->published)
		printf("  and %zu more\n", promotion->published - told);
}

static void print_likeness(const struct promotion *promotion)
{
	if (promotion->likeness.count)
		printf("%s gets what belongs to the database itself as %s has it:\n",
		       promotion->next_name, promotion->live_name);
	for (size_t i = 0; i < promotion->likeness.count; i++)
		printf("  %s\n", promotion->likeness.items[i]);
}

void promotion_print(const struct promotion *promotion)
{
	output_heading(stdout, "%s becomes %s; what is live now is kept as %s",
		       promotion->next_name, promotion->live_name, promotion->kept_name);
	print_positions(promotion, &promotion->ctl->arena);
	printf("\nUp to %" PRId64
	       " offsets that live has handled are handled again, and told again under the same "
	       "ids\n",
	       offsets_again(promotion));
	print_patterns(promotion);
	printf("%zu contractors are told their matches anew, %zu their partners; %zu goals are "
	       "told anew\n",
	       promotion->matched.count, promotion->recommended.count, promotion->goals.count);
	print_likeness(promotion);
}
