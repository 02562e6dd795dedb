-- $1 bytea, $2 int  a set of contractors (decide_candidates.h): 2^n bits as get_bit() counts them, and by how much ids are shifted
-- Whose rows scan_observations_of_candidates.sql and scan_actions_of_candidates.sql read, until the end of the transaction: a COPY has no
-- parameters.
SELECT length(set_config('growth.scan_candidates', '\x' || encode($1::bytea, 'hex'), true)),
	set_config('growth.scan_mask', (8 * length($1::bytea) - 1)::text, true),
	set_config('growth.scan_shift', $2::int::text, true);
