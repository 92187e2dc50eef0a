-- Some indicators of a session ($1).
select symbol_id, bars, {columns} from indicators where session = $1::date
