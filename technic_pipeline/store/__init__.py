"""PostgreSQL: the schema, what goes in, what comes out."""
