-- Makes this the digest of the day; computed_at stays while the same is computed again.
insert into sector_distributions (as_of, symbols, digest, sector_table)
values (:as_of, :symbols, :digest, :sector_table)
on conflict (as_of) do update
set symbols = excluded.symbols, digest = excluded.digest, sector_table = excluded.sector_table,
    computed_at = excluded.computed_at, stale_since = null
