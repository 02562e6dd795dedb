# shellcheck shell=bash
# What a secured pair has besides: $dir/security with
#   ca.crt, ca.key      who is to be trusted; stranger.crt is somebody else's CA
#   NAME.crt, NAME.key  of the servers, for 127.0.0.1 and no other name: kafka, postgres; NAME-expired: the same, but
#                       no longer valid
#   kafka/, postgres/   a password a file, named as the account is: growth-matcher, growth_matcher
#   pgpass              the passwords of postgres/ once more, as libpq reads them
#   kcat.conf           the administrator of Kafka, for kcat -F
# Everything is made on the fly and goes with $dir. Every function expects $dir.

# In Kafka growth-NAME, in Postgres growth_NAME. A stranger may log in, and nothing else.
readonly accounts=(cohort-analyzer matcher goal-enricher success-tracker operator reader stranger)

secured()
{
	[[ -d $dir/security ]]
}

# make_ca NAME
make_ca()
{
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 \
		-subj "/CN=growth-$1" -addext basicConstraints=critical,CA:TRUE \
		-addext keyUsage=critical,keyCertSign,cRLSign \
		-keyout "$1.key" -out "$1.crt" 2>/dev/null
}

# make_certificate NAME DAYS: signed by ca; DAYS below 0: it has ended
make_certificate()
{
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=growth-${1%-expired}" \
		-addext subjectAltName=IP:127.0.0.1 -addext extendedKeyUsage=serverAuth,clientAuth \
		-keyout "$1.key" -out "$1.csr" 2>/dev/null
	openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -copy_extensions copy \
		-days "$2" -out "$1.crt" 2>/dev/null
	rm "$1.csr"
}

# Without '=', '+' and '/', which settings of Kafka's and Postgres's would want to be quoted.
make_password()
{
	head -c 24 /dev/urandom | base64 | tr '+/' 'AB'
}

make_passwords()
{
	local account

	make_password >kafka/growth-admin
	make_password >postgres/postgres
	for account in "${accounts[@]}"; do
		make_password >"kafka/growth-$account"
		make_password >"postgres/growth_${account//-/_}"
	done
	for account in postgres/*; do
		echo "*:*:*:${account#*/}:$(<"$account")"
	done >pgpass
}

security_create()
(
	umask 077
	mkdir "$dir/security"
	cd "$dir/security"
	mkdir kafka postgres
	make_ca ca
	make_ca stranger
	for server in kafka postgres; do
		make_certificate "$server" 30
		make_certificate "$server-expired" -1
	done
	for server in kafka kafka-expired; do
		cat "$server.key" "$server.crt" >"$server.pem"	# as Kafka wants them
	done
	make_passwords
	cat >kcat.conf <<-END
		security.protocol=SASL_SSL
		sasl.mechanism=PLAIN
		sasl.username=growth-admin
		sasl.password=$(<kafka/growth-admin)
		ssl.ca.location=$dir/security/ca.crt
	END
)

# NAME and VALUE of libpq's variables, one a line: who speaks to the secured Postgres as its superuser
security_libpq()
{
	printf '%s\n' PGPASSFILE="$dir/security/pgpass" PGSSLMODE=verify-full PGSSLROOTCERT="$dir/security/ca.crt"
}

# Kafka's accounts, as the settings of its PLAIN mechanism have them
security_users()
{
	local account

	for account in "$dir"/security/kafka/*; do
		[[ ! -e $account ]] || printf 'user_%s="%s" ' "${account##*/}" "$(<"$account")"
	done
}

# The administrators' environment; who is another account says so, with its own password file.
security_environment()
{
	local folder=$dir/security setting

	if [[ -e $dir/kafka/expired-port ]]; then
		printf 'export %s=%q\n' GROWTH_DEV_KAFKA_EXPIRED "127.0.0.1:$(<"$dir/kafka/expired-port")"
	fi
	printf 'export %s=%q\n' GROWTH_DEV_SECURITY "$folder" \
		GROWTH_KAFKA_PROPERTIES_SECURITY_PROTOCOL SASL_SSL \
		GROWTH_KAFKA_PROPERTIES_SASL_MECHANISM PLAIN \
		GROWTH_KAFKA_PROPERTIES_SSL_CA_LOCATION "$folder/ca.crt" \
		GROWTH_KAFKA_PROPERTIES_SASL_USERNAME growth-admin \
		GROWTH_KAFKA_PASSWORD_FILE "$folder/kafka/growth-admin"
	while read -r setting; do
		printf 'export %s=%q\n' "${setting%%=*}" "${setting#*=}"
	done < <(security_libpq)
}
