#include "diagnosis.h"

#include <librdkafka/rdkafka.h>
#include <openssl/x509_vfy.h>
#include <string.h>

#define SCRAM_FIXED 0x020601ff /* librdkafka 2.6.1 */

struct diagnosis {
	const char *said; /* a part of the text */
	const char *advice;
};

/* The first that fits, so what is more special stands above. */
static const struct diagnosis kafka[] = {
	{ "certificate verify failed",
	  "the broker's certificate is not accepted: set kafka.properties.ssl.ca.location to the certificate of the CA that signed it" },
	{ "PLAINTEXT broker listener",
	  "the broker's port speaks no TLS: put the port of its TLS listener into kafka.bootstrap_servers" },
	{ "SSL_HANDSHAKE",
	  "who listens there speaks no TLS: put the port of the broker's TLS listener into kafka.bootstrap_servers" },
	{ "SSL handshake failed",
	  "who listens there speaks no TLS: put the port of the broker's TLS listener into kafka.bootstrap_servers" },
	/* It says so, too, of a broker that goes away at the first request. */
	{ "connecting to a SSL listener",
	  "if the broker is up, the port wants TLS: set kafka.properties.security.protocol to SASL_SSL, or to SSL where there are no passwords" },
	{ "might require SASL authentication",
	  "if the broker is up, the port wants a login: set kafka.properties.security.protocol to SASL_SSL, with sasl.mechanism, sasl.username and kafka.password_file" },
	{ "alert bad certificate",
	  "the broker wants a client certificate: set kafka.properties.ssl.certificate.location and ssl.key.location" },
	{ "alert certificate required",
	  "the broker wants a client certificate: set kafka.properties.ssl.certificate.location and ssl.key.location" },
	{ "alert certificate unknown",
	  "the broker does not trust our client certificate: kafka.properties.ssl.certificate.location must be signed by a CA in its truststore" },
	{ "alert unknown ca",
	  "the broker does not trust our client certificate: kafka.properties.ssl.certificate.location must be signed by a CA in its truststore" },
	{ "Unsupported SASL mechanism",
	  "the broker does not take this login: set kafka.properties.sasl.mechanism to one of those that it supports" },
	{ "Invalid username or password",
	  "user or password is wrong: see kafka.properties.sasl.username and kafka.password_file" },
	{ "invalid credentials",
	  "user or password is wrong: see kafka.properties.sasl.username and kafka.password_file" },
	{ "Failed to resolve",
	  "a name in kafka.bootstrap_servers, or one that the broker advertises, is not known here" },
	{ "ssl.ca.location",
	  "kafka.properties.ssl.ca.location must be a file, readable by this user, with CA certificates as PEM" },
	{ "ssl.certificate.location",
	  "kafka.properties.ssl.certificate.location must be a file, readable by this user, with the client's certificate as PEM" },
	{ "ssl.key.location",
	  "kafka.properties.ssl.key.location must be a file, readable by this user, with the client's private key as PEM; ssl.key.password opens one that is locked" },
	{ "Topic authorization failed",
	  "an ACL is missing: growthctl acls shows which are needed, and with --execute an administrator creates them" },
	{ "Group authorization failed",
	  "an ACL for the consumer group is missing: growthctl acls shows which are needed, and with --execute an administrator creates them" },
	{ "Transactional Id authorization failed",
	  "an ACL for the transactional id is missing: growthctl acls shows which are needed, and with --execute an administrator creates them" },
	{ "Unknown topic or partition",
	  "a topic is missing: growthctl topics creates those that are, and says whether all are as they should be" },
	{ "Invalid session timeout",
	  "kafka.session_timeout is outside of what the broker allows: see its group.min.session.timeout.ms and group.max.session.timeout.ms" },
	{ "Consumer group has reached maximum size",
	  "the group has as many members as the broker allows (group.max.size): run fewer instances, or raise it" },
	{ "Inconsistent group protocol",
	  "the group has a member that is none of this worker's instances: set kafka.group_id to a group of its own, or end the other" },
	{ "Cluster authorization failed",
	  "only an administrator of the cluster may do this: log in as one" },
	{ NULL, NULL },
};

static const char old_scram[] =
	"user or password is wrong (kafka.properties.sasl.username, kafka.password_file), or the broker is Kafka 4.0 or newer, to which "
	"librdkafka before 2.6.1 cannot log in by SCRAM: then PLAIN over TLS, a client certificate, or a newer librdkafka";

static const struct diagnosis postgres[] = {
	{ "certificate verify failed",
	  "the server's certificate is not accepted: set sslrootcert to the certificate of the CA that signed it" },
	{ "does not match host name",
	  "host in postgres.conninfo must be a name that the server's certificate has" },
	{ "root certificate file",
	  "sslrootcert in postgres.conninfo must be a file, readable by this user, with CA certificates as PEM; a weaker sslmode is no cure" },
	{ "private key file",
	  "sslkey in postgres.conninfo: chmod 0600 the file, owned by the worker's user, or 0640 where root owns it" },
	{ "certificate file",
	  "sslcert in postgres.conninfo must be a file, readable by this user, with the client's certificate as PEM" },
	{ "server does not support SSL",
	  "the server has TLS switched off, or it is another server: set ssl=on there; a weaker sslmode is no cure" },
	{ "no encryption",
	  "pg_hba.conf takes this user over TLS only: set sslmode=verify-full and sslrootcert in postgres.conninfo" },
	{ "no pg_hba.conf entry",
	  "pg_hba.conf of the server has no line for this user, database and address" },
	{ "no password supplied",
	  "the server wants a password: set postgres.password_file, or passfile in postgres.conninfo to a .pgpass of mode 0600 with a line that fits" },
	{ "password authentication failed",
	  "user or password is wrong: see user in postgres.conninfo (without it: growth_<worker>) and postgres.password_file" },
	{ "invalid response to SSL negotiation",
	  "who listens there is no Postgres: see host and port in postgres.conninfo" },
	{ "could not translate host name", "host in postgres.conninfo is not known here" },
	{ NULL, NULL },
};

static const char *find(const struct diagnosis *table, const char *said)
{
	while (table->said && !strstr(said, table->said))
		table++;
	return table->advice;
}

const char *diagnose_kafka(const char *said)
{
	if (strstr(said, "SASL mechanism SCRAM") && strstr(said, "invalid credentials") &&
	    rd_kafka_version() < SCRAM_FIXED)
		return old_scram;
	return find(kafka, said);
}

const char *diagnose_postgres(const char *said)
{
	return find(postgres, said);
}

const char *diagnose_certificate(int verdict)
{
	switch (verdict) {
	case X509_V_ERR_CERT_HAS_EXPIRED:
		return "the server's certificate, or its CA's, has expired: renew it there; is the clock of this machine right?";
	case X509_V_ERR_CERT_NOT_YET_VALID:
		return "the server's certificate is not valid yet: is the clock of this machine right?";
	case X509_V_ERR_HOSTNAME_MISMATCH:
	case X509_V_ERR_IP_ADDRESS_MISMATCH:
		return "the server's certificate is for another host: use a name that it has, here and in what the server advertises";
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
	case X509_V_ERR_CERT_SIGNATURE_FAILURE:
		return "the server's certificate is signed by a CA that is not trusted here: give that CA's certificate in "
		       "kafka.properties.ssl.ca.location (Kafka) or sslrootcert (Postgres)";
	case X509_V_ERR_CERT_REVOKED:
		return "the server's certificate is revoked";
	default:
		return X509_verify_cert_error_string(verdict);
	}
}
