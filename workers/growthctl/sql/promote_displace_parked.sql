-- In a worker's schema: no message of live's log can be taken for one of these.
UPDATE parked SET kafka_offset = -1 - kafka_offset WHERE kafka_offset >= 0;
