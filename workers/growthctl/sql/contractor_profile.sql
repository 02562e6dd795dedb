-- $1 the contractor
SELECT revenue_tier, coalesce(team_size::text, team_band) AS team, current_stage,
       focus_areas::text AS focus_areas, annual_revenue, status, tier_entered_at
FROM contractors WHERE id = $1;
