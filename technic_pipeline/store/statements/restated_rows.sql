-- Removes the rows that are about to be written anew, and returns the sessions that had any.
with changed as (
    select * from unnest(cast(:symbol_ids as integer[]), cast(:sessions as date[]))
        as c (symbol_id, from_session)
),
gone as (
    delete from indicators i
    using changed c
    where i.symbol_id = c.symbol_id and i.session >= c.from_session
      and i.session >= :earliest
    returning i.session
)
select distinct session from gone order by session
