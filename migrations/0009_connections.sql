-- A provisioning source: its settings, and since when it may do nothing.
create table connections (
  id text not null primary key,
  name text not null,
  kind text not null,
  -- JSON; what is not in it is as the program's default says.
  settings text not null,
  disabled_at bigint,
  -- Access tokens that were issued before are refused: a rotation without overlap moves it.
  tokens_since bigint not null,
  created_at bigint not null,
  created_by text not null,
  updated_at bigint not null,
  constraint "connections.name" unique (name)
);

-- What an API key with the scope `scim` and no connection acts for. It owns nothing.
insert into connections (id, name, kind, settings, tokens_since, created_at, created_by, updated_at)
values ('00000000-0000-7000-8000-000000000001', 'API keys', 'generic', '{}', 0, 0, 'system', 0);
insert into revisions (topic, number) values ('connections', 0);

-- A connection's bearer secrets are API keys; its OAuth client is a client.
alter table api_keys add column connection_id text references connections (id);
create index api_keys_connection_id on api_keys (connection_id);
alter table clients add column connection_id text references connections (id);
create index clients_connection_id on clients (connection_id);

-- Foreign issuers whose assertions a connection's client may present instead of a secret.
create table trusted_issuers (
  id text not null primary key,
  connection_id text not null references connections (id) on delete cascade,
  issuer text not null,
  subject text not null,
  audience text not null,
  created_at bigint not null,
  created_by text not null
);

create index trusted_issuers_connection_id on trusted_issuers (connection_id);

-- Assertions that were used. A row outlives its assertion, so that none is taken twice.
create table used_assertions (
  digest text not null primary key,
  expires_at bigint not null
);
create index used_assertions_expires_at on used_assertions (expires_at);

-- A source's own name for a resource. Every connection has its own.
create table external_ids (
  connection_id text not null references connections (id) on delete cascade,
  resource_kind text not null,
  resource_id text not null,
  external_id text not null,
  constraint external_ids_pk primary key (resource_id, connection_id)
);
create index external_ids_external_id on external_ids (connection_id, resource_kind, external_id);

-- What was written before there were connections was written by the built-in one.
insert into external_ids (connection_id, resource_kind, resource_id, external_id)
select '00000000-0000-7000-8000-000000000001', 'user', id, external_id
  from users where external_id is not null;
insert into external_ids (connection_id, resource_kind, resource_id, external_id)
select '00000000-0000-7000-8000-000000000001', 'group', id, external_id
  from groups where external_id is not null;
drop index users_external_id;
alter table users drop column external_id;

-- Who created the user; and whose its attributes are: JSON, for each connection the names.
alter table users add column owner_id text references connections (id);
alter table users add column owned text not null default '{}';
create index users_owner_id on users (owner_id);

-- Whether a group's name is unique is for its connection to say, so the constraint moves to
-- a column that is empty where it is not. SQLite cannot drop a constraint, so the tables are
-- made anew; the children are put aside first, or the parent's going would take them along.
create table kept_groups as select * from groups;
create table kept_group_users as select * from group_users;
create table kept_group_groups as select * from group_groups;
drop table group_users;
drop table group_groups;
drop table groups;

create table groups (
  id text not null primary key,
  display_name text not null,
  display_name_key text not null,
  -- `display_name_key`, or nothing when others may have the same name.
  unique_name_key text,
  attributes text not null,
  owner_id text references connections (id),
  owned text not null default '{}',
  version bigint not null,
  created_at bigint not null,
  updated_at bigint not null,
  constraint "groups.unique_name_key" unique (unique_name_key)
);
create index groups_display_name_key on groups (display_name_key);
create index groups_owner_id on groups (owner_id);

create table group_users (
  group_id text not null references groups (id) on delete cascade,
  user_id text not null references users (id) on delete cascade,
  constraint "group_users.group_id, group_users.user_id" primary key (group_id, user_id)
);
create index group_users_user_id on group_users (user_id);

create table group_groups (
  group_id text not null references groups (id) on delete cascade,
  child_id text not null references groups (id) on delete cascade,
  constraint "group_groups.group_id, group_groups.child_id" primary key (group_id, child_id)
);
create index group_groups_child_id on group_groups (child_id);

insert into groups (id, display_name, display_name_key, unique_name_key, attributes, version,
  created_at, updated_at)
select id, display_name, display_name_key, display_name_key, attributes, version,
  created_at, updated_at from kept_groups;
insert into group_users (group_id, user_id) select group_id, user_id from kept_group_users;
insert into group_groups (group_id, child_id) select group_id, child_id from kept_group_groups;
drop table kept_group_users;
drop table kept_group_groups;
drop table kept_groups;
