/* growthctl dlq: dead letters, and what becomes of them. */
#include "dlq.h"
#include "output.h"

struct choice {
	struct dead_letter **items;
	size_t count;
	bool more; /* than the limit */
};

/* ---- choosing ---- */

static bool find_places(const struct dlq *dlq, const struct dead_letters *letters,
			const struct letter_filter *filter)
{
	bool found_all = true;

	for (size_t i = 0; i < filter->places.count; i++) {
		bool found = false;

		for (size_t k = 0; k < letters->count && !found; k++)
			found = place_is(&filter->places.items[i], &letters->items[k].at);
		if (!found)
			ctl_say(dlq->ctl, "there is no dead letter %s",
				place_say(&filter->places.items[i], dlq->arena));
		found_all &= found;
	}
	return found_all;
}

static struct choice choose(const struct dlq *dlq, const struct dead_letters *letters,
			    const struct dlq_arguments *arguments)
{
	struct choice choice = { .items = arena_array(dlq->arena, struct dead_letter *,
						      letters->count) };

	for (size_t i = 0; i < letters->count; i++) {
		if (!filter_has(&arguments->filter, &letters->items[i]))
			continue;
		if ((int64_t)choice.count < arguments->limit)
			choice.items[choice.count++] = &letters->items[i];
		else
			choice.more = true;
	}
	if (choice.more)
		ctl_say(dlq->ctl, "there are more than %lld; see --limit",
			(long long)arguments->limit);
	return choice;
}

/* Keeps those that can be dealt with, and says why the others cannot. */
static size_t drop_impossible(const struct dlq *dlq, struct choice *choice, bool sending)
{
	size_t kept = 0, dropped;

	for (size_t i = 0; i < choice->count; i++) {
		struct dead_letter *letter = choice->items[i];
		const char *obstacle = letter->state != LETTER_OPEN ? letter_say(letter, dlq->arena)
				       : sending                    ? letter_obstacle(letter)
								    : NULL;

		if (obstacle)
			ctl_say(dlq->ctl, "%s is left out: %s", place_say(&letter->at, dlq->arena),
				obstacle);
		else
			choice->items[kept++] = letter;
	}
	dropped = choice->count - kept;
	choice->count = kept;
	return dropped;
}

/* ---- looking ---- */

static int show_summary(const struct dlq *dlq, const struct dlq_arguments *arguments,
			const struct dead_letters *letters)
{
	struct buffer out = { 0 };

	if (!arguments->json) {
		dlq_print_summary(letters, &arguments->filter, dlq->arena);
		return ctl_flush(dlq->ctl);
	}
	dlq_print_summary_json(letters, &arguments->filter, &out, dlq->arena);
	fwrite(out.bytes, 1, out.length, stdout);
	buffer_release(&out);
	return ctl_flush(dlq->ctl);
}

static void print_json(const struct choice *choice, struct arena *arena)
{
	struct buffer out = { 0 };

	fputs("[", stdout);
	for (size_t i = 0; i < choice->count; i++) {
		buffer_clear(&out);
		dlq_write_about(choice->items[i], &out, arena);
		printf("%s%s", i ? ",\n" : "", out.bytes);
	}
	fputs("]\n", stdout);
	buffer_release(&out);
}

static void print_lines(const struct dlq *dlq, const struct choice *choice)
{
	struct buffer out = { 0 };

	for (size_t i = 0; i < choice->count; i++) {
		if (!choice->items[i]->origin.topic) {
			ctl_say(dlq->ctl, "%s is left out: %s",
				place_say(&choice->items[i]->at, dlq->arena),
				letter_obstacle(choice->items[i]));
			continue;
		}
		buffer_clear(&out);
		dlq_write_line(choice->items[i], &out, dlq->arena);
		fwrite(out.bytes, 1, out.length, stdout);
	}
	buffer_release(&out);
}

static int show(const struct dlq *dlq, const struct dlq_arguments *arguments,
		const struct choice *choice)
{
	switch (arguments->verb) {
	case DLQ_SHOW:
		for (size_t i = 0; i < choice->count; i++)
			dlq_print_letter(choice->items[i], dlq->arena);
		break;
	case DLQ_EXPORT:
		print_lines(dlq, choice);
		break;
	default:
		if (arguments->json)
			print_json(choice, dlq->arena);
		else if (choice->count)
			dlq_print_list(choice->items, choice->count, dlq->arena);
		else
			puts(arguments->filter.state == LETTER_OPEN
				     ? "There are no such dead letters that are open; --state any has all."
				     : "There are no such dead letters.");
	}
	return ctl_flush(dlq->ctl);
}

/* ---- deciding ---- */

