/* A core file holds the process's memory, and in it the passwords that it was given. */
#pragma once

#include <stdbool.h>

/* Whether a crash may leave one. Without it other processes of the same user cannot look into this
 * one either: no debugger, no /proc/PID/environ or /proc/PID/mem but for root. What the kernel
 * gives a new process allows it. */
void core_dump_allow(bool allow);
