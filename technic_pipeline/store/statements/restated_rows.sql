-- Removes the rows of some symbols from a session of each on (two arrays' text forms), which are about
-- to be written anew, and returns the sessions that had any.
with changed as (
    select *
    from unnest(
        cast(cast(:symbol_ids as text) as integer[]), cast(cast(:sessions as text) as date[])
    ) as c (symbol_id, from_session)
),
gone as (
    delete from indicators i
    using changed c
    where i.symbol_id = c.symbol_id and i.session >= c.from_session
      and i.session >= :earliest
    returning i.session
)
select distinct session from gone order by session
