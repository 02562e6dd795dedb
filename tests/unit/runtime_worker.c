/* A worker that leaves although a server does not let it. */
#include "worker.h"

#include <criterion/criterion.h>
#include <librdkafka/rdkafka.h>
#include <sysexits.h>
#include <unistd.h>

/* In front of librdkafka's: one that does not return, as when a broker holds an answer back for
 * ever. */
rd_kafka_resp_err_t rd_kafka_consumer_close(rd_kafka_t *consumer)
{
	unsigned int left = alarm(1);

	(void)consumer;
	cr_assert(left > 0 && left < 10, "an alarm would ring in %u s (0: never)", left);
	for (;;)
		pause();
}

/* The consumer refuses to subscribe to one topic twice: a start that fails when all is there that
 * has to be ended. */
Test(worker, what_does_not_end_has_no_say_in_when_it_leaves_nor_with_what_code,
     .exit_code = EX_CONFIG, .timeout = 60)
{
	static const struct route routes[] = { { .topic = "topic" }, { .topic = "topic" }, { 0 } };
	static const char *const outputs[] = { NULL };
	static const struct worker worker = {
		.name = "test", .summary = "cannot start", .routes = routes, .outputs = outputs
	};
	char name[] = "test", set[] = "--set", port[] = "http.port=0";
	char brokers[] = "kafka.bootstrap_servers=127.0.0.1:1";
	char *argv[] = { name, set, brokers, set, port, NULL };

	worker_main(5, argv, &worker);
}
