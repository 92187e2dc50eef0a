-- The digest of a day's ($1) distributions, made with the sector table of digest $2, if nothing
-- that they were made from has changed since.
select digest
from sector_distributions
where as_of = $1::date and sector_table = $2::text and stale_since is null
