-- All that is known of all contractors, one contractor after the other: profiles, then where is_action what he did.
SELECT o.contractor_id, o.occurred_at, o.event_id, false AS is_action, o.heard_until, o.revenue_tier, o.team_size,
	o.team_band, o.current_stage, o.focus_areas, o.annual_revenue, o.tier_since, o.status, NULL::varchar AS kind,
	NULL::text AS item, NULL::smallint AS satisfaction
FROM contractor_observations o
UNION ALL
SELECT a.contractor_id, a.occurred_at, a.event_id, true, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, a.kind,
	a.item, a.satisfaction
FROM contractor_actions a
ORDER BY contractor_id, occurred_at;
