-- Marks the published scans of restated sessions; a version is never altered, only flagged. In the
-- order of their numbers, so that two transactions that mark the same ones do not wait for each other.
with restated as (
    select scan_run_id
    from scan_runs
    where session = any (cast(:sessions as date[])) and stale_since is null
    order by scan_run_id
    for update
)
update scan_runs r
set stale_since = clock_timestamp()
from restated
where r.scan_run_id = restated.scan_run_id
