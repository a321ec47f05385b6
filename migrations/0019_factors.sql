-- Authenticator apps (RFC 6238). The secret is sealed. `last_step` is the newest time step whose
-- code was accepted: none is accepted twice. Not confirmed: it proves nothing yet.
create table totp_authenticators (
  id text not null primary key,
  user_id text not null references users (id) on delete cascade,
  name text not null,
  sealed_secret text not null,
  last_step bigint not null,
  created_at bigint not null,
  confirmed_at bigint,
  last_used_at bigint
);
create index totp_authenticators_user_id on totp_authenticators (user_id);

-- WebAuthn credentials. `kind` is `passkey` (verifies the person by itself, opens a sign-in) or
-- `security_key` (proves possession, beside a password). `credential` is what its next assertion
-- is checked against: a public key, a counter, flags. None of it is secret.
create table webauthn_credentials (
  id text not null primary key,
  user_id text not null references users (id) on delete cascade,
  kind text not null,
  name text not null,
  credential_id text not null,
  credential text not null,
  aaguid text,
  backed_up boolean not null,
  created_at bigint not null,
  last_used_at bigint,
  suspended_at bigint,
  constraint "webauthn_credentials.credential_id" unique (credential_id)
);
create index webauthn_credentials_user_id on webauthn_credentials (user_id);

-- Recovery codes, as digests. A used one stays, so that it can be said when it was used.
create table recovery_codes (
  user_id text not null references users (id) on delete cascade,
  digest text not null,
  created_at bigint not null,
  used_at bigint,
  constraint recovery_codes_pk primary key (user_id, digest)
);
