/*
 * Serial ids, offsets, versions and the server's own times mean something in their database alone.
 * All others follow from the events and must be equal, whatever order the topics were read in.
 * tests/integration/diff_tables.c holds this against the catalogue: a column that is added has to
 * be decided about here.
 */
#include "decide_diff.h"

#define KEY(column) \
	{ \
		(column), DIFF_KEY, NULL, NULL \
	}
#define KEY_AS(column, told, sql) \
	{ \
		(column), DIFF_KEY, (told), (sql) \
	}
#define SAME(column) \
	{ \
		(column), DIFF_COMPARED, NULL, NULL \
	}
#define SAME_AS(column, told, sql) \
	{ \
		(column), DIFF_COMPARED, (told), (sql) \
	}
#define BESIDE(told, sql) \
	{ \
		NULL, DIFF_BESIDE, (told), (sql) \
	}
#define LEFT_OUT(column, reason) \
	{ \
		(column), DIFF_LEFT_OUT, NULL, (reason) \
	}
#define END \
	{ \
		NULL, DIFF_LEFT_OUT, NULL, NULL \
	}

#define SERIAL "a serial number of this database"
#define NAMED "a serial number; its public key is compared"
#define OFFSET "an offset in this database's own topics"
#define CLOCK "the server's clock"
#define DERIVED_ID "depends on what was read first, or on a version's number"

/* When something may have been made or told to a contractor: when his profile was heard, he was set
 * a goal, or for when a version of a pattern is. */
#define IS_MOMENT(time) \
	"(" time " IN (SELECT h.as_of FROM public.confidence_history h) OR EXISTS (SELECT FROM " \
	"public.contractor_observations o WHERE o.contractor_id = t.contractor_id AND " time \
	" IN (o.occurred_at, o.heard_until)) OR EXISTS (SELECT FROM public.ai_concierge_goals u " \
	"WHERE u.contractor_id = t.contractor_id AND u.upstream AND u.created_at = " time "))"
/* Patterns of the contractor's last matches for which a goal is made, the best one first. */
#define WANTED \
	"public.business_growth_patterns m JOIN goal_enricher.matched_contractors c ON " \
	"c.contractor_id = t.contractor_id AND m.from_revenue_tier = c.message ->> " \
	"'revenue_tier' AND m.status <> 'removed' JOIN LATERAL jsonb_array_elements(c.message -> " \
	"'matches') WITH ORDINALITY AS e (match, place) ON e.match ->> 'pattern_key' = m.pattern_key"
/* What of an item follows from what he has done. */
#define IS_DONE(item) \
	"(" item ".completed_at IS NOT DISTINCT FROM (SELECT min(d.first_at) FROM " \
	"goal_enricher.done_actions d WHERE d.contractor_id = " item ".contractor_id AND " \
	"d.item_type = " item ".item_type AND " item \
	".execution_context -> 'items' ? d.item) AND " item ".status = CASE WHEN " item \
	".completed_at IS NULL THEN 'pending' ELSE 'completed' END)"

/* Fingerprints are long: told is their digest. Exact sums are told without the zeros that adding
 * leaves behind. */
#define DIGEST(column) SAME_AS(column, column, "md5(t." column ")")
#define EXACT(column) SAME_AS(column, column, "trim_scale(t." column ")::text")

static const struct diff_column patterns[] = {
	KEY("pattern_key"),
	SAME("from_revenue_tier"),
	SAME("to_revenue_tier"),
	SAME("pattern_name"),
	SAME("pattern_description"),
	SAME("pattern_type"),
	SAME("common_focus_areas"),
	SAME("common_partners"),
	SAME("common_milestones"),
	SAME("common_books"),
	SAME("common_podcasts"),
	SAME("common_events"),
	SAME("avg_time_to_level_up_months"),
	SAME("median_time_to_level_up_months"),
	SAME("fastest_time_months"),
	SAME("success_indicators"),
	SAME("sample_size"),
	SAME("confidence_score"),
	SAME("last_recalculated_at"),
	SAME("created_at"),
	SAME("updated_at"),
	SAME("version"),
	SAME("status"),
	SAME("status_reason"),
	SAME("as_of"),
	SAME("confidence"),
	SAME("expected_success"),
	SAME("consistency"),
	SAME("outcome_voters"),
	SAME("timeline"),
	SAME("team_median"),
	SAME("stages"),
	SAME("at_risk"),
	SAME("held_out"),
	SAME("shape_version"),
	SAME("confidence_as_of"),
	LEFT_OUT("id", SERIAL),
	LEFT_OUT("inputs", OFFSET),
	END,
};

