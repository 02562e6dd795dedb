/*
 * What upstream says, in the vocabulary's words: done once, before a message is looked at, so that
 * profiles, actions and the patterns made of them speak alike. Doing it again changes nothing.
 */
#pragma once

#include "arena.h"
#include "err.h"
#include "messages.h"
#include "vocabulary.h"

/*
 * The profile's tier, stage and focus areas: each the name that vocabulary_find() finds for it. A
 * tier that is none stays as it came, for the message that refuses it; a stage or an area that is
 * none is kept as vocabulary_word() writes it. An area with commas or semicolons in it is several;
 * none is there twice, and they stand in the order in which they came first. More people than
 * 2147483647 are unknown. Text that is changed is in the arena; what was there is not written to.
 */
void normalise_profile(const struct vocabulary *vocabulary, struct contractor_updated *profile,
		       struct arena *arena);

/* Whether a normalised profile can be worked with: its tier is one, and it has at most 100 focus
 * areas. ERR_POISON says what it has. */
bool normalised_check(const struct vocabulary *vocabulary, const struct contractor_updated *profile,
		      struct err *err);

/* The item of an action of the kind focus_area, likewise (one area, whatever is in it). Others are
 * ids of upstream's own. One that is too long stays as it came, for action_check(). */
void normalise_action(const struct vocabulary *vocabulary, struct action_recorded *action,
		      struct arena *arena);
