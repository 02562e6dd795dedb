/*
 * Texts of one contractor that others are told: what five of them say alike is on a pattern's
 * lists, and from there in the goals of all whom it fits. An index of Postgres takes some 2,700
 * bytes, and the whole pattern is one message of Kafka, of a megabyte: what is too long would stop
 * them all.
 */
#pragma once

#include "err.h"
#include "messages.h"

#define SHARED_TEXT_MAX 1000 /* bytes */

bool shared_text_fits(const char *text);

/* struct route's check of action.recorded, for all who read it, whatever each keeps: its item fits.
 * ERR_POISON says how long it is. */
bool action_check(const void *recorded, const void *config, struct err *err);
