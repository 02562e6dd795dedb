-- $1 bigint  a promotion
UPDATE operator.promotions SET undone_at = clock_timestamp() WHERE id = $1;
