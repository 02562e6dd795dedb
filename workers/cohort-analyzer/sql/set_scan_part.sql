-- $1 bigint, $2 bigint  the blocks of contractor_observations from the one up to the other, without it
-- $3 bigint, $4 bigint  and of contractor_actions
-- What scan_candidates.sql, scan_observations.sql, scan_actions.sql and those of candidates read, until the end of the transaction: a COPY
-- has no parameters.
SELECT set_config('growth.scan_observations_from', format('(%s,0)', $1::bigint), true),
	set_config('growth.scan_observations_to', format('(%s,0)', $2::bigint), true),
	set_config('growth.scan_actions_from', format('(%s,0)', $3::bigint), true),
	set_config('growth.scan_actions_to', format('(%s,0)', $4::bigint), true);
