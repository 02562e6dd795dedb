SELECT p.topic, p.partition, p.next_offset FROM positions p ORDER BY p.topic, p.partition;
