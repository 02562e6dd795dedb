-- A stage or a team size that nobody knows is kept in upstream's own words, as long as they are: a profile whose words were longer than 50
-- characters was refused as a whole. TEXT is stored as VARCHAR is, so no row is written anew; the columns are in no index and in no view.
ALTER TABLE contractors
	ALTER COLUMN team_band TYPE TEXT,
	ALTER COLUMN current_stage TYPE TEXT;
ALTER TABLE contractor_observations
	ALTER COLUMN team_band TYPE TEXT,
	ALTER COLUMN current_stage TYPE TEXT;
