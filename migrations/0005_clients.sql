create table clients (
  id text not null primary key,
  name text not null,
  confidential boolean not null,
  -- JSON: redirect_uris, post_logout_redirect_uris, grant_types, and the rest of
  -- the registered metadata in the names of RFC 7591.
  metadata text not null,
  scope text not null,
  disabled_at bigint,
  created_at bigint not null,
  updated_at bigint not null
);

create table client_secrets (
  id text not null primary key,
  client_id text not null references clients (id) on delete cascade,
  digest text not null,
  created_at bigint not null,
  expires_at bigint,
  constraint "client_secrets.digest" unique (digest)
);
create index client_secrets_client_id on client_secrets (client_id);
