-- Marks the published scans of restated sessions; a version is never altered, only flagged.
update scan_runs
set stale_since = clock_timestamp()
where session = any (cast(:sessions as date[])) and stale_since is null
