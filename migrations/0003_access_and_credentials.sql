-- The facts about a user's access that do not come from a SCIM source.
-- No row: access is granted and nothing else is known.
create table access_facts (
  user_id text not null references users (id) on delete cascade,
  fact text not null,
  since bigint not null,
  until bigint,
  by_actor text not null,
  reason text,
  constraint access_facts_pk primary key (user_id, fact)
);

create table passwords (
  user_id text not null primary key references users (id) on delete cascade,
  phc text not null,
  must_change boolean not null,
  set_at bigint not null,
  set_by text not null
);

create table failed_tries (
  user_id text not null references users (id) on delete cascade,
  factor text not null,
  tries bigint not null,
  since bigint not null,
  last_at bigint not null,
  constraint failed_tries_pk primary key (user_id, factor)
);