static size_t letters_of(const struct dlq_message *messages, size_t count)
{
	size_t letters = 0;

	for (size_t i = 0; i < count; i++)
		letters += messages[i].count;
	return letters;
}

int dlq_send_and_tell(struct dlq_sender *sender, struct dlq_message *messages, size_t count)
{
	const struct dlq *dlq = sender->dlq;
	struct err err = { 0 };
	size_t sent;
	bool ok = dlq_send(sender, messages, count, &sent, &err);
	int status;

	if (sent)
		dlq_print_messages(messages, sent, dlq->arena);
	status = ctl_flush(dlq->ctl);
	ctl_say(dlq->ctl, "%zu messages sent for %zu dead letters", sent,
		letters_of(messages, sent));
	return ok ? status : ctl_fail(dlq->ctl, &err);
}

static int retry(struct dlq_sender *sender, const struct dlq *dlq,
		 const struct dlq_arguments *arguments, const struct dead_letters *letters,
		 struct choice *choice)
{
	size_t dropped = drop_impossible(dlq, choice, true), count;
	struct dlq_message *messages =
		dlq_messages(letters, choice->items, choice->count, dlq->arena, &count);
	int status;

	if (arguments->dry_run) {
		if (count)
			dlq_print_messages(messages, count, dlq->arena);
		status = ctl_flush(dlq->ctl);
		ctl_say(dlq->ctl,
			"%zu messages would be sent for %zu dead letters; nothing was sent", count,
			letters_of(messages, count));
	} else {
		status = dlq_send_and_tell(sender, messages, count);
	}
	return status ? status : dropped ? CTL_DIFFERENT : 0;
}

static int discard(const struct dlq *dlq, const struct dlq_arguments *arguments,
		   struct choice *choice)
{
	size_t dropped = drop_impossible(dlq, choice, false);
	struct err err = { 0 };

	if (choice->count)
		dlq_print_list(choice->items, choice->count, dlq->arena);
	if (arguments->dry_run)
		ctl_say(dlq->ctl, "%zu dead letters would be discarded; nothing was done",
			choice->count);
	else if (dlq_record_discarded(dlq->db, choice->items, choice->count, arguments->because,
				      &err))
		ctl_say(dlq->ctl, "%zu dead letters are discarded", choice->count);
	else
		return ctl_fail(dlq->ctl, &err);
	return dropped ? CTL_DIFFERENT : ctl_flush(dlq->ctl);
}

/* ---- the command ---- */

static bool wants_values(enum dlq_verb verb)
{
	return verb == DLQ_SHOW || verb == DLQ_RETRY || verb == DLQ_EXPORT;
}

static int work(struct dlq *dlq, struct dlq_sender *sender, const struct dlq_arguments *arguments)
{
	bool deciding = arguments->verb == DLQ_RETRY || arguments->verb == DLQ_DISCARD;
	struct dead_letters letters;
	struct choice choice;
	struct err err = { 0 };

	if (deciding && !arguments->dry_run &&
	    !(arguments->verb == DLQ_RETRY ? dlq_sender_open(sender, dlq, &err)
					   : dlq_lock(dlq->db, &err)))
		return ctl_fail(dlq->ctl, &err);
	if (!dlq_read(dlq, arguments->verb == DLQ_SUMMARY ? NULL : &arguments->filter,
		      wants_values(arguments->verb), &letters, &err))
		return ctl_fail(dlq->ctl, &err);
	if (arguments->verb == DLQ_SUMMARY)
		return show_summary(dlq, arguments, &letters);
	if (!find_places(dlq, &letters, &arguments->filter))
		return EX_NOINPUT;
	choice = choose(dlq, &letters, arguments);
	if (arguments->verb == DLQ_RETRY)
		return retry(sender, dlq, arguments, &letters, &choice);
	if (arguments->verb == DLQ_DISCARD)
		return discard(dlq, arguments, &choice);
	return show(dlq, arguments, &choice);
}

int command_dlq(struct ctl *ctl, int argc, char **argv)
{
	struct dlq_arguments arguments = { .ctl = ctl };
	int status = dlq_parse(&arguments, argc, argv);
	struct dlq dlq = { .ctl = ctl, .timeout_ms = arguments.timeout_ms };
	struct dlq_sender sender = { 0 };
	struct err err = { 0 };

	if (status)
		return status;
	ctl_limit_statements(ctl, arguments.timeout_ms);
	if (!dlq_open(&dlq, &err))
		status = ctl_fail(ctl, &err);
	else if (arguments.verb == DLQ_IMPORT)
		status = dlq_import(&dlq, &arguments);
	else
		status = work(&dlq, &sender, &arguments);
	dlq_sender_close(&sender);
	dlq_close(&dlq);
	return status;
}
