-- Of whom a second factor is required, and how long they may trust a device: of everybody (no
-- group), or of the members of a group.
create table mfa_rules (
  id text not null primary key,
  group_id text references groups (id) on delete cascade,
  required boolean not null,
  trust_seconds bigint,
  set_at bigint not null,
  set_by text not null,
  constraint "mfa_rules.group_id" unique (group_id)
);

-- When a person without a factor was first asked to set one up.
create table mfa_grace (
  user_id text not null primary key references users (id) on delete cascade,
  asked_at bigint not null
);

-- Persons of whom an administrator requires no second factor.
create table mfa_exemptions (
  user_id text not null primary key references users (id) on delete cascade,
  since bigint not null,
  until bigint,
  by_actor text not null,
  reason text not null
);
