-- $1 the file's number, $2 its name, $3 its checksum
INSERT INTO public.growth_migrations (version, name, checksum) VALUES ($1, $2, $3);
