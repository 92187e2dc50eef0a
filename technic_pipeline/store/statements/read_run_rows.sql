-- Some columns of a run's table, in its order.
select {columns} from scan_results where session = %(session)s and scan_run_id = %(run)s order by rank
