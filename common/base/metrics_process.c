/* What Prometheus's conventions want to know of a process. What this system does not tell is left
 * out. */
#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

#include "metrics_internal.h"

static void add_metric(struct buffer *out, const char *name, const char *kind, const char *help,
		       double value)
{
	buffer_printf(out, "# HELP %s %s\n# TYPE %s %s\n%s ", name, help, name, kind, name);
	metrics_write_value(out, value);
	buffer_add_char(out, '\n');
}

static void add_cpu(struct buffer *out)
{
	struct rusage usage;

	if (getrusage(RUSAGE_SELF, &usage) != 0)
		return;
	add_metric(out, "process_cpu_seconds_total", "counter",
		   "Total user and system CPU time spent in seconds.",
		   (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
			   (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6);
}

static void add_memory(struct buffer *out)
{
	double page = (double)sysconf(_SC_PAGESIZE);
	FILE *statm = fopen("/proc/self/statm", "re");
	unsigned long size, resident;

	if (!statm)
		return;
	if (fscanf(statm, "%lu %lu", &size, &resident) == 2) {
		add_metric(out, "process_virtual_memory_bytes", "gauge",
			   "Virtual memory size in bytes.", (double)size * page);
		add_metric(out, "process_resident_memory_bytes", "gauge",
			   "Resident memory size in bytes.", (double)resident * page);
	}
	fclose(statm);
}

static void add_files(struct buffer *out)
{
	DIR *directory = opendir("/proc/self/fd");
	struct rlimit limit;
	int open = 0;

	if (directory) {
		for (struct dirent *entry = readdir(directory); entry; entry = readdir(directory))
			open += entry->d_name[0] != '.';
		closedir(directory);
		/* Without the one that was open to count them. */
		add_metric(out, "process_open_fds", "gauge", "Number of open file descriptors.",
			   open - 1);
	}
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
		add_metric(out, "process_max_fds", "gauge",
			   "Maximum number of open file descriptors.", (double)limit.rlim_cur);
}

/* Seconds from boot to this process's start; negative when unknown. */
static double start_since_boot(void)
{
	FILE *stat = fopen("/proc/self/stat", "re");
	unsigned long long ticks;
	char text[1024];

	if (!stat)
		return -1;
	size_t length = fread(text, 1, sizeof(text) - 1, stat);
	fclose(stat);
	text[length] = '\0';
	/* Field 22; field 2 is the command's name in parentheses and may contain anything. */
	const char *at = strrchr(text, ')');
	for (int field = 2; at && field < 22; field++)
		at = strchr(at + 1, ' ');
	if (!at || sscanf(at, "%llu", &ticks) != 1)
		return -1;
	return (double)ticks / (double)sysconf(_SC_CLK_TCK);
}

/* Asked once: it must not move when the clock is set. /proc/stat, which has the time of boot, may
 * be hidden from a service. */
static double start_time(void)
{
	struct timespec now, boot;
	double since_boot = start_since_boot();

	if (since_boot < 0 || clock_gettime(CLOCK_REALTIME, &now) != 0 ||
	    clock_gettime(CLOCK_BOOTTIME, &boot) != 0)
		return -1;
	double offset = (double)(now.tv_sec - boot.tv_sec) +
			(double)(now.tv_nsec - boot.tv_nsec) / 1e9;
	return (double)(long long)((offset + since_boot) * 100) / 100; /* ticks are no finer */
}

void metrics_add_process(struct buffer *out)
{
	static double started;

	if (started == 0)
		started = start_time();
	add_cpu(out);
	add_memory(out);
	add_files(out);
	if (started > 0)
		add_metric(out, "process_start_time_seconds", "gauge",
			   "Start time of the process since unix epoch in seconds.", started);
}
