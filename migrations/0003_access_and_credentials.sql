-- The facts about a user's access that an administrator states. No row: access is
-- granted and nothing else is known. (`inactive` stands with the user.)
create table access_facts (
  user_id text not null references users (id) on delete cascade,
  fact text not null,
  since bigint not null,
  until bigint,
  by_actor text not null,
  reason text,
  constraint access_facts_pk primary key (user_id, fact)
);

-- From when and until when a user's access holds; NULL is unbounded.
create table validity_periods (
  user_id text not null primary key references users (id) on delete cascade,
  valid_from bigint,
  valid_until bigint,
  set_at bigint not null,
  by_actor text not null,
  reason text
);

-- Held (written) by every change that cuts or uses a user's access, so that the two
-- wait for each other and neither misses what the other did.
create table access_holds (
  user_id text not null primary key references users (id) on delete cascade,
  held_at bigint not null
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

-- Tries under names that nobody has: one row, so that such a try costs the same
-- durable write as one under a name that somebody has.
create table unknown_tries (
  factor text not null primary key,
  tries bigint not null,
  since bigint not null,
  last_at bigint not null
);
