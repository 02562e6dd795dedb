/*
 * goal-enricher's rules, without I/O: which goals a contractor gets from the patterns that fit him,
 * what they say, and which of their steps he has done. What is decided is a function of what was
 * received, not of the order in which topics were read: actions count for a goal whether they came
 * before it or after it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "err.h"
#include "messages.h"
#include "options.h"
#include "timeline.h"
#include "vocabulary.h"

/* Of one kind in a checklist, at most; the options below say how many. */
#define STEPS_MAX 10

/* The worker's configuration. Of the labels each name is a goal type. */
struct goal_rules {
	struct vocabulary vocabulary;
	int64_t milestones;        /* in a checklist, at most */
	int64_t partners;          /* named in a checklist's one item about partners, at most */
	int64_t content;           /* books, and podcasts, and events, in a checklist, at most */
	double first_share;        /* "P% did this first" is said from this share on */
	struct labels data_gaps;   /* what has to be asked for it, apart by spaces */
	struct labels indicators;  /* which success indicator of its patterns shows its success */
	struct labels began_words; /* what those did who began with it: "improved lead systems" */
};

extern const struct config_option goal_rules_options[];

/*
 * What completes a checklist item: an action of the item's type on any of `items`. None: nothing
 * does.
 */
struct step {
	const char *name;   /* what is done, without the sentence around it; NULL: none */
	struct texts items; /* ids as in action.recorded */
	struct optional_time completed_at;
	bool changed; /* completed, or earlier than was known */
};
extern const struct json_field step_fields[]; /* name and items */

struct goal {
	int64_t row; /* its id in Postgres, the store's own; 0: none yet */
	/* As stored: checklist statuses and next_milestone follow the actions, unlike in what is
	 * published. */
	struct goal_enriched told;
	struct step *steps; /* as many as told.checklist */
	bool upstream;      /* came by goal.created */
	bool closed;        /* completed or abandoned: keeps what it was told */
	int64_t progress;   /* 0-100: done of what actions can complete */
	struct optional_time last_action_at;
	bool changed; /* to be stored */
};

/* The first time that a contractor did something that a checklist may hold. */
struct done_action {
	int64_t contractor_id;
	const char *item_type;
	const char *item;
	utc_us first_at;
};

/* A partner, book, podcast or event that a goal has told him of. */
struct recommendation {
	int64_t contractor_id;
	const char *pattern_key;
	const char *item_type;
	const char *item;
	utc_us time; /* of the goal when it told it */
};

/* A goal.created as last received. */
struct upstream_goal {
	struct goal_created created;
	const char *event_id;
	bool changed;   /* to be stored */
	bool forgotten; /* to be deleted */
};

/* All that is known of one contractor, and what becomes of it while a batch is decided. */
struct contractor_goals {
	int64_t contractor_id;
	/* In contractors: not before his first contractor.matched, nor while he is being erased. */
	bool exists;
	bool matched; /* a contractor.matched was received: the following three are its */
	utc_us occurred_at;
	int64_t snapshot;
	const char *event_id;
	const struct contractor_matched *profile; /* NULL: not loaded */
	bool profile_changed;                     /* to be stored */
	/* The store's own: nothing was known of him before this batch, and what his row was made
	 * with then; NULL: nothing. */
	bool is_new;
	const struct contractor_matched *stored_profile;

	struct goal **goals; /* in the order they were made */
	size_t goals_count, goals_room;
	struct upstream_goal *upstream;
	size_t upstream_count, upstream_room;
	const struct done_action *done; /* all that he has done, or what is new */
	size_t done_count;
	/* By the goals that were told in this batch, also those that it told anew: to be stored. */
	struct recommendation *recommended;
	size_t recommended_count, recommended_room;
};

/*
 * The goals to publish because of one message, in this order: every checklist item pending, no
 * next_milestone.
 */
struct told_goals {
	struct goal_enriched *goals;
	size_t count;
	bool met; /* the contractor is known from now on */
};

struct goal *contractor_add_goal(struct contractor_goals *contractor, struct arena *arena);
struct upstream_goal *contractor_add_upstream(struct contractor_goals *contractor,
					      struct arena *arena);

/* Whether goals can be stored for him. */
bool contractor_is_known(const struct contractor_goals *contractor);

/* What decisions rest on besides the contractor. */
struct goal_knowledge {
	const struct pattern *const *library; /* by pattern_key, none twice */
	size_t library_count;
	const struct goal_rules *rules;
	struct arena *arena;
};

/*
 * A contractor.matched. Every match with a pattern that is there and starts from his tier makes or
 * renews a goal:
 * - an open goal from upstream of the pattern's type is enriched, and no goal of our own is made
 *   beside it;
 * - else our own goal of that pattern is made, or renewed while it is open.
 * A goal whose pattern is removed, or fits no longer, stays as it was told. With the first
 * contractor.matched after an erasure, open goals that upstream made since are told again in any
 * case. Stale and repeated messages, and contractors that are not there, give nothing.
 */
struct told_goals goals_follow_match(struct contractor_goals *contractor, const char *event_id,
				     const struct contractor_matched *matched,
				     const struct goal_knowledge *knowledge);

/*
 * Notes a goal.created, so that no goal of our own is made beside it: also for a contractor who is
 * not known yet, for whom the message waits. NULL: it is known, and has its goal.
 */
struct upstream_goal *goals_note_created(struct contractor_goals *contractor, const char *event_id,
					 const struct goal_created *created, struct arena *arena);

/* The message noted has waited for its contractor in vain, and comes no more: it stands in the
 * place of no goal of our own. */