static const struct diff_column contractors[] = {
	KEY_AS("id", "contractor_id", "t.id"),
	SAME("revenue_tier"),
	SAME("team_size"),
	SAME("team_band"),
	SAME("current_stage"),
	SAME("focus_areas"),
	SAME("annual_revenue"),
	SAME("status"),
	SAME("tier_entered_at"),
	SAME("occurred_at"),
	SAME("event_id"),
	SAME("kafka_partition"),
	SAME("created_at"),
	SAME("updated_at"),
	END,
};

static const struct diff_column matches[] = {
	KEY("contractor_id"),
	KEY_AS("pattern_id", "pattern_key", "p.pattern_key"),
	SAME("match_score"),
	SAME("match_reason"),
	SAME("pattern_applied_at"),
	SAME("goals_generated"),
	SAME("checklist_items_generated"),
	SAME("created_at"),
	SAME("updated_at"),
	SAME("match_rank"),
	SAME("score"),
	SAME("tier_score"),
	SAME("focus_score"),
	SAME("team_score"),
	SAME("stage_score"),
	SAME("pattern_version"),
	SAME("decided_result"),
	SAME("pattern_result"),
	BESIDE("@made",
	       IS_MOMENT("(t.created_at AT TIME ZONE 'UTC')") " AND " IS_MOMENT(
		       "(t.pattern_applied_at AT TIME ZONE 'UTC')") " AND " IS_MOMENT("(t.updated_at AT TIME ZONE 'UTC')")),
	BESIDE("@counted",
	       "(t.goals_generated, t.checklist_items_generated) = (SELECT count(DISTINCT g.id), "
	       "count(i.id) FROM public.ai_concierge_goals g LEFT JOIN "
	       "public.ai_concierge_checklist_items i ON i.goal_id = g.id WHERE g.contractor_id = "
	       "t.contractor_id AND g.pattern_id = t.pattern_id)"),
	LEFT_OUT("id", SERIAL),
	END,
};

static const struct diff_column goals[] = {
	KEY("goal_uuid"),
	BESIDE("@current",
	       "(t.status IN ('completed', 'abandoned') OR NOT EXISTS (SELECT FROM (SELECT "
	       "m.pattern_key, m.version FROM " WANTED
	       " WHERE CASE WHEN t.upstream THEN m.pattern_type = t.goal_type ELSE m.id = "
	       "t.pattern_id END ORDER BY e.place LIMIT 1) AS best WHERE (best.pattern_key, "
	       "best.version) IS DISTINCT FROM (p.pattern_key, t.pattern_version)))"),
	BESIDE("@idle",
	       "(NOT t.upstream AND (NOT EXISTS (SELECT FROM " WANTED
	       " WHERE m.id = t.pattern_id) OR EXISTS (SELECT FROM public.ai_concierge_goals u WHERE "
	       "u.contractor_id = t.contractor_id AND u.upstream AND u.goal_type = t.goal_type)))"),
	BESIDE("@sums",
	       "EXISTS (SELECT FROM (SELECT count(*) FILTER (WHERE i.item IS NOT NULL) AS doable, "
	       "count(i.completed_at) AS done, max(i.completed_at) AS last_at, "
	       "(array_agg(i.execution_context ->> 'name' ORDER BY i.position) FILTER (WHERE "
	       "i.item_type = 'milestone' AND i.completed_at IS NULL))[1] AS next FROM "
	       "public.ai_concierge_checklist_items i WHERE i.goal_id = t.id) AS s WHERE "
	       "t.current_progress = CASE WHEN s.doable > 0 THEN 100 * s.done / s.doable ELSE 0 "
	       "END AND t.last_action_at IS NOT DISTINCT FROM s.last_at AND t.next_milestone IS "
	       "NOT DISTINCT FROM s.next AND t.updated_at = greatest(t.occurred_at, s.last_at, t.completed_at))"),
	SAME("contractor_id"),
	SAME("goal_type"),
	SAME("goal_description"),
	SAME("target_milestone"),
	SAME("priority_score"),
	SAME("current_progress"),
	SAME("next_milestone"),
	SAME("success_criteria"),
	SAME("pattern_source"),
	SAME("pattern_confidence"),
	SAME("data_gaps"),
	SAME("status"),
	SAME("trigger_condition"),
	SAME("last_action_at"),
	SAME("created_at"),
	SAME("updated_at"),
	SAME("completed_at"),
	SAME_AS("pattern_id", "pattern_key", "p.pattern_key"),
	SAME("pattern_version"),
	SAME("expected_months_low"),
	SAME("expected_months_high"),
	SAME("timeline"),
	SAME("upstream"),
	SAME("occurred_at"),
	SAME("pattern_status"),
	SAME("match_score"),
	LEFT_OUT("id", SERIAL),
	END,
};

