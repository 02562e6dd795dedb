-- How far the worker's state is; nothing is locked.
SELECT topic, partition, next_offset, sequence, epoch, snapshot FROM positions;
