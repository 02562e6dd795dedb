#include "version.h"

#include <json-c/json.h>
#include <libpq-fe.h>
#include <librdkafka/rdkafka.h>

#include "build_commit.h"

#ifdef __clang__
#define COMPILER "" /* its __VERSION__ says who it is */
#else
#define COMPILER "GCC "
#endif

#ifdef GROWTH_SANITIZED
#define SANITIZED ", with sanitizers"
#else
#define SANITIZED ""
#endif

#ifdef GROWTH_FAULTS
#define FAULTS ", with crash points"
#else
#define FAULTS ""
#endif

void version_print(FILE *out, const char *program)
{
	int pq = PQlibVersion();

	fprintf(out, "%s %s%s\n", program, GROWTH_VERSION,
		*BUILD_COMMIT ? " (commit " BUILD_COMMIT ")" : "");
	fprintf(out, "built by %s%s as %s%s%s\n", COMPILER, __VERSION__, GROWTH_BUILD_TYPE,
		SANITIZED, FAULTS);
	fprintf(out, "librdkafka %s, libpq %d.%d, json-c %s\n", rd_kafka_version_str(), pq / 10000,
		pq % 10000, json_c_version());
}

const char *version_date(void)
{
	return BUILD_DATE;
}
