-- Keys of ours to which clients encrypt. One is published until the next is made, and opens for
-- a while longer what was encrypted by those that keep the key set.
create table encryption_keys (
  id text not null primary key,
  kind text not null,
  sealed_private_key text not null,
  created_at bigint not null,
  opens_until bigint
);
create index encryption_keys_opens_until on encryption_keys (opens_until);

-- Device authorizations (RFC 8628): a device asks, a person decides on another screen, the
-- device polls. Both codes stand here as digests only; the one that a person types is short, so
-- its digest is keyed.
create table device_authorizations (
  device_digest text not null primary key,
  user_code_digest text not null constraint device_authorizations_user_code unique,
  -- The grant that it will be.
  grant_id text not null,
  client_id text not null references clients (id) on delete cascade,
  scope text not null,
  terms text not null,
  -- Where the device was when it asked, to be shown to the person.
  asked_from text not null,
  asked_by text not null,
  created_at bigint not null,
  expires_at bigint not null,
  poll_interval bigint not null,
  next_poll_at bigint not null,
  polled_early boolean not null,
  decided_at bigint,
  allowed boolean,
  user_id text references users (id) on delete cascade,
  session_id text,
  auth_time bigint,
  amr text,
  acr text,
  used_at bigint,
  ended_at bigint
);
create index device_authorizations_expires_at on device_authorizations (expires_at);
create index device_authorizations_user on device_authorizations (user_id);

-- Wrong user codes, by the session and by the address that typed them.
create table user_code_tries (
  typed_by text not null primary key,
  tries bigint not null,
  counted_until bigint not null
);
create index user_code_tries_counted_until on user_code_tries (counted_until);
