-- All actions, in no particular order.
SELECT a.contractor_id, a.occurred_at, a.satisfaction, a.kind, a.item, a.name
FROM contractor_actions a;
