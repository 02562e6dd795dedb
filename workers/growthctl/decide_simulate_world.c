#include "decide_simulate_world.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* clang-format off */
const struct world_item world_items[] = {
	/* effective in some tier; with a companion behind it or without */
	{ ACTION_PARTNER, "5", "BuildPro",
	  { 34, 24, 14, 8 }, { 95, 0, 0, 0 }, 47, WORLD_CHOSEN, WORLD_ANY },
	{ ACTION_EVENT, "buildpro_user_day", "BuildPro User Day",
	  { 12, 8, 5, 3 }, { 0 }, 42, WORLD_COMPANION, WORLD_ANY },
	{ ACTION_PARTNER, "12", "LeadGen Tools",
	  { 10, 14, 12, 12 }, { 80, 0, 0, 0 }, 44, WORLD_CHOSEN, WORLD_SLOW },
	{ ACTION_PARTNER, "17", "CrewFinder",
	  { 16, 14, 16, 14 }, { 0, 90, 0, 0 }, 43, WORLD_CHOSEN, WORLD_SLOW },
	{ ACTION_PARTNER, "21", "JobCost Analytics",
	  { 14, 14, 14, 16 }, { 0, 0, 90, 0 }, 45, WORLD_CHOSEN, WORLD_SLOW },
	{ ACTION_PARTNER, "24", "TradeAcademy",
	  { 14, 7, 14, 14 }, { 0, 55, 0, 0 }, 44, WORLD_CHOSEN, WORLD_SLOW },
	{ ACTION_PARTNER, "33", "Summit Capital Advisors",
	  { 9, 12, 14, 11 }, { 0, 0, 0, 90 }, 42, WORLD_CHOSEN, WORLD_SLOW },
	{ ACTION_MILESTONE, "line_of_credit", "Opened a line of credit",
	  { 14, 16, 14, 9 }, { 0 }, 0, WORLD_COMPANION, WORLD_SLOW },
	{ ACTION_PARTNER, "36", "Keystone Surety",
	  { 8, 12, 14, 6 }, { 0, 0, 0, 20 }, 41, WORLD_CHOSEN, WORLD_SLOW },
	{ ACTION_MILESTONE, "implemented_crm", "Implemented a CRM",
	  { 20, 20, 16, 14 }, { 105, 0, 0, 0 }, 0, WORLD_CHOSEN, WORLD_SLOW },
	{ ACTION_MILESTONE, "bought_tablets", "Bought tablets for the crews",
	  { 12, 12, 12, 12 }, { 0 }, 0, WORLD_COMPANION, WORLD_ANY },
	{ ACTION_MILESTONE, "tracked_lead_sources", "Tracked lead sources",
	  { 8, 14, 14, 12 }, { 70, 0, 0, 0 }, 0, WORLD_CHOSEN, WORLD_SLOW },
	{ ACTION_MILESTONE, "documented_sales_process", "Documented the sales process",
	  { 6, 7, 14, 14 }, { 50, 20, 0, 0 }, 0, WORLD_CHOSEN, WORLD_SLOW },
	{ ACTION_MILESTONE, "hired_ops_manager", "Hired an operations manager",
	  { 12, 22, 20, 16 }, { 0, 115, 0, 0 }, 0, WORLD_CHOSEN, WORLD_SLOW },
	{ ACTION_MILESTONE, "company_handbook", "Wrote a company handbook",
	  { 10, 12, 12, 10 }, { 0 }, 0, WORLD_COMPANION, WORLD_ANY },
	{ ACTION_MILESTONE, "built_recruiting_pipeline", "Built a recruiting pipeline",
	  { 12, 9, 14, 16 }, { 0, 70, 0, 0 }, 0, WORLD_CHOSEN, WORLD_SLOW },
	{ ACTION_MILESTONE, "apprenticeship_program", "Started an apprenticeship program",
	  { 12, 6, 14, 14 }, { 0, 80, 0, 0 }, 0, WORLD_CHOSEN, WORLD_SLOW },
	{ ACTION_MILESTONE, "weekly_job_costing", "Started weekly job costing",
	  { 12, 14, 20, 18 }, { 0, 0, 105, 0 }, 0, WORLD_CHOSEN, WORLD_SLOW },
	{ ACTION_BOOK, "simple_numbers", "Simple Numbers, Straight Talk, Big Profits!",
	  { 6, 10, 12, 10 }, { 0 }, 43, WORLD_COMPANION, WORLD_ANY },
	{ ACTION_MILESTONE, "signed_change_orders", "Had every change order signed",
	  { 14, 14, 7, 12 }, { 0, 0, 70, 0 }, 0, WORLD_CHOSEN, WORLD_SLOW },
	{ ACTION_MILESTONE, "joined_peer_group", "Joined a peer group",
	  { 9, 13, 7, 14 }, { 0, 0, 60, 0 }, 0, WORLD_CHOSEN, WORLD_SLOW },
	{ ACTION_MILESTONE, "leadership_team", "Built a leadership team",
	  { 8, 12, 9, 18 }, { 0, 0, 80, 95 }, 0, WORLD_CHOSEN, WORLD_SLOW },
	{ ACTION_EVENT, "leadership_retreat", "Leadership Retreat",
	  { 4, 7, 9, 12 }, { 0 }, 44, WORLD_COMPANION, WORLD_ANY },
	{ ACTION_MILESTONE, "opened_second_location", "Opened a second location",
	  { 8, 10, 12, 9 }, { 0, 0, 0, 80 }, 0, WORLD_CHOSEN, WORLD_SLOW },
	{ ACTION_MILESTONE, "raised_bonding_capacity", "Raised the bonding capacity",
	  { 8, 13, 14, 8 }, { 0, 0, 0, 70 }, 0, WORLD_CHOSEN, WORLD_SLOW },
	{ ACTION_MILESTONE, "advisory_board", "Set up an advisory board",
	  { 6, 8, 11, 6 }, { 0, 0, 0, 60 }, 0, WORLD_CHOSEN, WORLD_SLOW },
	{ ACTION_BOOK, "traction", "Traction",
	  { 16, 18, 18, 16 }, { 0, 60, 0, 0 }, 46, WORLD_CHOSEN, WORLD_SLOW },
	{ ACTION_PODCAST, "traction_talk", "Traction Talk",
	  { 6, 10, 10, 8 }, { 0 }, 40, WORLD_COMPANION, WORLD_ANY },
	{ ACTION_BOOK, "e_myth_contractor", "The E-Myth Contractor",
	  { 9, 16, 14, 10 }, { 35, 0, 0, 0 }, 43, WORLD_CHOSEN, WORLD_ANY },
	{ ACTION_BOOK, "scaling_up", "Scaling Up",
	  { 10, 14, 9, 9 }, { 0, 0, 30, 30 }, 44, WORLD_CHOSEN, WORLD_SLOW },
	{ ACTION_EVENT, "sales_bootcamp", "Sales Bootcamp",
	  { 5, 12, 12, 10 }, { 60, 0, 0, 0 }, 42, WORLD_CHOSEN, WORLD_SLOW },
	{ ACTION_EVENT, "operations_summit", "Operations Summit",
	  { 12, 7, 7, 14 }, { 0, 35, 35, 0 }, 44, WORLD_CHOSEN, WORLD_SLOW },
	{ ACTION_EVENT, "ceo_roundtable", "CEO Roundtable",
	  { 8, 10, 13, 6 }, { 0, 0, 0, 55 }, 45, WORLD_CHOSEN, WORLD_SLOW },
	{ ACTION_PODCAST, "profit_for_contractors", "Profit for Contractors",
	  { 5, 13, 7, 14 }, { 20, 0, 20, 0 }, 41, WORLD_CHOSEN, WORLD_ANY },

	/* popular, and without any effect */
	{ ACTION_PARTNER, "8", "WebWorks Marketing",
	  { 52, 40, 30, 20 }, { 0 }, 31, WORLD_CHOSEN, WORLD_ANY },
	{ ACTION_PARTNER, "9", "FleetWise",
	  { 18, 32, 42, 34 }, { 0 }, 38, WORLD_CHOSEN, WORLD_KEEN },
	{ ACTION_PARTNER, "14", "PayrollPlus",
	  { 26, 30, 28, 24 }, { 0 }, 39, WORLD_CHOSEN, WORLD_SLOW },
	{ ACTION_PARTNER, "26", "DroneView Surveys",
	  { 8, 16, 28, 44 }, { 0 }, 36, WORLD_CHOSEN, WORLD_SLOW },
	{ ACTION_MILESTONE, "new_website", "Launched a new website",
	  { 56, 44, 34, 28 }, { 0 }, 0, WORLD_CHOSEN, WORLD_ANY },
	{ ACTION_MILESTONE, "rebranded_trucks", "Rebranded the trucks",
	  { 32, 34, 30, 24 }, { 0 }, 0, WORLD_CHOSEN, WORLD_ANY },
	{ ACTION_MILESTONE, "joined_chamber", "Joined the chamber of commerce",
	  { 30, 26, 22, 20 }, { 0 }, 0, WORLD_CHOSEN, WORLD_ANY },
	{ ACTION_MILESTONE, "switched_accounting_software", "Switched accounting software",
	  { 20, 28, 28, 26 }, { 0 }, 0, WORLD_CHOSEN, WORLD_SLOW },
	{ ACTION_MILESTONE, "attended_2_events", "Attended two events",
	  { 24, 24, 22, 20 }, { 0 }, 0, WORLD_CHOSEN, WORLD_ANY },
	{ ACTION_BOOK, "rich_dad", "Rich Dad Poor Dad",
	  { 44, 30, 22, 16 }, { 0 }, 37, WORLD_CHOSEN, WORLD_ANY },
	{ ACTION_BOOK, "good_to_great", "Good to Great",
	  { 16, 28, 36, 40 }, { 0 }, 42, WORLD_CHOSEN, WORLD_SLOW },
	{ ACTION_BOOK, "atomic_habits", "Atomic Habits",
	  { 28, 26, 24, 24 }, { 0 }, 45, WORLD_CHOSEN, WORLD_KEEN },
	{ ACTION_PODCAST, "hammer_and_grind", "Hammer & Grind",
	  { 38, 30, 20, 14 }, { 0 }, 40, WORLD_CHOSEN, WORLD_ANY },
	{ ACTION_PODCAST, "the_contractor_fight", "The Contractor Fight",
	  { 26, 24, 16, 10 }, { 0 }, 41, WORLD_CHOSEN, WORLD_ANY },
	{ ACTION_PODCAST, "how_i_built_this", "How I Built This",
	  { 18, 22, 26, 28 }, { 0 }, 44, WORLD_CHOSEN, WORLD_KEEN },
	{ ACTION_EVENT, "builders_expo", "Builders' Expo",
	  { 34, 42, 44, 40 }, { 0 }, 35, WORLD_CHOSEN, WORLD_KEEN },
	{ ACTION_EVENT, "golf_fundraiser", "Golf Fundraiser",
	  { 10, 18, 30, 46 }, { 0 }, 38, WORLD_CHOSEN, WORLD_SLOW },
	{ ACTION_EVENT, "roofing_conference", "Roofing Conference",
	  { 18, 22, 20, 18 }, { 0 }, 37, WORLD_CHOSEN, WORLD_ANY },

	/* harmful */
	{ ACTION_PARTNER, "40", "QuickCash Funding",
	  { 22, 20, 16, 14 }, { -35, -30, -25, -20 }, 24, WORLD_CHOSEN, WORLD_ANY },
	{ ACTION_MILESTONE, "price_match_guarantee", "Offered a price match guarantee",
	  { 20, 18, 14, 12 }, { -25, -25, -20, -20 }, 0, WORLD_CHOSEN, WORLD_ANY },
	{ ACTION_MILESTONE, "started_side_business", "Started a side business",
	  { 12, 14, 16, 18 }, { -30, -30, -30, -30 }, 0, WORLD_CHOSEN, WORLD_ANY },
	{ ACTION_EVENT, "get_rich_flipping", "Get Rich Flipping Houses",
	  { 16, 12, 8, 6 }, { -20, -20, -20, -20 }, 29, WORLD_CHOSEN, WORLD_ANY },

	/* follow from growth */
	{ ACTION_MILESTONE, "moved_to_bigger_office", "Moved to a bigger office",
	  { 10, 10, 10, 10 }, { 0 }, 0, WORLD_CONSEQUENCE, WORLD_ANY },
	{ ACTION_MILESTONE, "hired_cfo", "Hired a CFO",
	  { 4, 6, 10, 12 }, { 0 }, 0, WORLD_CONSEQUENCE, WORLD_ANY },
	{ ACTION_MILESTONE, "bought_new_fleet", "Bought a new fleet",
	  { 8, 9, 10, 8 }, { 0 }, 0, WORLD_CONSEQUENCE, WORLD_ANY },
	{ ACTION_EVENT, "anniversary_gala", "Anniversary Gala",
	  { 6, 8, 8, 9 }, { 0 }, 40, WORLD_CONSEQUENCE, WORLD_ANY },
	{ ACTION_PARTNER, "51", "Prestige Leasing",
	  { 6, 7, 8, 8 }, { 0 }, 38, WORLD_CONSEQUENCE, WORLD_ANY },
};
const int world_items_count = COUNT(world_items);

