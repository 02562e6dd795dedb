/* How far the workers are: what growthctl status knows, in short. */
#include <string.h>

#include "report_parts.h"

static const char *dead_letters_text(const struct status_worker *worker, struct arena *arena)
{
	if (worker->dead_letters_open.present)
		return grouped(worker->dead_letters_open.value, arena);
	if (!worker->dead_letters.present)
		return NULL;
	return arena_printf(arena, "%s or more", grouped(worker->dead_letters.value, arena));
}

static int64_t lag_of(const struct status_worker *worker)
{
	int64_t lag = 0;

	for (size_t i = 0; i < worker->count; i++)
		lag += status_lag(&worker->partitions[i]);
	return lag;
}

static void add_workers(struct buffer *out, const struct report *report)
{
	static const char *const headings[] = { "Worker",
						">Partitions",
						">Events behind",
						">Batches to publish",
						">Parked",
						">Dead letters open",
						NULL };
	struct arena *arena = report->arena;

	data_table_begin(out, "Workers", headings);
	for (size_t i = 0; i < report->status->count; i++) {
		const struct status_worker *worker = &report->status->workers[i];

		data_row_begin(out);
		data_name(out, worker->name);
		data_number(out, grouped((int64_t)worker->count, arena));
		data_number(out, grouped(lag_of(worker), arena));
		data_number(out, grouped(worker->outbox, arena));
		data_number(out, grouped(worker->parked, arena));
		data_number(out, dead_letters_text(worker, arena));
		data_row_end(out);
	}
	data_table_end(out);
}

/* A pattern is no person, everything else belongs to one. */
static const char *count_text(const struct report *report, const struct status_count *count)
{
	bool is_public = strncmp(count->what, "patterns", strlen("patterns")) == 0;
	const char *number;

	if (!count->number.present)
		return "not counted";
	number = people_text(count->number.value, is_public ? 1 : report->constants->k,
			     report->arena);
	return count->estimated ? arena_printf(report->arena, "about %s", number) : number;
}

static void add_counts(struct buffer *out, const struct report *report)
{
	const struct status *status = report->status;

	markup(out, "<h3>How much there is</h3>\n<dl class=\"facts\">\n");
	for (size_t i = 0; i < status->counts_count; i++)
		markup(out, "<div><dt>%s</dt><dd>%s</dd></div>\n",
		       capitalized(plain_words(status->counts[i].what, report->arena),
				   report->arena),
		       count_text(report, &status->counts[i]));
	markup(out, "</dl>\n");
}

void page_pipeline(struct buffer *out, const struct report *report)
{
	struct texts pending;

	section_begin(out, "pipeline", "The pipeline");
	if (!report->status) {
		markup(out, "<p class=\"muted\">Not looked at.</p>\n");
		section_end(out);
		return;
	}
	pending = status_pending(report->status, report->arena);
	markup(out, "<p>%s</p>\n",
	       say(&report->vocabulary->wording, SENTENCE_REPORT_PIPELINE, report->arena,
		   SAY_NUMBER("left", (int64_t)pending.count)));
	if (pending.count > 0) {
		markup(out, "<ul>\n");
		for (size_t i = 0; i < pending.count; i++)
			markup(out, "<li>%s</li>\n", pending.items[i]);
		markup(out, "</ul>\n");
	}
	add_workers(out, report);
	add_counts(out, report);
	section_end(out);
}
