-- `id` is the `kid`. The private key is sealed with the master key.
create table signing_keys (
  id text not null primary key,
  algorithm text not null,
  sealed_private_key text not null,
  public_jwk text not null,
  created_at bigint not null,
  signs_from bigint not null,
  signs_until bigint,
  published_until bigint
);
