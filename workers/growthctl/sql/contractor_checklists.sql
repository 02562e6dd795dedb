-- $1 the contractor; what his goals want him to do, in the order of each goal's list
SELECT goal_id, checklist_item, status
FROM ai_concierge_checklist_items
WHERE contractor_id = $1
ORDER BY goal_id, position;
