-- The database as it was known at a moment. With
--   set technic.known_at = '2026-03-31 18:00 America/New_York'; set search_path = as_known, public;
-- every query of a session reads what had been committed by then.
create or replace function as_known.moment() returns timestamptz language sql stable as $$
    select current_setting('technic.known_at')::timestamptz
$$;
