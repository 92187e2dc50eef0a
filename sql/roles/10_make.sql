-- Makes the cluster's three roles where they are missing. An owner may do what a writer may, a writer
-- what a reader may; nobody logs in as one of them, users are made members.
do $$
declare
    made text;
    member text;
begin
    for made, member in
        values ('technic_owner', current_user::text), ('technic_writer', 'technic_owner'),
               ('technic_reader', 'technic_writer')
    loop
        continue when to_regrole(made) is not null;
        begin
            execute format('create role %I', made);
            execute format('grant %I to %I', made, member);
        exception when duplicate_object or unique_violation then
            -- The migration of another database of this cluster made it at the same moment.
            null;
        end;
    end loop;
end
$$;
