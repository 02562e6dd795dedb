-- A changed profile stays in its page, and no index is written to: what indexes have of a contractor (his id, partition and tier) seldom
-- changes. One page is changed a few times a batch, and the next batch takes back the room of those before.
ALTER TABLE contractors SET (fillfactor = 90);
