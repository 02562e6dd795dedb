-- $1 text[]  the ladder as it is: others are no more
DELETE FROM transitions t WHERE NOT t.transition = ANY ($1::text[]);
