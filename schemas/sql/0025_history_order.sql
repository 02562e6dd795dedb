-- Events of one instant are in the order of their ids' bytes, so the index that the history is read and written by is in that order, too: the
-- last profile before an event is one entry of it, where it took a sort; and bytes compare faster than words of a language.
ALTER TABLE contractor_observations ALTER COLUMN event_id TYPE TEXT COLLATE "C";
ALTER TABLE contractor_actions ALTER COLUMN event_id TYPE TEXT COLLATE "C";
