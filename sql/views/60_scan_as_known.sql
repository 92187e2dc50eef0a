-- What scan_current showed at a moment: of every session the newest version published by then.
create or replace function scan_as_known(moment timestamptz) returns setof scan_current
language sql stable as $$
    select r.*, n.version, n.published_at,
           case when n.stale_since <= moment then n.stale_since end
    from (
        select distinct on (scan, session)
               scan, scan_run_id, session, version, published_at, stale_since
        from scan_runs
        where published_at <= moment
        order by scan, session, version desc
    ) n
    join scan_results r
      on r.scan_run_id = n.scan_run_id and r.session = n.session and r.scan = n.scan
$$;
