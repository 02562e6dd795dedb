-- In a worker's schema: where it was in other topics, and what it has told there.
DELETE FROM positions;
DELETE FROM outbox;
