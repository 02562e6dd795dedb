-- A row here has cohort-analyzer look at outcomes as of another time than now. A replay writes it, in its shadow, as the database's owner; the
-- operator's role, which could (0020), could do the same in live.
REVOKE INSERT, UPDATE, DELETE ON cohort_analyzer.asked_evaluations FROM growth_operator;
