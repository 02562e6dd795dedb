#include "decide_simulate_world.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* clang-format off */
const struct world_item world_items[] = {
	/* effective */
	{ ACTION_PARTNER, "5", "BuildPro",
	  { 60, 24, 10, 4 }, { 55, 10, 0, 0 }, 47, false },
	{ ACTION_PARTNER, "12", "LeadGen Tools",
	  { 40, 14, 5, 2 }, { 45, 5, 0, 0 }, 44, false },
	{ ACTION_PARTNER, "17", "CrewFinder",
	  { 8, 44, 14, 4 }, { 10, 50, 10, 0 }, 43, false },
	{ ACTION_PARTNER, "21", "JobCost Analytics",
	  { 3, 10, 46, 16 }, { 0, 15, 50, 20 }, 45, false },
	{ ACTION_PARTNER, "33", "Summit Capital Advisors",
	  { 1, 3, 10, 44 }, { 0, 0, 15, 50 }, 42, false },
	{ ACTION_MILESTONE, "implemented_crm", "Implemented a CRM",
	  { 56, 20, 6, 3 }, { 60, 15, 0, 0 }, 0, false },
	{ ACTION_MILESTONE, "tracked_lead_sources", "Tracked lead sources",
	  { 26, 10, 3, 2 }, { 40, 0, 0, 0 }, 0, false },
	{ ACTION_MILESTONE, "documented_sales_process", "Documented the sales process",
	  { 16, 10, 4, 2 }, { 30, 20, 0, 0 }, 0, false },
	{ ACTION_MILESTONE, "hired_ops_manager", "Hired an operations manager",
	  { 8, 60, 18, 5 }, { 20, 65, 15, 0 }, 0, false },
	{ ACTION_MILESTONE, "built_recruiting_pipeline", "Built a recruiting pipeline",
	  { 4, 26, 10, 6 }, { 0, 40, 20, 0 }, 0, false },
	{ ACTION_MILESTONE, "weekly_job_costing", "Started weekly job costing",
	  { 3, 10, 48, 10 }, { 0, 10, 60, 15 }, 0, false },
	{ ACTION_MILESTONE, "leadership_team", "Built a leadership team",
	  { 1, 5, 34, 44 }, { 0, 5, 45, 55 }, 0, false },
	{ ACTION_MILESTONE, "opened_second_location", "Opened a second location",
	  { 0, 2, 8, 28 }, { 0, -10, 10, 45 }, 0, false },
	{ ACTION_MILESTONE, "attended_2_events", "Attended two events",
	  { 10, 8, 6, 5 }, { 10, 10, 10, 10 }, 0, false },
	{ ACTION_BOOK, "traction", "Traction",
	  { 14, 40, 22, 8 }, { 10, 35, 15, 0 }, 46, false },
	{ ACTION_BOOK, "e_myth_contractor", "The E-Myth Contractor",
	  { 26, 10, 4, 2 }, { 25, 5, 0, 0 }, 43, false },
	{ ACTION_BOOK, "scaling_up", "Scaling Up",
	  { 2, 6, 22, 26 }, { 0, 0, 20, 25 }, 44, false },
	{ ACTION_EVENT, "sales_bootcamp", "Sales Bootcamp",
	  { 14, 7, 3, 2 }, { 30, 5, 0, 0 }, 42, false },
	{ ACTION_EVENT, "operations_summit", "Operations Summit",
	  { 3, 18, 18, 6 }, { 0, 25, 25, 0 }, 44, false },
	{ ACTION_PODCAST, "profit_for_contractors", "Profit for Contractors",
	  { 7, 8, 8, 4 }, { 5, 5, 15, 5 }, 41, false },

	/* popular, and without any effect */
	{ ACTION_PARTNER, "8", "WebWorks Marketing",
	  { 46, 34, 18, 8 }, { 0 }, 31, false },
	{ ACTION_PARTNER, "9", "FleetWise",
	  { 8, 22, 30, 14 }, { 0 }, 38, false },
	{ ACTION_PARTNER, "14", "PayrollPlus",
	  { 12, 14, 10, 6 }, { 0 }, 39, false },
	{ ACTION_PARTNER, "26", "DroneView Surveys",
	  { 2, 6, 14, 34 }, { 0 }, 36, false },
	{ ACTION_MILESTONE, "new_website", "Launched a new website",
	  { 48, 24, 10, 5 }, { 0 }, 0, false },
	{ ACTION_MILESTONE, "rebranded_trucks", "Rebranded the trucks",
	  { 14, 12, 7, 4 }, { 0 }, 0, false },
	{ ACTION_MILESTONE, "joined_chamber", "Joined the chamber of commerce",
	  { 14, 9, 5, 4 }, { 0 }, 0, false },
	{ ACTION_MILESTONE, "switched_accounting_software", "Switched accounting software",
	  { 8, 10, 9, 6 }, { 0 }, 0, false },
	{ ACTION_BOOK, "rich_dad", "Rich Dad Poor Dad",
	  { 34, 14, 6, 3 }, { 0 }, 37, false },
	{ ACTION_BOOK, "good_to_great", "Good to Great",
	  { 6, 18, 26, 20 }, { 0 }, 42, false },
	{ ACTION_BOOK, "atomic_habits", "Atomic Habits",
	  { 12, 10, 8, 7 }, { 0 }, 45, false },
	{ ACTION_PODCAST, "hammer_and_grind", "Hammer & Grind",
	  { 26, 14, 7, 4 }, { 0 }, 40, false },
	{ ACTION_PODCAST, "the_contractor_fight", "The Contractor Fight",
	  { 12, 10, 6, 3 }, { 0 }, 41, false },
	{ ACTION_PODCAST, "how_i_built_this", "How I Built This",
	  { 8, 8, 8, 8 }, { 0 }, 44, false },
	{ ACTION_EVENT, "builders_expo", "Builders' Expo",
	  { 20, 26, 24, 14 }, { 0 }, 35, false },
	{ ACTION_EVENT, "golf_fundraiser", "Golf Fundraiser",
	  { 3, 6, 14, 26 }, { 0 }, 38, false },
	{ ACTION_EVENT, "roofing_conference", "Roofing Conference",
	  { 7, 8, 7, 5 }, { 0 }, 37, false },

	/* harmful */
	{ ACTION_PARTNER, "40", "QuickCash Funding",
	  { 9, 7, 4, 2 }, { -35, -30, -20, -10 }, 24, false },
	{ ACTION_MILESTONE, "price_match_guarantee", "Offered a price match guarantee",
	  { 8, 6, 3, 1 }, { -25, -25, -20, 0 }, 0, false },
	{ ACTION_EVENT, "get_rich_flipping", "Get Rich Flipping Houses",
	  { 6, 4, 2, 1 }, { -20, -15, 0, 0 }, 29, false },

	/* follow from growth */
	{ ACTION_MILESTONE, "moved_to_bigger_office", "Moved to a bigger office",
	  { 10, 10, 10, 10 }, { 0 }, 0, true },
	{ ACTION_MILESTONE, "hired_cfo", "Hired a CFO",
	  { 2, 5, 10, 12 }, { 0 }, 0, true },
	{ ACTION_MILESTONE, "bought_new_fleet", "Bought a new fleet",
	  { 6, 8, 10, 8 }, { 0 }, 0, true },
	{ ACTION_PARTNER, "51", "Prestige Leasing",
	  { 4, 6, 8, 8 }, { 0 }, 38, true },
};
/* clang-format on */
const int world_items_count = COUNT(world_items);

