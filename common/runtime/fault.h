/*
 * For tests only, compiled in with -DGROWTH_FAULTS (every preset but release): points where a
 * process can be made to die or to stand still, and promises that can be broken, so that
 * tests/faults can show that it would notice.
 *
 *   GROWTH_CRASH_AT=batch.committed:3   dies as by SIGKILL when it passes that point a third time
 *   GROWTH_STOP_AT=batch.begun:2        stops as by SIGSTOP, and goes on at SIGCONT: a zombie
 *   GROWTH_BREAK=outbox                 compare_and_set, outbox, offsets or republish is off
 */
#pragma once

#include <stdbool.h>

#ifdef GROWTH_FAULTS
void crash_point(const char *name);
bool is_broken(const char *promise);
#else
#define crash_point(name) ((void)(name))
#define is_broken(promise) ((void)(promise), false)
#endif
