#include "status_recalculation.h"

#include "growthctl_core_sql.h"
#include "instant.h"
#include "json_write.h"
#include "output.h"

static const struct pg_column schedule_columns[] = { PG_TIME(struct status_schedule, last),
						     PG_TIME(struct status_schedule, next),
						     PG_END };
static const struct pg_column running_columns[] = { PG_TEXT(struct status_running, event_id),
						    PG_TEXT(struct status_running, reason),
						    PG_TIME(struct status_running, as_of),
						    PG_TEXT(struct status_running, phase),
						    PG_INT8(struct status_running, done),
						    PG_INT8(struct status_running, total),
						    PG_END };

static const struct statement read_schedule = {
	.name = "status_schedule",
	.sql = SQL_STATUS_SCHEDULE,
	.results = schedule_columns,
	.result_size = sizeof(struct status_schedule),
};
static const struct statement read_running = {
	.name = "status_running",
	.sql = SQL_STATUS_RUNNING,
	.results = running_columns,
	.result_size = sizeof(struct status_running),
};

bool status_read_recalculation(const struct ctl *ctl, struct db *db, struct arena *arena,
			       struct status_recalculation *ret_recalculation, struct err *err)
{
	struct status_recalculation found = { 0 };
	size_t schedules, runs;

	if (!ladder_read(ctl, db, arena, &found.ladder, err) ||
	    !db_run(db, &read_schedule, NULL, 0, arena, &found.schedule, &schedules, err) ||
	    !db_run(db, &read_running, NULL, 0, arena, &found.running, &runs, err))
		return false;
	if (!schedules)
		found.schedule = NULL;
	if (!runs)
		found.running = NULL;
	*ret_recalculation = found;
	return true;
}

/* ---- for people ---- */

static const char *number_text(const struct optional_int *number, struct arena *arena)
{
	return number->present ? arena_printf(arena, "%lld", (long long)number->value) : NULL;
}

/* Midnight, as most of them are, by its date. */
static const char *time_text(utc_us time, struct arena *arena)
{
	char text[INSTANT_TEXT_SIZE];

	instant_format(time, text);
	return arena_strndup(arena, text, time % US_PER_DAY ? strlen(text) : strlen("2024-06-30"));
}

static void print_ladder(const struct ladder *ladder, const struct labels *tiers,
			 struct arena *arena, FILE *out)
{
	static const char *const headings[] = { "FROM",     "TO",    ">AT RISK", ">LEVELLED UP",
						">VERSION", "AS OF", "RESULT",   NULL };
	struct table table;

	table_init(&table, arena, headings);
	for (size_t i = 0; i < ladder->count; i++) {
		const struct ladder_transition *transition = &ladder->items[i];

		table_add(&table, label_of(tiers, transition->from_tier));
		table_add(&table, label_of(tiers, transition->to_tier));
		table_add(&table, number_text(&transition->at_risk, arena));
		table_add(&table, number_text(&transition->levelled_up, arena));
		table_add(&table, number_text(&transition->version, arena));
		table_add(&table, transition->as_of.present
					  ? time_text(transition->as_of.value, arena)
					  : NULL);
		table_add(&table, transition->result);
	}
	table_print(&table, out);
}

static void print_running(const struct status_running *running, struct arena *arena, FILE *out)
{
	fprintf(out, "Recalculation %s (%s, as of %s): %s", running->event_id, running->reason,
		time_text(running->as_of, arena), running->phase);
	if (running->total > 0)
		fprintf(out, ", %lld of about %lld rows", (long long)running->done,
			(long long)running->total);
	fputc('\n', out);
}

void status_print_recalculation(const struct status_recalculation *recalculation,
				const struct labels *tiers, struct arena *arena, FILE *out)
{
	const struct status_schedule *schedule = recalculation->schedule;

	print_ladder(&recalculation->ladder, tiers, arena, out);
	if (schedule || recalculation->running)
		fputc('\n', out);
	if (schedule)
		fprintf(out, "Scheduled recalculations: last %s, next %s\n",
			time_text(schedule->last, arena), time_text(schedule->next, arena));
	if (recalculation->running)
		print_running(recalculation->running, arena, out);
}

/* ---- for programs ---- */

static void write_time(struct buffer *out, const char *name, utc_us time)
{
	char text[INSTANT_TEXT_SIZE];

	instant_format(time, text);
	json_write_member_text(out, name, text);
}

static void write_number(struct buffer *out, const char *name, const struct optional_int *number)
{
	if (number->present)
		json_write_member_int(out, name, number->value);
}

static void write_transition(const struct ladder_transition *transition, struct buffer *out)
{
	json_write_member_text(out, "from_revenue_tier", transition->from_tier);
	json_write_member_text(out, "to_revenue_tier", transition->to_tier);
	json_write_member_text(out, "result", transition->result);
	write_number(out, "at_risk", &transition->at_risk);
	write_number(out, "levelled_up", &transition->levelled_up);
	write_number(out, "version", &transition->version);
	if (transition->as_of.present)
		write_time(out, "as_of", transition->as_of.value);
}

static void write_running(const struct status_running *running, struct buffer *out)
{
	json_write_member_text(out, "id", running->event_id);
	json_write_member_text(out, "reason", running->reason);
	write_time(out, "as_of", running->as_of);
	json_write_member_text(out, "phase", running->phase);
	json_write_member_int(out, "rows", running->done);
	json_write_member_int(out, "rows_expected", running->total);
}

void status_write_recalculation(const struct status_recalculation *recalculation,
				struct buffer *out)
{
	json_write_member(out, "transitions");
	buffer_add_char(out, '[');
	for (size_t i = 0; i < recalculation->ladder.count; i++) {
		buffer_add_text(out, i ? ",{" : "{");
		write_transition(&recalculation->ladder.items[i], out);
		buffer_add_char(out, '}');
	}
	buffer_add_char(out, ']');
	if (recalculation->schedule) {
		write_time(out, "scheduled_last", recalculation->schedule->last);
		write_time(out, "scheduled_next", recalculation->schedule->next);
	}
	if (recalculation->running) {
		json_write_member(out, "recalculating");
		buffer_add_char(out, '{');
		write_running(recalculation->running, out);
		buffer_add_char(out, '}');
	}
}
