create table api_keys (
  id text not null primary key,
  name text not null,
  owner_id text references users (id) on delete cascade,
  scope text not null,
  created_at bigint not null,
  created_by text not null,
  rotated_at bigint,
  revoked_at bigint,
  revoke_reason text
);
create index api_keys_owner_id on api_keys (owner_id);

-- One live secret, or two while a rotation overlaps. `hint` is the beginning of the
-- key's text, for people to tell two apart.
create table api_key_secrets (
  id text not null primary key,
  api_key_id text not null references api_keys (id) on delete cascade,
  digest text not null,
  hint text not null,
  created_at bigint not null,
  expires_at bigint not null,
  last_used_at bigint,
  constraint "api_key_secrets.digest" unique (digest)
);
create index api_key_secrets_api_key_id on api_key_secrets (api_key_id);
create index api_key_secrets_expires_at on api_key_secrets (expires_at);
