-- The promotion that made this database live, if it is.
SELECT id, shadow, former, undone_at IS NOT NULL AS undone FROM operator.promotions ORDER BY id DESC LIMIT 1;
