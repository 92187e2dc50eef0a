-- Whom a run left out and why, given as arrays' text forms.
insert into scan_exclusion_lists (scan_run_id, symbol_ids, reasons)
values (:scan_run_id, cast(cast(:symbol_ids as text) as integer[]),
        cast(cast(:reasons as text) as text[]))
