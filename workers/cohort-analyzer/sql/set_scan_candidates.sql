-- $1 bytea  2^n bits, as get_bit() counts them
-- The contractors whose rows scan_observations_of_candidates.sql and scan_actions_of_candidates.sql read are those whose id modulo 2^n has its
-- bit set, until the end of the transaction: a COPY has no parameters.
SELECT set_config('growth.scan_candidates', '\x' || encode($1::bytea, 'hex'), true),
	set_config('growth.scan_mask', (8 * length($1::bytea) - 1)::text, true);