static const struct diff_column items[] = {
	KEY_AS("goal_id", "goal_uuid", "g.goal_uuid"),
	KEY("position"),
	BESIDE("@occurred_at", "g.occurred_at"),
	BESIDE("@done", IS_DONE("t")),
	BESIDE("@made",
	       IS_MOMENT("t.created_at") " AND (t.updated_at = t.completed_at OR " IS_MOMENT(
		       "t.updated_at") ")"),
	SAME("contractor_id"),
	SAME("checklist_item"),
	SAME("item_type"),
	SAME("item"),
	SAME("usage_rate"),
	SAME("status"),
	SAME("trigger_condition"),
	SAME("executed_at"),
	SAME("execution_context"),
	SAME("completed_at"),
	SAME("completion_notes"),
	SAME("created_at"),
	SAME("updated_at"),
	LEFT_OUT("id", SERIAL),
	END,
};

static const struct diff_column tracking[] = {
	KEY("goal_uuid"),
	BESIDE("@voted",
	       "(t.pattern_key IS NULL OR EXISTS (SELECT FROM public.pattern_votes v WHERE "
	       "v.goal_uuid = t.goal_uuid AND v.outcome = t.outcome) OR EXISTS (SELECT FROM "
	       "cohort_analyzer.erased_contractors e WHERE e.contractor_id = t.contractor_id AND "
	       "e.erased_at >= coalesce(t.outcome_at, t.created_at AT TIME ZONE 'UTC')))"),
	BESIDE("@made",
	       "t.created_at = g.created_at AT TIME ZONE 'UTC' AND (t.first_completed_at IS NULL "
	       "OR t.time_to_completion_days = floor(extract(epoch FROM t.first_completed_at - "
	       "g.created_at) / 86400))"),
	SAME("contractor_id"),
	SAME("pattern_key"),
	SAME("goal_completed"),
	SAME("time_to_completion_days"),
	SAME("contractor_satisfaction"),
	SAME("outcome_notes"),
	SAME("revenue_impact"),
	SAME("what_worked"),
	SAME("what_didnt_work"),
	SAME("created_at"),
	SAME("completed_at"),
	SAME("outcome"),
	SAME("outcome_at"),
	SAME("outcome_event_id"),
	SAME("outcome_satisfaction"),
	SAME("feedback_at"),
	SAME("feedback_event_id"),
	SAME("feedback_rating"),
	SAME("feedback_notes"),
	SAME("feedback_requested"),
	SAME("first_completed_at"),
	SAME("published_at"),
	SAME("kafka_partition"),
	SAME("reminders"),
	LEFT_OUT("id", SERIAL),
	LEFT_OUT("pattern_id", NAMED),
	LEFT_OUT("goal_id", NAMED),
	END,
};

static const struct diff_column observations[] = {
	KEY("contractor_id"),   KEY("occurred_at"),
	KEY("event_id"),        BESIDE("@occurred_at", "t.occurred_at"),
	SAME("heard_until"),    SAME("revenue_tier"),
	SAME("team_size"),      SAME("team_band"),
	SAME("current_stage"),  SAME("focus_areas"),
	SAME("annual_revenue"), SAME("tier_since"),
	SAME("status"),         END,
};

static const struct diff_column actions[] = {
	KEY("contractor_id"),
	KEY("occurred_at"),
	KEY("event_id"),
	BESIDE("@occurred_at", "t.occurred_at"),
	SAME("kind"),
	SAME("item"),
	SAME("name"),
	SAME("satisfaction"),
	END,
};

static const struct diff_column votes[] = {
	KEY("goal_uuid"),
	SAME("pattern_key"),
	SAME("voter"),
	SAME("outcome"),
	SAME("goal_created_at"),
	SAME("occurred_at"),
	SAME("satisfaction"),
	SAME("revenue_impact"),
	LEFT_OUT("event_id", DERIVED_ID),
	END,
};

/* Where versions are numbered otherwise, a row is known by what it says and when. */
static const struct diff_column confidence[] = {
	KEY("pattern_key"),
	KEY("as_of"),
	KEY("cause"),
	BESIDE("@cause", "t.cause"),
	BESIDE("@occurred_at", "t.as_of"),
	SAME("confidence"),
	SAME("expected_success"),
	SAME("sample_size"),
	SAME("outcome_voters"),
	SAME("status"),
	SAME("status_reason"),
	SAME("version"),
	END,
};

