-- $1 text  its marks are cleared
DELETE FROM clearings c WHERE c.event_id = $1;
