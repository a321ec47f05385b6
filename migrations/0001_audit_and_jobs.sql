-- One text for SQLite and PostgreSQL. Times are milliseconds since the epoch.
-- A unique constraint is named as SQLite reports it ("table.column"), so that
-- both engines name a refusal alike.

create table audit_events (
  id text not null primary key,
  at bigint not null,
  actor_kind text not null,
  actor_id text,
  action text not null,
  subject_kind text,
  subject_id text,
  request_id text,
  detail text not null
);
create index audit_events_at on audit_events (at);
create index audit_events_subject on audit_events (subject_id, at);

create table jobs (
  id text not null primary key,
  kind text not null,
  payload text not null,
  run_at bigint not null,
  attempts bigint not null,
  lease_until bigint,
  lease_owner text,
  last_error text,
  -- When it had failed so often that it is left for a person to look at.
  given_up_at bigint,
  created_at bigint not null
);
create index jobs_run_at on jobs (run_at);

-- What is kept in memory (clients, signing keys) moves its number here with
-- every change; a node that sees another number reads again.
create table revisions (
  topic text not null primary key,
  number bigint not null
);
insert into revisions (topic, number) values ('clients', 0);
insert into revisions (topic, number) values ('signing_keys', 0);
