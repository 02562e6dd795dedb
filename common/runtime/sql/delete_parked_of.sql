DELETE FROM parked p USING unnest($1::int[]) AS erased(contractor_id) WHERE p.contractor_id = erased.contractor_id;
