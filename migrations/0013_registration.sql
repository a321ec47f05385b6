-- The secret itself, sealed, of clients that sign with it (client_secret_jwt): a signature
-- cannot be checked against a digest.
alter table client_secrets add column sealed text;

-- Clients that no administrator registered: over HTTP (RFC 7591), or by a document of theirs.
create table self_registered_clients (
  client_id text not null primary key references clients (id) on delete cascade,
  -- 'registration' or 'document'.
  kind text not null,
  -- Of the registration access token (RFC 7592); none for a document.
  token_digest text,
  created_at bigint not null,
  used_at bigint not null,
  constraint self_registered_clients_token unique (token_digest)
);
create index self_registered_clients_used_at on self_registered_clients (used_at);

-- A client may delete itself, and what it was allowed goes with it: without these, by reading
-- what all were allowed.
create index consents_client_id on consents (client_id);
create index grants_client_id on grants (client_id);
