/* A team's size, a number or a band such as "11_50" in anyone's spelling: people are a positive
 * finite number, or unknown. */
#include <math.h>

#include "fuzz.h"
#include "team.h"

static void check(const struct int_or_text *size, struct arena *arena)
{
	struct optional_number people = team_people(size);

	holds(!people.present || (people.value > 0 && isfinite(people.value)), "%g people",
	      people.value);
	holds(team_text(size, arena) != NULL, "nothing to show");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = input_of(data, size);
	struct arena arena;

	arena_init(&arena);
	check(&(struct int_or_text){ .present = true,
				     .text = arena_strndup(&arena, (const char *)data, size) },
	      &arena);
	check(&(struct int_or_text){ .present = true, .number = (int64_t)input_number(&input, 8) },
	      &arena);
	arena_release(&arena);
	return 0;
}
