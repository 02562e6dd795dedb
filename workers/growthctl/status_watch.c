/*
 * growthctl status --watch. On a terminal it is drawn over itself in the alternate screen; a signal
 * that ends the process gives the terminal back in its handler, at once, whatever server is being
 * waited for. Elsewhere each look is written below the one before.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "buffer.h"
#include "instant.h"
#include "output.h"
#include "status.h"

/* The alternate screen, no cursor, lines cut at the edge instead of wrapped; and back. */
#define ENTER "\033[?1049h\033[?25l\033[?7l"
#define LEAVE "\033[?7h\033[?25h\033[?1049l"

static volatile sig_atomic_t entered, redraw, last_code;

static void tell_terminal(const char *text, size_t length)
{
	ssize_t written = write(STDOUT_FILENO, text, length);

	(void)written; /* a terminal that is gone needs nothing back */
}

static void on_end(int signal)
{
	(void)signal;
	if (entered)
		tell_terminal(LEAVE, sizeof(LEAVE) - 1);
	_exit(last_code);
}

static void on_stop(int signal)
{
	int error = errno;

	(void)signal;
	tell_terminal(LEAVE, sizeof(LEAVE) - 1);
	raise(SIGSTOP);
	tell_terminal(ENTER, sizeof(ENTER) - 1);
	redraw = 1;
	errno = error;
}

static void on_resize(int signal)
{
	(void)signal;
	redraw = 1;
}

static void catch_signal(int signal, void (*handler)(int))
{
	struct sigaction action = { .sa_handler = handler };

	sigaction(signal, &action, NULL);
}

static void enter_terminal(void)
{
	catch_signal(SIGTSTP, on_stop);
	catch_signal(SIGWINCH, on_resize);
	entered = 1;
	tell_terminal(ENTER, sizeof(ENTER) - 1);
}

/* ---- a screen ---- */

struct screen {
	struct status_reader *reader;
	const struct status_watch *watch;
	bool terminal;
	const struct status *status; /* NULL: this time it could not be read */
	const char *trouble;
	struct arena *arena;
};

static void print_screen(const struct screen *screen, FILE *out)
{
	char now[INSTANT_TEXT_SIZE];

	instant_format(instant_now(), now);
	fprintf(out, "growthctl status, every %.3g s, %.19sZ%s\n",
		(double)screen->watch->every_ms / 1000, now,
		screen->terminal ? ", Ctrl-C leaves" : "");
	if (screen->status)
		status_print(screen->reader, screen->status, &screen->watch->view, screen->arena,
			     out);
	else
		fprintf(out, "UNKNOWN  %s; trying again\n", screen->trouble);
}

/* Over what is there, each line's rest and what is below cleared; as many lines as the window
 * has. */
static void draw(const char *text)
{
	struct buffer out = { 0 };
	int rows = output_window_rows();
	int lines = 0, shown = 0;

	for (const char *at = text; *at; at++)
		lines += *at == '\n';
	buffer_add_text(&out, "\033[H");
	for (const char *at = text; *at && (lines <= rows || shown < rows - 1); shown++) {
		size_t length = strcspn(at, "\n");

		buffer_printf(&out, "%.*s\033[K%s", (int)length, at,
			      shown + 1 < rows ? "\r\n" : "");
		at += length + (at[length] == '\n');
	}
	if (shown < lines)
		buffer_printf(&out, "... %d more lines\033[K", lines - shown);
	buffer_add_text(&out, "\033[J");
	tell_terminal(out.bytes, out.length);
	buffer_release(&out);
}

static void show(const struct screen *screen)
{
	char *text = NULL;
	size_t length = 0;
	FILE *out;

	if (screen->watch->json) {
		if (screen->status)
			status_print_json(screen->reader, screen->status, screen->arena);
		else
			ctl_say(screen->reader->ctl, "%s; trying again", screen->trouble);
		return;
	}
	if (!screen->terminal) {
		print_screen(screen, stdout);
		putchar('\n');
		return;
	}
	out = open_memstream(&text, &length);
	if (!out)
		abort();
	print_screen(screen, out);
	fclose(out);
	draw(text);
	free(text);
}

/* Until the next look; a window that changes is drawn anew. */
static void rest(const struct screen *screen, int64_t until_us)
{
	for (;;) {
		int64_t left = until_us - monotonic_us();

		if (left <= 0)
			return;
		poll(NULL, 0, (int)(left / 1000) + 1);
		if (redraw && screen->terminal) {
			redraw = 0;
			show(screen);
		}
	}
}

/* ---- looking ---- */

int status_watch(struct status_reader *reader, const struct status_watch *watch)
{
	struct arena arenas[2];
	struct status looks[2];
	int64_t looked_us[2];
	const struct status *earlier = NULL;
	struct screen screen = {
		.reader = reader,
		.watch = watch,
		.terminal = !watch->json && output_window_rows() > 0,
	};
	size_t turn = 0;
	struct arena_mark mark = arena_mark(&reader->ctl->arena);

	for (size_t i = 0; i < 2; i++)
		arena_init(&arenas[i]);
	last_code = EX_UNAVAILABLE;
	catch_signal(SIGINT, on_end);
	catch_signal(SIGTERM, on_end);
	catch_signal(SIGHUP, on_end);
	if (screen.terminal) {
		output_set_color(output_is_styled(stdout) ? OUTPUT_COLOR_ALWAYS
							  : OUTPUT_COLOR_NEVER);
		enter_terminal();
	}
	for (; !ferror(stdout); turn = 1 - turn) {
		int64_t begun_us = monotonic_us();
		struct err err = { 0 };
		bool known;

		arena_reset(&arenas[turn]);
		arena_rewind(&reader->ctl->arena, mark);
		screen.arena = &arenas[turn];
		known = (reader->metadata || status_open(reader, &err)) &&
			status_look(reader, earlier, looked_us[1 - turn], &arenas[turn],
				    &looks[turn], &err);
		looked_us[turn] = reader->looked_us;
		earlier = screen.status = known ? &looks[turn] : NULL;
		screen.trouble = err.text;
		last_code = known ? status_exit_code(&looks[turn], &arenas[turn]) : EX_UNAVAILABLE;
		show(&screen);
		fflush(stdout);
		if (!known)
			status_close(reader);
		rest(&screen, begun_us + watch->every_ms * 1000);
	}
	return EX_IOERR;
}
