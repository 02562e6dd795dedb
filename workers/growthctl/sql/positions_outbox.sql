-- What waits in the worker's outbox, and what Kafka has but nobody has deleted yet.
SELECT topic, partition, sequence FROM outbox;
