-- $1 the contractor; what his goals want him to do, in the order of each goal's list
SELECT goal_id::text AS goal_id, checklist_item, status
FROM growth_v1.contractor_checklist
WHERE contractor_id = $1
ORDER BY goal_id, position;
