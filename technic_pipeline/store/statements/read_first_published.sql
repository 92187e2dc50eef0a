-- When the first version of a session was published, null if none was.
select min(published_at) as published_at from scan_runs where session = %(session)s
