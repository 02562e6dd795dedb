#include "progress.h"

#include <unistd.h>

#include "instant.h"

#define BAR_WIDTH 30
#define REDRAW_US 100000

void progress_begin(struct progress *progress, const char *what, int64_t total, bool wanted)
{
	const char *terminal = getenv("TERM");

	*progress = (struct progress){
		.shown = wanted && isatty(STDERR_FILENO) && terminal &&
			 strcmp(terminal, "dumb") != 0,
		.what = what,
		.total = total,
		.start_us = monotonic_us(),
	};
	progress->next_us = progress->start_us + REDRAW_US;
}

static void draw(const struct progress *progress, int64_t done, int64_t count, int64_t now)
{
	int filled = progress->total > 0 && done < progress->total
			     ? (int)(done * BAR_WIDTH / progress->total)
			     : BAR_WIDTH;
	double seconds = (double)(now - progress->start_us) / 1e6;

	fprintf(stderr, "\r%s [%.*s%*s] %3d%%  %lld, %.0f/s", progress->what, filled,
		"##############################", BAR_WIDTH - filled, "", filled * 100 / BAR_WIDTH,
		(long long)count, (double)count / seconds);
	if (done > 0 && done < progress->total) {
		long long left =
			(long long)((double)(progress->total - done) * seconds / (double)done);

		fprintf(stderr, ", %lld:%02lld left", left / 60, left % 60);
	}
	fputs("\033[K", stderr);
	fflush(stderr);
}

void progress_step(struct progress *progress, int64_t done, int64_t count)
{
	int64_t now;

	if (!progress->shown || (now = monotonic_us()) < progress->next_us)
		return;
	progress->next_us = now + REDRAW_US;
	draw(progress, done, count, now);
}

void progress_end(struct progress *progress)
{
	if (progress->shown)
		fputs("\r\033[K", stderr);
	progress->shown = false;
}
