-- An authorization request that waits for a person (sign-in or consent).
create table authorization_requests (
  handle_digest text not null primary key,
  browser_digest text not null,
  client_id text not null references clients (id) on delete cascade,
  parameters text not null,
  -- Whom the client expects, by the ID token that it sent as a hint; the token is not kept.
  expected_user_id text,
  created_at bigint not null,
  expires_at bigint not null,
  completed_at bigint
);
create index authorization_requests_expires_at on authorization_requests (expires_at);

create table consents (
  user_id text not null references users (id) on delete cascade,
  client_id text not null references clients (id) on delete cascade,
  scope text not null,
  granted_at bigint not null,
  constraint consents_pk primary key (user_id, client_id)
);

create table authorization_codes (
  digest text not null primary key,
  grant_id text not null,
  client_id text not null references clients (id) on delete cascade,
  user_id text not null references users (id) on delete cascade,
  session_id text not null,
  redirect_uri text not null,
  scope text not null,
  nonce text,
  code_challenge text,
  auth_time bigint not null,
  amr text not null,
  acr text not null,
  created_at bigint not null,
  expires_at bigint not null,
  used_at bigint,
  ended_at bigint
);
create index authorization_codes_user_id on authorization_codes (user_id);
create index authorization_codes_expires_at on authorization_codes (expires_at);

-- What a code was redeemed for: access tokens name it, and one refresh-token
-- family lives in it. `refresh_generation` counts rotations; the newest secret is
-- the only one that is worth anything, and it is stored as a digest.
create table grants (
  id text not null primary key,
  client_id text not null references clients (id) on delete cascade,
  user_id text not null references users (id) on delete cascade,
  session_id text not null,
  scope text not null,
  auth_time bigint not null,
  amr text not null,
  acr text not null,
  refresh_generation bigint not null,
  refresh_digest text,
  refresh_expires_at bigint,
  created_at bigint not null,
  last_used_at bigint not null,
  expires_at bigint not null,
  ended_at bigint,
  end_reason text
);
create index grants_user_id on grants (user_id);
create index grants_session_id on grants (session_id);
create index grants_expires_at on grants (expires_at);
