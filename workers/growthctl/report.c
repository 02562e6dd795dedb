/* growthctl report: the options, and the file. */
#include "report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buffer.h"
#include "instant.h"

struct arguments {
	const char *out;
	struct optional_time as_of;
	struct report_wanted wanted;
};

static const struct usage_option options[] = {
	USAGE_TEXT(struct arguments, out, "out", 'o', "FILE.html", "Where to; - is stdout"),
	USAGE_TIME(struct arguments, as_of, "as-of", 't', "2024-07-01",
		   "The time that the page says it is of, and by which uptake is counted (now)"),
	USAGE_FLAG(struct arguments, wanted.uptake, "uptake", 'u',
		   "What was taken up of the advice, too: it reads every recommendation"),
	USAGE_OFF(struct arguments, wanted.history, "no-history", 0,
		  "Leave out curves and calibration, for which the whole history is read"),
	USAGE_OFF(struct arguments, wanted.pipeline, "no-pipeline", 0,
		  "Leave out the pipeline's health, for which Kafka is asked"),
	USAGE_END
};

static void check(struct argp_state *state, const void *from)
{
	const struct arguments *arguments = from;

	if (!arguments->out || !*arguments->out)
		argp_error(state, "where to? --out FILE.html, or --out - for stdout");
}

static const struct usage usage = {
	.options = options,
	.check = check,
	.doc = "Writes what was found as one page, for people who look: the tier ladder, each "
	       "pattern with its evidence, how long it takes and how sure it is, whether that was "
	       "right so far, partners and content, and how the pipeline is. The page needs no "
	       "network and names no contractor; nothing on it is about fewer than five of them, "
	       "but how many are missing where there are too few.\v"
	       "The file is replaced at once when it is done. The same state and --as-of give the "
	       "same bytes. A million contractors take a minute or two; --no-history some "
	       "seconds.\n"
	       "\n"
	       "Examples:\n"
	       "  growthctl report --out report.html\n"
	       "  growthctl report --uptake --as-of 2024-07-01 --out report.html\n"
	       "  growthctl report --no-history --no-pipeline --out - | gzip > report.html.gz\n"
	       "\n"
	       "Exit status: 73 when the file cannot be made, 74 when writing it failed.",
};

/* ---- the file ---- */

static bool write_all(int file, const struct buffer *page)
{
	for (size_t done = 0; done < page->length;) {
		ssize_t written = write(file, page->bytes + done, page->length - done);

		if (written < 0 && errno != EINTR)
			return false;
		done += written > 0 ? (size_t)written : 0;
	}
	return true;
}

/* As files are made that have no name for a while: for all who may read what this process makes. */
static mode_t usual_mode(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return 0666 & ~mask;
}

/* Beside the file first, then in its place: a reader sees the former page or this one. */
static int replace(const struct ctl *ctl, const char *path, const struct buffer *page)
{
	char *beside = arena_printf((struct arena *)&ctl->arena, "%s.XXXXXX", path);
	int file = mkstemp(beside), failed = 0;

	if (file < 0) {
		ctl_say(ctl, "%s cannot be made: %s; is its folder there, and may you write in it?",
			path, strerror(errno));
		return EX_CANTCREAT;
	}
	if (!write_all(file, page) || fchmod(file, usual_mode()) < 0 || fsync(file) < 0)
		failed = errno;
	if (close(file) < 0 && !failed)
		failed = errno;
	if (!failed && rename(beside, path) < 0)
		failed = errno;
	if (!failed)
		return 0;
	unlink(beside);
	ctl_say(ctl, "writing %s failed: %s; what was there is as before", path, strerror(failed));
	return EX_IOERR;
}

static int write_page(const struct ctl *ctl, const char *path, const struct buffer *page)
{
	struct stat there;

	if (strcmp(path, "-") != 0 && stat(path, &there) == 0 && !S_ISREG(there.st_mode)) {
		ctl_say(ctl, "%s is there and is no file; --out - writes to stdout", path);
		return EX_CANTCREAT;
	}
	if (strcmp(path, "-") != 0) {
		int status = replace(ctl, path, page);

		if (!status)
			ctl_say(ctl, "%s is written; any browser shows it", path);
		return status;
	}
	fwrite(page->bytes, 1, page->length, stdout);
	return ctl_flush(ctl);
}

int command_report(struct ctl *ctl, int argc, char **argv)
{
	struct arguments arguments = { .wanted = { .history = true, .pipeline = true } };
	struct buffer page = { 0 };
	struct report report;
	struct err err = { 0 };
	int status = ctl_parse(ctl, &usage, &arguments, argc, argv);

	if (status)
		return status;
	arguments.wanted.as_of = arguments.as_of.present ? arguments.as_of.value : instant_now();
	if (!report_read(ctl, &arguments.wanted, &report, &err))
		return ctl_fail(ctl, &err);
	page_write(&page, &report);
	status = write_page(ctl, arguments.out, &page);
	buffer_release(&page);
	return status;
}
