#include "decide_dice.h"

static uint64_t splitmix(uint64_t *state)
{
	uint64_t mixed = *state += UINT64_C(0x9e3779b97f4a7c15);

	mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
	return mixed ^ (mixed >> 31);
}

void dice_init(struct dice *dice, uint64_t seed, uint64_t stream)
{
	uint64_t state = seed;

	/* Mixed before they meet, so that (1, 2) and (2, 1) are strangers. */
	state = splitmix(&state) ^ (stream * UINT64_C(0xd1342543de82ef95) + 1);
	for (int i = 0; i < 4; i++)
		dice->state[i] = splitmix(&state);
}

static uint64_t rotate(uint64_t value, int by)
{
	return (value << by) | (value >> (64 - by));
}

uint64_t dice_next(struct dice *dice)
{
	uint64_t *s = dice->state;
	uint64_t result = rotate(s[1] * 5, 7) * 9;
	uint64_t shifted = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= shifted;
	s[3] = rotate(s[3], 45);
	return result;
}

double dice_unit(struct dice *dice)
{
	return (double)(dice_next(dice) >> 11) * 0x1p-53;
}

uint32_t dice_below(struct dice *dice, uint32_t limit)
{
	return (uint32_t)(((dice_next(dice) >> 32) * limit) >> 32);
}

int64_t dice_between(struct dice *dice, int64_t low, int64_t high)
{
	return low + (int64_t)dice_below(dice, (uint32_t)(high - low + 1));
}

bool dice_chance(struct dice *dice, double probability)
{
	return dice_unit(dice) < probability;
}

double dice_normal(struct dice *dice)
{
	double sum = -6;

	for (int i = 0; i < 12; i++)
		sum += dice_unit(dice);
	return sum;
}
