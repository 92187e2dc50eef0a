-- The versions of scans that were published by the moment.
create view as_known.scan_runs as
select * from scan_runs where published_at <= (select as_known.moment());