static const struct diff_column scores[] = {
	KEY("contractor_id"), SAME("occurred_at"), SAME("event_id"),
	SAME("partners"),     SAME("recommended"), END,
};

static const struct diff_column transitions[] = {
	KEY("transition"), SAME("place"),       SAME("from_tier"), SAME("to_tier"),
	SAME("event_id"),  SAME("as_of"),       SAME("horizon"),   SAME("settings"),
	SAME("at_risk"),   SAME("levelled_up"), SAME("result"),    END,
};

static const struct diff_column standings[] = {
	KEY("pattern_key"),
	SAME("standing"),
	SAME("since"),
	SAME("streak"),
	SAME("probability"),
	SAME("success_rate"),
	SAME("pooled_success"),
	SAME("voters"),
	SAME("cohort_status"),
	SAME("cohort_reason"),
	END,
};

static const struct diff_column recalculations[] = {
	KEY("event_id"),
	SAME("event_source"),
	SAME("pattern_key"),
	SAME("as_of"),
	SAME("reason"),
	SAME("outcome"),
	SAME("finished"),
	LEFT_OUT("kafka_offset", OFFSET),
	LEFT_OUT("inputs", OFFSET),
	LEFT_OUT("phase", "how far a running one is"),
	LEFT_OUT("rows_done", "how far a running one is"),
	LEFT_OUT("rows_total", "an estimate of the server's"),
	END,
};

static const struct diff_column publications[] = {
	KEY("pattern_key"),       DIGEST("levellers"),
	DIGEST("others"),         DIGEST("outside_levellers"),
	DIGEST("outside_others"), DIGEST("voters"),
	SAME("erased_since"),     END,
};

static const struct diff_column voters[] = {
	KEY("pattern_key"), KEY("voter"), EXACT("good"), EXACT("bad"), SAME("counted"), END,
};

static const struct diff_column evidence[] = {
	KEY("pattern_key"),       EXACT("good"), EXACT("bad"),
	SAME("voters"),           SAME("as_of"), SAME("confidence"),
	SAME("expected_success"), SAME("alpha"), SAME("beta"),
	SAME("version"),          END,
};

static const struct diff_column evaluation[] = {
	KEY("one"),
	SAME("as_of"),
	SAME("complete"),
	LEFT_OUT("evaluated_at", CLOCK),
	LEFT_OUT("inputs", OFFSET),
	LEFT_OUT("asked", "what a replay was asked for"),
	END,
};

static const struct diff_column evaluations[] = {
	KEY("number"),
	SAME("as_of"),
	SAME("after_request"),
	LEFT_OUT("evaluated_at", CLOCK),
	LEFT_OUT("inputs", OFFSET),
	END,
};

static const struct diff_column due_voters[] = {
	KEY("pattern_key"),
	KEY("voter"),
	SAME("due_at"),
	LEFT_OUT("heard_at", DERIVED_ID),
	LEFT_OUT("xid", "a transaction of this server"),
	END,
};

static const struct diff_column matched[] = {
	KEY("contractor_id"),
	SAME("occurred_at"),
	SAME_AS("message", "message", "t.message - 'snapshot'"),
	LEFT_OUT("snapshot", OFFSET),
	LEFT_OUT("event_id", DERIVED_ID),
	END,
};

static const struct diff_column upstream_goals[] = {
	KEY("goal_uuid"), SAME("contractor_id"), SAME("event_id"), SAME("message"), END,
};

static const struct diff_column done_actions[] = {
	KEY("contractor_id"), KEY("item_type"), KEY("item"), SAME("first_at"), END,
};

static const struct diff_column recommendations[] = {
	KEY("contractor_id"),
	KEY_AS("pattern_id", "pattern_key", "p.pattern_key"),
	KEY("item_type"),
	KEY("item"),
	BESIDE("@made", IS_MOMENT("t.first_at")),
	SAME("first_at"),
	END,
};

static const struct diff_column erased[] = {
	KEY("contractor_id"),
	SAME("erased_at"),
	SAME("partition"),
	LEFT_OUT("kafka_offset", OFFSET),
	END,
};

static const struct diff_column parked[] = {
	KEY("topic"),
	KEY("partition"),
	KEY("waiting_for"),
	KEY("contractor_id"),
	BESIDE("@waits",
	       "CASE WHEN t.waiting_for LIKE 'goal:%' THEN NOT EXISTS (SELECT FROM "
	       "public.ai_concierge_goals g WHERE g.goal_uuid = substr(t.waiting_for, 6)::uuid) END"),
	SAME("reason"),
	LEFT_OUT("kafka_offset", OFFSET),
	LEFT_OUT("message", "as received: a copy's headers tell where it was copied from"),
	LEFT_OUT("parked_at", CLOCK),
	LEFT_OUT("attempts", CLOCK),
	LEFT_OUT("retry_at", CLOCK),
	END,
};

