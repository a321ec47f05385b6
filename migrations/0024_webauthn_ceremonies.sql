-- The name under which authenticators know a user: random, and in no other place. It says nothing
-- of the account to whoever holds the authenticator.
create table webauthn_users (
  user_id text not null primary key references users (id) on delete cascade,
  handle text not null,
  constraint "webauthn_users.handle" unique (handle)
);

-- WebAuthn ceremonies that wait for their answer, by the digest of their challenge. `bound_to` is
-- the sign-in or the session that asked; `purpose` is what the answer will do. A row is deleted
-- by the first answer to it, right or wrong.
create table webauthn_ceremonies (
  challenge_digest text not null primary key,
  purpose text not null,
  bound_to text not null,
  user_id text references users (id) on delete cascade,
  state text not null,
  created_at bigint not null,
  expires_at bigint not null
);
create index webauthn_ceremonies_bound_to on webauthn_ceremonies (bound_to);
create index webauthn_ceremonies_user_id on webauthn_ceremonies (user_id);
create index webauthn_ceremonies_expires_at on webauthn_ceremonies (expires_at);
