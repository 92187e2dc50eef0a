-- Tells the planner anew what is in the tables.
select analyze_table(named) from unnest(cast(:tables as regclass[])) as named
