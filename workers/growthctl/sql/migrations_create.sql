CREATE TABLE IF NOT EXISTS public.growth_migrations (
	version INTEGER PRIMARY KEY,
	name TEXT NOT NULL,
	checksum TEXT NOT NULL, -- SHA-256 of the file
	applied_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
