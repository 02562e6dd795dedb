/* Live comes first: how fast a shadow is fed beside live's workers. Against workers that are made
 * up: two looks a second at them. */
#include <criterion/criterion.h>

#include "decide_replay_pace.h"

#define MOST 2000.0
#define LOOK_US 500000

struct live {
	struct replay_pace pace;
	struct replay_load loads[2];
	int64_t now_us, shadow_waiting;
	double handled;  /* a second, by each worker */
	double delay_s;  /* without the shadow */
	double suffers;  /* how many times that is added to it when the shadow is fed at MOST */
	double late_sum; /* of delay over usual, of the looks that were asked for */
};

static struct live begin(double handled, double delay_s, double suffers)
{
	struct live live = { .now_us = 1000000, .handled = handled, .delay_s = delay_s };

	live.suffers = suffers;
	replay_pace_begin(&live.pace, MOST);
	return live;
}

static double delay(const struct live *live)
{
	return live->delay_s * (1 + live->suffers * live->pace.rate / MOST);
}

static void look(struct live *live, double seconds)
{
	int looks = (int)(seconds * 1e6 / LOOK_US);

	live->late_sum = 0;
	for (int i = 0; i < looks; i++) {
		live->late_sum += delay(live) / live->delay_s / looks;
		for (int k = 0; k < 2; k++) {
			live->loads[k].handled += (int64_t)(live->handled * LOOK_US / 1e6);
			live->loads[k].waiting = (int64_t)(live->handled * delay(live) / 2);
		}
		live->now_us += LOOK_US;
		replay_pace_look(&live->pace, live->now_us, live->loads, 2, live->shadow_waiting);
	}
}

Test(replay_pace, beside_an_idle_live_it_is_the_rate_that_was_asked_for_from_the_second_look_on)
{
	struct live live = begin(0, 0.1, 0);

	live.loads[0].waiting = 12; /* markers of transactions */
	look(&live, 0.5);
	cr_expect_eq(live.pace.rate, 0);
	look(&live, 0.5);
	cr_expect_eq(live.pace.rate, MOST);
	look(&live, 60);
	cr_expect_eq(live.pace.rate, MOST);
	cr_expect_eq(live.pace.held_us, 0);
}

Test(replay_pace, a_busy_live_is_looked_at_first_and_then_fed_beside_step_by_step)
{
	struct live live = begin(2000, 0.1, 0);

	look(&live, 3);
	cr_expect_eq(live.pace.rate, 0);
	look(&live, 5);
	cr_expect(live.pace.rate > 0.2 * MOST && live.pace.rate < 0.8 * MOST, "%g", live.pace.rate);
	look(&live, 20);
	cr_expect_eq(live.pace.rate, MOST);
	cr_expect_gt(live.pace.held_us, 0);
}

Test(replay_pace, a_live_that_suffers_is_left_most_of_what_it_had)
{
	struct live live = begin(2000, 0.4, 4);

	look(&live, 60);
	look(&live, 240);
	cr_expect_lt(live.late_sum, 1.45, "%g times as late as usual in the mean", live.late_sum);
	cr_expect_lt(live.pace.rate, MOST / 2);
	cr_expect_gt(live.pace.rate, 0);
}

Test(replay_pace, what_is_late_for_another_reason_becomes_usual)
{
	struct live live = begin(2000, 0.2, 0);

	look(&live, 60);
	live.delay_s = 1;
	look(&live, 10);
	cr_expect_lt(live.pace.rate, MOST / 5);
	look(&live, 180);
	cr_expect_eq(live.pace.rate, MOST);
}

Test(replay_pace, it_never_stops_for_live_alone)
{
	struct live live = begin(2000, 0.2, 1e6);

	look(&live, 60);
	for (int i = 0; i < 100; i++) {
		look(&live, 0.5);
		cr_assert_geq(live.pace.rate, 0.01 * MOST);
	}
}

Test(replay_pace, a_shadow_that_is_behind_is_fed_no_more_until_it_is_not)
{
	struct live live = begin(0, 0.1, 0);

	look(&live, 1);
	live.shadow_waiting = 3500;
	look(&live, 0.5);
	cr_expect_eq(live.pace.rate, 0);
	live.shadow_waiting = 2500;
	look(&live, 0.5);
	cr_expect_eq(live.pace.rate, MOST);
}

Test(replay_pace, a_worker_that_is_stopped_holds_nothing_up)
{
	struct live live = begin(2000, 0.1, 0);

	for (int i = 0; i < 80; i++) {
		live.loads[1].handled = 5000;
		live.loads[1].waiting += 1000;
		live.loads[0].handled += 1000;
		live.loads[0].waiting = 100;
		live.now_us += LOOK_US;
		replay_pace_look(&live.pace, live.now_us, live.loads, 2, 0);
	}
	cr_expect_eq(live.pace.rate, MOST);
}
