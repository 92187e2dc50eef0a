-- What tells this database from others that share a Redis: one copied from it has another number.
select database_id::text || '.' || oid::text as database_id
from database_identity, pg_database
where datname = current_database()
