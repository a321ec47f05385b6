create table users (
  id text not null primary key,
  user_name text not null,
  user_name_key text not null,
  external_id text,
  display_name text,
  -- The id of the manager, as the source gave it: it may name nobody here.
  manager text,
  active boolean not null,
  active_since bigint not null,
  active_by text not null,
  administrator boolean not null,
  -- The SCIM attributes that have no column of their own, as a JSON object.
  attributes text not null,
  version bigint not null,
  created_at bigint not null,
  updated_at bigint not null,
  constraint "users.user_name_key" unique (user_name_key)
);
create index users_external_id on users (external_id);
create index users_manager on users (manager);
-- Lists leave administrators out and go by id: counted in this index alone. Not the other
-- way round: nearly nobody is an administrator, and a planner that takes the flag for the
-- best way in reads everyone.
create index users_id_administrator on users (id, administrator);

-- E-mail addresses of `attributes`, once more, to be found by.
create table user_emails (
  user_id text not null references users (id) on delete cascade,
  position bigint not null,
  kind text,
  address_key text not null,
  constraint user_emails_pk primary key (user_id, position)
);
create index user_emails_address_key on user_emails (address_key, kind);

create table groups (
  id text not null primary key,
  display_name text not null,
  display_name_key text not null,
  external_id text,
  attributes text not null,
  version bigint not null,
  created_at bigint not null,
  updated_at bigint not null,
  constraint "groups.display_name_key" unique (display_name_key)
);
create index groups_external_id on groups (external_id);

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
