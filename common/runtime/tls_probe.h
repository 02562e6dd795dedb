/* A second look at a Postgres whose certificate was refused: libpq does not say what is wrong with
 * it. */
#pragma once

/*
 * Connects to `host`, or to `address` where that is known, and asks for TLS as libpq does.
 * OpenSSL's verdict (X509_V_ERR_…) on the certificate under the CAs of the PEM file ca_file; 0:
 * none, or no answer within some seconds. Sends nothing that is secret.
 */
int tls_probe(const char *host, const char *address, const char *port, const char *ca_file);
