#include "bench.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct process_times {
	long long parent;
	unsigned long own[2], waited_for[2]; /* user, system; ticks */
};

static bool read_times(int64_t pid, struct process_times *times)
{
	char path[64], text[1024];
	FILE *file;
	size_t length;
	const char *rest;

	snprintf(path, sizeof(path), "/proc/%lld/stat", (long long)pid);
	file = fopen(path, "r");
	if (!file)
		return false;
	length = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[length] = 0;
	rest = strrchr(text, ')'); /* the name before it may hold anything */
	return rest &&
	       sscanf(rest, ") %*c %lld %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %lu %lu",
		      &times->parent, &times->own[0], &times->own[1], &times->waited_for[0],
		      &times->waited_for[1]) == 5;
}

static double seconds_of(const unsigned long ticks[2])
{
	return (double)(ticks[0] + ticks[1]) / (double)sysconf(_SC_CLK_TCK);
}

double process_seconds(int64_t pid)
{
	struct process_times times;

	return read_times(pid, &times) ? seconds_of(times.own) : 0;
}

double server_seconds(int64_t pid)
{
	struct process_times times;
	double sum = 0;
	DIR *all = opendir("/proc");

	if (!all)
		bench_fail("/proc", "not readable");
	if (read_times(pid, &times))
		sum = seconds_of(times.own) + seconds_of(times.waited_for);
	for (struct dirent *entry; (entry = readdir(all));)
		if (read_times(strtoll(entry->d_name, NULL, 10), &times) && times.parent == pid)
			sum += seconds_of(times.own);
	closedir(all);
	return sum;
}

int64_t process_peak_kib(int64_t pid)
{
	char path[64], line[256];
	long long peak = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%lld/status", (long long)pid);
	file = fopen(path, "r");
	if (!file)
		return 0;
	while (fgets(line, sizeof(line), file) && sscanf(line, "VmHWM: %lld kB", &peak) != 1)
		;
	fclose(file);
	return peak;
}
