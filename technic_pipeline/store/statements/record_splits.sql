-- Makes the splits known today, executed on :since or later, those of the list: new ones are added,
-- vanished ones end, and the symbols' indicators must follow from the first bar on or after the
-- execution date.
with listed as (
    select t.symbol_id, s.execution_date, s.split_from, s.split_to, s.source_id
    from staged_splits s
    join symbol_tickers t
      on t.ticker = s.ticker and t.valid_from <= s.execution_date
     and s.execution_date < t.valid_to
),
withdrawn as (
    update splits s set known_to = now()
    where s.known_to is null and s.execution_date >= :since
      and not exists (
          select from listed l
          where (l.symbol_id, l.execution_date, l.split_from, l.split_to)
              = (s.symbol_id, s.execution_date, s.split_from, s.split_to)
      )
    returning symbol_id, execution_date
),
added as (
    insert into splits (symbol_id, execution_date, split_from, split_to, source_id)
    select l.symbol_id, l.execution_date, l.split_from, l.split_to, l.source_id
    from listed l
    where not exists (
        select from splits s
        where s.known_to is null
          and (l.symbol_id, l.execution_date, l.split_from, l.split_to)
            = (s.symbol_id, s.execution_date, s.split_from, s.split_to)
    )
    order by l.symbol_id, l.execution_date
    returning symbol_id, execution_date
),
touched as (
    select symbol_id, min(execution_date) as execution_date
    from (select * from added union all select * from withdrawn) changed
    group by symbol_id
),
pending as (
    insert into pending_changes (symbol_id, from_session)
    select t.symbol_id, min(b.session)
    from touched t
    join daily_bars b on b.symbol_id = t.symbol_id and b.session >= t.execution_date
    group by t.symbol_id
)
select (select count(*) from listed), (select count(*) from added),
       (select count(*) from withdrawn)
