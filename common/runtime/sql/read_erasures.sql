SELECT e.contractor_id, e.erased_at
FROM erased_contractors e JOIN unnest($1::int[]) AS wanted(contractor_id) USING (contractor_id);
