-- $1 text, $2 text  the name that this database has, and the one that live will have. A promotion that came to nothing is forgotten.
WITH vain AS (
	DELETE FROM operator.promotions p WHERE p.shadow = $1
)
INSERT INTO operator.promotions (shadow, former) VALUES ($1, $2);
