-- Access tokens that were revoked before their end, by their `jti`. A row outlives its token.
create table revoked_access_tokens (
  jti text not null primary key,
  expires_at bigint not null
);
create index revoked_access_tokens_expires_at on revoked_access_tokens (expires_at);

-- DPoP proofs that were used (RFC 9449), by a digest of key and `jti`. A row outlives its proof,
-- so that none is taken twice.
create table used_proofs (
  digest text not null primary key,
  expires_at bigint not null
);
create index used_proofs_expires_at on used_proofs (expires_at);
