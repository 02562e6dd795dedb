/*
 * What librdkafka, OpenSSL and libpq say when a connection, a login or a right is refused, and what
 * an operator is to do then. They know the failure, not the product's configuration; this table has
 * both.
 */
#pragma once

/* What to do about a text of Kafka's client; NULL: it is none of those that are known. */
const char *diagnose_kafka(const char *said);

/* The same for a text of libpq's. */
const char *diagnose_postgres(const char *said);

/* OpenSSL's verdict on a certificate (X509_V_ERR_…, never 0), in words that begin with what is
 * wrong with it. */
const char *diagnose_certificate(int verdict);