static const struct world_focus_area focus_areas[] = {
	{ "controlling_lead_flow", { 16, 8, 4, 2 }, { 40, 10, 0, 0 } },
	{ "closing_sales", { 12, 8, 4, 3 }, { 25, 5, 0, 0 } },
	{ "referral_growth", { 10, 7, 5, 4 }, { 10, 0, 0, 0 } },
	{ "hiring_skilled_team", { 8, 15, 10, 6 }, { 0, 35, 10, 0 } },
	{ "operational_efficiency", { 7, 14, 14, 8 }, { 0, 30, 25, 0 } },
	{ "installing_systems", { 5, 9, 11, 7 }, { 0, 10, 30, 5 } },
	{ "greenfield_growth", { 9, 9, 8, 10 }, { -10, 0, 0, 20 } },
	{ "customer_experience", { 10, 9, 8, 7 }, { 0 } },
	{ "financial_management", { 6, 8, 10, 9 }, { 0, 0, 15, 15 } },
	{ "leadership_development", { 4, 7, 10, 14 }, { 0, 0, 10, 35 } },
};

const struct world_focus_area *world_focus_area(const char *name)
{
	static const struct world_focus_area other = { "", { 4, 4, 4, 4 }, { 0 } };

	for (int i = 0; i < COUNT(focus_areas); i++)
		if (strcmp(focus_areas[i].name, name) == 0)
			return &focus_areas[i];
	return &other;
}

const struct world_goal world_goals[] = {
	{ "lead_improvement",
	  "Improve lead flow",
	  "Implement CRM and lead tracking",
	  { "close_rate", "lead_sources" } },
	{ "team_expansion",
	  "Hire and keep skilled people",
	  "Hire an operations manager",
	  { "team_turnover" } },
	{ "operational_improvement",
	  "Get jobs done on time and on budget",
	  "Start weekly job costing",
	  { "job_margins" } },
	{ "customer_retention",
	  "Win more repeat business",
	  NULL,
	  { "repeat_rate", "review_score" } },
	{ "financial_health", "Know the margin of every job", NULL, { NULL } },
};
const int world_goals_count = COUNT(world_goals);

const char *const world_worked[] = {
	NULL,
	"a clear first step",
	"the partner's onboarding",
	"weekly reviews with the team",
	"seeing the numbers every Monday",
};
const int world_worked_count = COUNT(world_worked);

const char *const world_failed[] = {
	NULL,
	"no time in the busy season",
	"the tool did not fit our size",
	"the crew did not take it up",
	"too many steps at once",
};
const int world_failed_count = COUNT(world_failed);
