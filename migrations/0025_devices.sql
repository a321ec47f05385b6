-- Browsers in which a person has completed a sign-in. The secret of the cookie is kept as a digest
-- and replaced at every sign-in. Until `trusted_until`, the second factor is not asked for there.
create table devices (
  id text not null primary key,
  user_id text not null references users (id) on delete cascade,
  secret_digest text not null,
  browser text not null,
  system text not null,
  address text,
  created_at bigint not null,
  last_used_at bigint not null,
  trusted_at bigint,
  trusted_until bigint,
  constraint "devices.secret_digest" unique (secret_digest)
);
create index devices_user_id on devices (user_id);
create index devices_last_used_at on devices (last_used_at);

-- Secrets that were replaced: who comes with one has a copy.
create table spent_device_secrets (
  digest text not null primary key,
  device_id text not null references devices (id) on delete cascade,
  spent_at bigint not null
);
create index spent_device_secrets_device_id on spent_device_secrets (device_id);
create index spent_device_secrets_spent_at on spent_device_secrets (spent_at);

-- Whether the person wants this browser to be trusted when the sign-in is complete.
alter table sign_ins add column trust_asked boolean not null default false;
-- In which device a session was opened; and since when that had been trusted, when it was spared
-- the second factor for it.
alter table sessions add column device_id text;
alter table sessions add column trusted_at bigint;

-- When what was issued to the person was ended after the end of the validity.
alter table validity_periods add column ended_at bigint;
create index validity_periods_to_end on validity_periods (valid_until) where ended_at is null;
