/*
 * What a profile, a library of patterns and scored partners lead to: pure rules over a contractor
 * as the store has him. The messages of a batch are applied in order to the same struct contractor;
 * what it is at the end is saved.
 *
 * Of two messages of one topic about one contractor the later by (occurred_at, event id) counts,
 * and one that says what is known already changes nothing, not even the time of what is known.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "err.h"
#include "messages.h"
#include "options.h"
#include "score.h"
#include "vocabulary.h"

struct matcher_config {
	struct vocabulary vocabulary;
	int64_t sweep_chunk;
};
extern const struct config_option matcher_options[];

/* What decisions rest on besides the contractor. */
struct knowledge {
	const struct vocabulary *vocabulary;
	const struct pattern *const *patterns; /* by pattern_key, removed ones among them */
	size_t count;
	int64_t snapshot; /* the library's number */
	struct arena *arena;
	/* By rank of the tier, of the newest pattern that concerns contractors in it: until then at
	 * least, time has gone on. Others are left out, so that it does not matter who is looked at
	 * because of what. */
	const utc_us *as_of;
	struct match_texts *texts; /* of the patterns; NULL: none */
};

/* How a match ended, if it did (statistics §6); whether goals were made of it is not matcher's to
 * know. */
enum match_result { MATCH_UNDECIDED, MATCH_SUCCESSFUL, MATCH_UNSUCCESSFUL };

/* A row of contractor_pattern_matches: a pattern that fits or once did. */
struct match {
	int64_t id;    /* 0: not stored yet */
	int64_t place; /* ctid, where the row was when it was read */
	bool changed;
	const char *pattern_key, *to_tier;
	int64_t pattern_version;
	int64_t rank; /* from 1; 0: no longer among the best */
	double score, tier_score, focus_score, team_score, stage_score;
	const char *reason; /* NULL: as stored */
	enum match_result result;
	utc_us applied_at; /* when it last came among the best */
	utc_us created_at; /* of a new one */
	utc_us updated_at; /* of a changed one */
};

struct contractor {
	int64_t id;
	bool known;   /* there is a profile; false: the rest is empty */
	bool stored;  /* and the table has it */
	bool changed; /* the profile is to be saved */
	bool recast;  /* and more of it than team size in people, revenue, and the event */
	const char *revenue_tier;
	struct int_or_text team_size;
	const char *current_stage;
	struct texts focus_areas;
	struct optional_number annual_revenue;
	enum contractor_status status;
	utc_us tier_entered_at;
	utc_us occurred_at; /* with event_id: the event that this profile is from */
	const char *event_id;
	int64_t partition;
	int64_t place, version; /* of the row in the table: ctid and xmin */
	utc_us created_at;      /* of a new one */
	struct match *matches;  /* every one ever, in no order */
	size_t matches_count, matches_capacity;
};

/* What a message or a new library changed for a contractor. */
struct change {
	bool publish; /* contractor.matched */
	bool matches; /* the partners' boosts may be others now */
	struct contractor_matched matched;
};

/* struct route's normalise and check of contractor.updated: in the vocabulary's words, and the tier
 * is a configured one. */
void matcher_normalise_profile(void *value, const void *config, struct arena *arena);
bool matcher_check_profile(const void *value, const void *config, struct err *err);

/* What a sweep is for: patterns that are new, others than they were, or gone. */
struct changed_patterns {
	const struct pattern **items; /* NULL among them: nobody knows what it was */
	size_t count;
	bool unknown; /* there may be more */
};

/*
 * The tiers, lowest first, whose contractors may be matched otherwise than before because of what
 * changed: no other contractor holds a match with such a pattern, or can get one. All of them when
 * not everything is known.
 */
struct texts matcher_concerned_tiers(const struct vocabulary *vocabulary,
				     const struct changed_patterns *changed, struct arena *arena);

/* By rank of the tier, the as_of of the newest pattern that concerns contractors in it; 0: none
 * does. */
const utc_us *matcher_newest_by_tier(const struct vocabulary *vocabulary,
				     const struct pattern *const *patterns, size_t count,
				     struct arena *arena);

/* By pattern_key, as struct knowledge wants them. */
void matcher_sort_patterns(const struct pattern **patterns, size_t count);

struct change matcher_decide_profile(struct contractor *contractor,
				     const struct contractor_updated *event, const char *event_id,
				     int64_t partition, const struct knowledge *knowledge);
/* The same profile against another library: published only if the matches changed. Their results
 * are judged in any case. */
struct change matcher_decide_rematch(struct contractor *contractor,
				     const struct knowledge *knowledge);

/* A row of partner_scores. */
struct partner_scores {
	int64_t contractor_id;
	bool known, stored, changed; /* as of struct contractor */
	utc_us occurred_at;
	const char *event_id;
	struct scored_partner *partners; /* as received */
	size_t partners_count;
	const char *recommended; /* as last published, by matcher_recommended_text(); NULL: never */
};

/*
 * The scored partners boosted by a contractor's matches; true if they are to be published: not as
 * last published. False too when nobody scored partners for him. Best first; without matches there
 * is no reason to change the order received. profile_at: occurred_at of the profile that was
 * matched, 0 when the contractor is not known.
 */
bool matcher_recommend(struct partner_scores *scores, const pattern_matches *matches,
		       utc_us profile_at, const struct knowledge *knowledge,
		       struct partner_recommended *ret_recommended);

/* New scores for a contractor (known or not): true if a recommendation is to be published. */
bool matcher_decide_scores(struct partner_scores *scores, const struct contractor *contractor,
			   const struct partner_scored *event, const char *event_id,
			   const struct knowledge *knowledge,
			   struct partner_recommended *ret_recommended);

/* Lists as JSON; equal lists give equal texts. */
const char *matcher_scored_text(struct scored_partner *partners, size_t count, struct arena *arena);
const char *matcher_recommended_text(struct recommended_partner *partners, size_t count,
				     struct arena *arena);

/* The contractor's id as the key of messages. */
const char *matcher_key_of(int64_t contractor_id, struct arena *arena);
