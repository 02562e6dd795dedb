#!/usr/bin/env bash
# A parked message that Postgres refuses is found among others of its partition, and dead-lettered alone, though parked messages of
# another partition are tried between the attempts and succeed each time.
# shellcheck source=tests/support/pipeline.bash
. "${GROWTH_SOURCE:?}/tests/support/pipeline.bash"

# completion PARTITION CONTRACTOR: of a goal that never comes
completion()
{
	printf '%d:{"contractor_id":%d,"goal_id":"0b9e2c7e-6f0c-4f3e-9d53-%012d","occurred_at":"2024-01-04T00:00:00Z","outcome":"completed"}\n' \
		"$2" "$2" "$2" |
		kcat -P -K: -b "$GROWTH_KAFKA_BOOTSTRAP_SERVERS" -t "${pipeline_prefix}goal.completed" -p "$1"
}

letters()
{
	topic_dump success-tracker.dlq "${1:-%s\n}"
}

parked()
{
	[ "$(sql 'SELECT count(*) FROM success_tracker.parked')" = "$1" ]
}

has_letter()
{
	[ -n "$(letters)" ]
}

has_been_tried()
{
	[ "$(sql "SELECT attempts >= $2 FROM success_tracker.parked WHERE contractor_id = $1")" = t ]
}

# Contractor 1's message cannot be parked again: a data error, as of a value that a column does not take. All are due at once.
pipeline_new parked_poison
sql "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS \$\$
	BEGIN
		IF NEW.contractor_id = 1 AND NEW.attempts > 0 THEN RAISE 'poison' USING ERRCODE = '22000'; END IF;
		NEW.retry_at = now();
		RETURN NEW;
	END \$\$;
	CREATE TRIGGER refuse BEFORE INSERT ON success_tracker.parked FOR EACH ROW EXECUTE FUNCTION refuse()"
completion 0 1
completion 0 2
completion 1 3
start_worker success-tracker
wait_for "dead letter" has_letter
check "it is the one at fault" [ "$(letters | jq .contractor_id)" = 1 ]
check "with what Postgres said" [ "$(letters '%h\n' | grep -c 'exception.message=.*poison')" = 1 ]
check "the others are parked" parked 2
wait_for "another attempt at its neighbour" has_been_tried 2 1
check "the other partition was tried all the time" has_been_tried 3 3
stop_workers
