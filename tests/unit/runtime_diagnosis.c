/* What servers refuse, in words that say what to do; passwords out of files. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "diagnosis.h"
#include "secret.h"

Test(diagnosis, of_what_servers_were_heard_to_say)
{
	static const struct {
		const char *(*diagnose)(const char *);
		const char *said, *advice;
	} cases[] = {
		{ diagnose_kafka,
		  "SASL authentication error: Authentication failed: Invalid username or password",
		  "kafka.password_file" },
		{ diagnose_kafka,
		  "Disconnected while requesting ApiVersion: might be caused by incorrect security.protocol configuration (connecting to a SSL listener?)",
		  "the port wants TLS" },
		{ diagnose_kafka,
		  "SSL handshake failed: error:0A000126:SSL routines::unexpected eof while reading",
		  "speaks no TLS" },
		{ diagnose_kafka,
		  "init_transactions: Broker: Transactional Id authorization failed",
		  "growthctl acls" },
		{ diagnose_postgres,
		  "FATAL:  no pg_hba.conf entry for host \"127.0.0.1\", user \"u\", database \"d\", no encryption",
		  "sslmode=verify-full" },
		{ diagnose_postgres,
		  "FATAL:  no pg_hba.conf entry for host \"127.0.0.1\", user \"u\", database \"d\", SSL encryption",
		  "has no line" },
		{ diagnose_postgres, "fe_sendauth: no password supplied",
		  "postgres.password_file" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *advice = cases[i].diagnose(cases[i].said);

		cr_expect(advice && strstr(advice, cases[i].advice), "%s: %s", cases[i].said,
			  advice ? advice : "nothing");
	}
	cr_expect_null(diagnose_kafka("Connect to ipv4#127.0.0.1:9092 failed: Connection refused"),
		       "an outage is no refusal");
}

static void write_file(const char *path, mode_t mode, const char *text)
{
	FILE *file = fopen(path, "w");

	cr_assert(file);
	fputs(text, file);
	fclose(file);
	chmod(path, mode);
}

Test(secret, is_read_where_nobody_else_may)
{
	char path[] = "/tmp/growth-secret-XXXXXX", text[SECRET_SIZE];
	struct err err = { 0 };
	char longer[SECRET_SIZE + 8];

	close(mkstemp(path));
	write_file(path, 0640, "pass word\nsecond line\n");
	cr_expect(secret_read("kafka.password_file", path, text, &err), "%s", err.text);
	cr_expect_str_eq(text, "pass word");

	write_file(path, 0644, "hush\n");
	cr_expect_not(secret_read("kafka.password_file", path, text, &err));
	cr_expect(strstr(err.text, "can be read by everyone") && !strstr(err.text, "hush"), "%s",
		  err.text);
	write_file(path, 0600, "\n");
	cr_expect_not(secret_read("kafka.password_file", path, text, &err));
	memset(longer, 'x', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';
	write_file(path, 0600, longer);
	cr_expect_not(secret_read("kafka.password_file", path, text, &err));
	unlink(path);
	cr_expect_not(secret_read("kafka.password_file", path, text, &err));
	cr_expect(strstr(err.text, "No such file"), "%s", err.text);
}
