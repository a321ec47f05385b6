-- What provisioning sources did and tried to do. Documents are JSON without secrets.
create table ledger_entries (
  id text not null primary key,
  connection_id text not null references connections (id) on delete cascade,
  at bigint not null,
  request_id text,
  method text not null,
  resource_kind text not null,
  -- None when a creation was refused.
  resource_id text,
  -- The user name or the group's name, and how it is looked for.
  resource_name text,
  name_key text,
  decision text not null,
  status bigint not null,
  scim_type text,
  detail text,
  before_document text,
  after_document text
);
create index ledger_entries_connection_id on ledger_entries (connection_id, at);
create index ledger_entries_resource_id on ledger_entries (resource_id, at);
create index ledger_entries_name_key on ledger_entries (name_key, at);
create index ledger_entries_at on ledger_entries (at);

-- The users that entries about groups are about as well: they came or went.
create table ledger_members (
  member_id text not null,
  entry_id text not null references ledger_entries (id) on delete cascade,
  constraint ledger_members_pk primary key (member_id, entry_id)
);
create index ledger_members_entry_id on ledger_members (entry_id);

-- One row a connection that has ever deactivated or deleted anyone. Whoever is about to do
-- so holds it, so that of several at once none is counted without the others.
create table brakes (
  connection_id text not null primary key references connections (id) on delete cascade,
  -- How many active users it had, and when that was counted.
  users bigint not null,
  counted_at bigint not null,
  -- Since when it holds.
  held_since bigint
);

-- How many users went in each minute.
create table brake_minutes (
  connection_id text not null references connections (id) on delete cascade,
  minute bigint not null,
  gone bigint not null,
  constraint brake_minutes_pk primary key (connection_id, minute)
);
