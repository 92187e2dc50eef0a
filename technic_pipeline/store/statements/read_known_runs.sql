-- Of every scan of a session the newest version that had been published by a moment.
select distinct on (scan) scan_run_id, scan, session, version, published_at, engine_fingerprint, definition
from scan_runs
where session = %(session)s and published_at <= %(moment)s
order by scan, version desc