void goals_forget_created(struct contractor_goals *contractor, const char *event_id,
			  const struct goal_created *created);

/*
 * A goal.created for a known contractor whose profile is loaded. The goal keeps its id and words,
 * and is enriched by the best match of its type; without one it is told as it came.
 */
struct told_goals goals_follow_created(struct contractor_goals *contractor, const char *event_id,
				       const struct goal_created *created,
				       const struct goal_knowledge *knowledge);

/*
 * Brings a goal's steps, progress and next milestone up to what the contractor has done: all of it,
 * or what is new since its steps were brought up to the rest.
 */
void goal_follow_actions(struct goal *goal, const struct done_action *done, size_t count);
/* The same for all his goals. */
void contractor_follow_actions(struct contractor_goals *contractor);

/*
 * The actions of a batch as rows to store: the earliest of each, without kinds that no checklist
 * holds, by contractor, type and item.
 */
size_t done_actions_of(const struct action_recorded *const *actions, size_t count,
		       struct arena *arena, struct done_action **ret_done);

/* Who a goal id belongs to. */
struct goal_owner {
	struct uuid goal_id;
	int64_t contractor_id;
};

/* Whether the goal is another contractor's. owners: by goal_id. */
bool goal_is_anothers(const struct goal_created *created, const struct goal_owner *owners,
		      size_t count);

/*
 * A goal.created that the tables have room for, else false with ERR_POISON: said before it may wait
 * for its contractor, so that whoever releases it is not blamed for it.
 */
bool goal_check_created(const void *value, const void *config, struct err *err);

/* The items of a pattern that a checklist lists, of each kind in the order in which they are
 * shown. */
struct goal_steps {
	struct {
		const struct pattern_item *items[STEPS_MAX];
		size_t count;
	} kinds[ACTION_KINDS];
};

/* What a goal rests on. */
struct goal_basis {
	const struct contractor_matched *profile;
	const struct pattern_match *match;
	const struct pattern *pattern;
	const struct goal_steps *steps;
	/* The bases of better matches; pattern NULL: no goal. What their goals ask is not asked
	 * again. */
	const struct goal_basis *better;
	size_t better_count;
	utc_us time; /* of the goal: the months that it expects begin here */
};

/*
 * decide_steps.c: what the goals of patterns[0..count) list; the better match comes first, NULL is
 * a match without a goal. A function of profile and patterns alone, whatever became of the goals.
 * - Of a kind only items of grade A and B; if there are none, those of grade C, else D.
 * - A step that a better goal lists is not listed again, unless a goal had no steps then.
 * - The first ones in the order of the pattern's list, which is that of the grades; milestones are
 *   shown in the order in which they are usually reached.
 * - None whose item is too long for the tables (shared_text.h).
 */
void choose_steps(const struct pattern *const *patterns, size_t count,
		  const struct goal_rules *rules, struct goal_steps *ret_steps);
/* The pattern's items of a kind. */
const pattern_items *items_of_kind(const struct pattern *pattern, enum action_kind kind);

/*
 * decide_gaps.c: what upstream lacks, then what a goal of the type needs, then what the profile
 * lacks; none twice, and none that the profile tells. An empty list is absent.
 */
struct texts gaps_of(const char *goal_type, const struct texts *upstream,
		     const struct contractor_matched *profile, const struct goal_rules *rules,
		     struct arena *arena);
/* Of a goal's gaps those that its checklist asks to fill: upstream's own, and those that no better
 * goal asks for. Where that leaves a checklist without steps empty, what stands in the way. */
struct texts gaps_to_ask(const struct texts *gaps, const struct texts *upstream,
			 const struct goal_basis *basis, const struct goal_rules *rules,
			 struct arena *arena);

/*
 * decide_goal.c: the goal as the pattern has it, for this profile. `goal` holds its ids and times,
 * and for an upstream goal what upstream said: that stays.
 */
void goal_from_pattern(struct goal *goal, const struct goal_basis *basis,
		       const struct goal_rules *rules, struct arena *arena);
/* The goal as upstream made it. */
void goal_from_upstream(struct goal *goal, const struct goal_created *created);

/*
 * decide_source.c: "Based on 47 contractors who went from … to …", with what most of them began
 * with where that is rules->first_share of them or more: something of the goal type's own category,
 * else a milestone, else something of another category, else an item of another kind.
 */
const char *pattern_source(const struct pattern *pattern, const struct goal_rules *rules,
			   struct arena *arena);

/* decide_text.c: sentences (wording.h). Texts live in the arena. */
/* "Implemented CRM" */
const char *item_words(const struct pattern_item *item, struct arena *arena);
/* What those did who did the item: "read 'Traction'". words: its name. */
const char *did_words(const struct wording *wording, enum action_kind kind, const char *words,
		      struct arena *arena);
/* What is known of the way to the next tier, besides the time that is left. */
struct way {
	const char *from, *to; /* tiers for people */
	int64_t spent;         /* whole months in the tier */
	bool first_seen;       /* since he was first seen only */
};
const char *timeline_words(const struct wording *wording, const struct time_left *left,
			   const struct way *way, struct arena *arena);
/* "Get current team size" */
const char *gap_words(const struct wording *wording, const char *gap, struct arena *arena);
/* A milestone's, book's, podcast's or event's step. An item of grade C or D says so, here and in
 * partners_words(). */
const char *step_words(const struct wording *wording, enum action_kind kind,
		       const struct pattern_item *item, struct arena *arena);
/* One sentence for all of them. */
const char *partners_words(const struct wording *wording,
			   const struct pattern_item *const *partners, size_t count,
			   struct arena *arena);
