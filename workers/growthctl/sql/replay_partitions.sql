SELECT p.topic, p.partition, p.begins FROM replay.partitions p ORDER BY p.place;