static const struct diff_column migrations[] = {
	KEY("version"), SAME("name"), SAME("checksum"), LEFT_OUT("applied_at", CLOCK), END,
};

#define PATTERN " JOIN public.business_growth_patterns p ON p.id = t.pattern_id"
#define POSITIONS "where this database is in its own topics; told at the top"
#define OUTBOX "what goes to this database's own topics"
#define MARKS "what the next recalculation has to look at; without it, it looks at everything"

#define PSEUDONYMS "what follows from who is erased, for the patterns that were voted on since"

#define OWN_TABLES(schema) \
	{ schema ".erased_contractors", NULL, erased, NULL }, \
		{ schema ".parked", NULL, parked, NULL }, \
		{ schema ".positions", NULL, NULL, POSITIONS }, \
	{ \
		schema ".outbox", NULL, NULL, OUTBOX \
	}

const struct diff_table diff_tables[] = {
	{ "public.business_growth_patterns", NULL, patterns, NULL },
	{ "public.confidence_history", NULL, confidence, NULL },
	{ "public.contractors", NULL, contractors, NULL },
	{ "public.contractor_pattern_matches", PATTERN, matches, NULL },
	{ "public.ai_concierge_goals", " LEFT" PATTERN, goals, NULL },
	{ "public.ai_concierge_checklist_items",
	  " JOIN public.ai_concierge_goals g ON g.id = t.goal_id", items, NULL },
	{ "public.pattern_success_tracking",
	  " LEFT JOIN public.ai_concierge_goals g ON g.id = t.goal_id", tracking, NULL },
	{ "public.partner_scores", NULL, scores, NULL },
	{ "public.contractor_observations", NULL, observations, NULL },
	{ "public.contractor_actions", NULL, actions, NULL },
	{ "public.pattern_votes", NULL, votes, NULL },
	{ "cohort_analyzer.transitions", NULL, transitions, NULL },
	{ "cohort_analyzer.standings", NULL, standings, NULL },
	{ "cohort_analyzer.recalculations", NULL, recalculations, NULL },
	{ "cohort_analyzer.publications", NULL, publications, NULL },
	{ "cohort_analyzer.pattern_evidence", NULL, evidence, NULL },
	{ "cohort_analyzer.pattern_voters", NULL, voters, NULL },
	{ "cohort_analyzer.due_voters", NULL, due_voters, NULL },
	{ "cohort_analyzer.evaluation", NULL, evaluation, NULL },
	{ "cohort_analyzer.evaluations", NULL, evaluations, NULL },
	{ "goal_enricher.matched_contractors", NULL, matched, NULL },
	{ "goal_enricher.upstream_goals", NULL, upstream_goals, NULL },
	{ "goal_enricher.done_actions", NULL, done_actions, NULL },
	{ "goal_enricher.recommendations", " LEFT" PATTERN, recommendations, NULL },
	OWN_TABLES("cohort_analyzer"),
	OWN_TABLES("matcher"),
	OWN_TABLES("goal_enricher"),
	OWN_TABLES("success_tracker"),
	{ "public.growth_migrations", NULL, migrations, NULL },
	{ "cohort_analyzer.changed_contractors", NULL, NULL, MARKS },
	{ "cohort_analyzer.erased_tiers", NULL, NULL, MARKS },
	{ "cohort_analyzer.clearings", NULL, NULL, MARKS },
	{ "cohort_analyzer.erased_voters", NULL, NULL, PSEUDONYMS },
	{ "cohort_analyzer.erased_patterns", NULL, NULL, PSEUDONYMS },
	{ "cohort_analyzer.schedule", NULL, NULL,
	  "what the clock has asked for; a replay is given it" },
	{ "operator.dead_letters", NULL, NULL,
	  "what was decided about letters in live's topics; a promotion takes it over" },
	{ "cohort_analyzer.asked_evaluations", NULL, NULL, "what a replay asks its shadow for" },
	{ "operator.promotions", NULL, NULL, "what this database was put in the place of" },
	{ "growth_v1.wording", NULL, NULL, "what growthctl migrate brings from the configuration" },
	{ "growth_v1.tiers", NULL, NULL, "what growthctl migrate brings from the configuration" },
	{ NULL, NULL, NULL, NULL },
};
