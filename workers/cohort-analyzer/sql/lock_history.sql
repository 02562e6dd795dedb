-- Until the end of the transaction nobody moves the rows: they are read by their places.
LOCK TABLE contractor_observations, contractor_actions IN ACCESS SHARE MODE;
