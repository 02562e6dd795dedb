-- A dead-letter topic that was deleted and made anew begins at offset 0 again: other letters are at the places of the former ones. So a record says
-- by Kafka's timestamp which letter it is about. NULL: it was written before this, and is about whatever letter is at that place.
ALTER TABLE operator.dead_letters ADD COLUMN dead_lettered_at TIMESTAMPTZ;
DROP INDEX operator.dead_letters_sent_once;
CREATE UNIQUE INDEX dead_letters_sent_once ON operator.dead_letters (topic, partition, kafka_offset, dead_lettered_at)
	NULLS NOT DISTINCT WHERE action <> 'discard' AND outcome <> 'undone';
