SELECT version, name, checksum, applied_at FROM public.growth_migrations ORDER BY version;
