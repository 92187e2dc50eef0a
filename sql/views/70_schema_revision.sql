-- The newest of the migrations that this database has seen.
create view schema_revision as
select version_num from alembic_version;
