-- What administrators declare beside the built-in schemas.
create table schema_extensions (
  -- The URN in lower case: URNs are compared without case.
  id_key text not null,
  resource_type text not null,
  -- JSON: the entry of /Schemas.
  definition text not null,
  created_at bigint not null,
  constraint "schema_extensions.id_key" primary key (id_key)
);
insert into revisions (topic, number) values ('schema_extensions', 0);

-- Values of unique attributes of declared schemas, once more, so that no two resources get
-- the same one.
create table unique_values (
  schema_key text not null,
  attribute text not null,
  value_key text not null,
  user_id text references users (id) on delete cascade,
  group_id text references groups (id) on delete cascade,
  constraint unique_values_pk primary key (schema_key, attribute, value_key)
);
create index unique_values_user_id on unique_values (user_id);
create index unique_values_group_id on unique_values (group_id);