static const struct world_focus_area focus_areas[] = {
	{ "controlling_lead_flow", { 9, 9, 7, 6 }, { 70, 0, 0, 0 } },
	{ "closing_sales", { 8, 9, 8, 7 }, { 50, 0, 0, 0 } },
	{ "referral_growth", { 14, 10, 8, 7 }, { 0 } },
	{ "hiring_skilled_team", { 9, 8, 10, 10 }, { 0, 70, 0, 0 } },
	{ "operational_efficiency", { 10, 8, 12, 11 }, { 0, 55, 0, 0 } },
	{ "installing_systems", { 6, 9, 7, 10 }, { 0, 0, 55, 0 } },
	{ "greenfield_growth", { 12, 10, 9, 7 }, { 0, 0, 0, 45 } },
	{ "customer_experience", { 16, 15, 14, 13 }, { 0 } },
	{ "financial_management", { 8, 10, 8, 12 }, { 0, 0, 50, 0 } },
	{ "leadership_development", { 5, 9, 12, 8 }, { 0, 0, 0, 70 } },
};
/* clang-format on */

const struct world_focus_area *world_focus_area(const char *name)
{
	static const struct world_focus_area other = { "", { 4, 4, 4, 4 }, { 0 } };

	for (int i = 0; i < COUNT(focus_areas); i++)
		if (strcmp(focus_areas[i].name, name) == 0)
			return &focus_areas[i];
	return &other;
}

const struct world_goal world_goals[] = {
	{ "revenue_growth", "Grow revenue to the next tier", NULL, { NULL }, 0 },
	{ "lead_improvement",
	  "Improve lead flow",
	  "Implement CRM and lead tracking",
	  { "close_rate", "lead_sources" },
	  12 },
	{ "team_expansion",
	  "Hire and keep skilled people",
	  "Hire an operations manager",
	  { "team_turnover" },
	  -13 },
	{ "operational_improvement",
	  "Get jobs done on time and on budget",
	  "Start weekly job costing",
	  { "job_margins" },
	  6 },
	{ "customer_retention",
	  "Win more repeat business",
	  NULL,
	  { "repeat_rate", "review_score" },
	  -6 },
	{ "financial_health", "Know the margin of every job", NULL, { NULL }, -20 },
};
const int world_goals_count = COUNT(world_goals);

int world_goal_success(int tier, int type)
{
	/* Neither rising nor falling with the tiers, nor with how many contractors are in them. */
	static const uint8_t by_tier[] = { 64, 48, 72, 40, 56, 78, 34, 60, 44 };
	int last = COUNT(by_tier) - 1;

	return by_tier[tier < last ? tier : last] + world_goals[type].success;
}

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
