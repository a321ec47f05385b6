-- By how many time steps an app's clock was off when its last code was taken (RFC 6238 §6).
alter table totp_authenticators add column drift bigint not null default 0;

-- Temporary passes, as digests: an administrator issues one to a person who can sign in with
-- nothing else. A new one takes the place of the one before.
create table temporary_passes (
  user_id text not null primary key references users (id) on delete cascade,
  digest text not null,
  issued_at bigint not null,
  issued_by text not null,
  reason text not null,
  expires_at bigint not null,
  used_at bigint
);

-- Codes that were mailed to a person in the middle of a sign-in, as digests. They go with the
-- sign-in; until then they tell how many were mailed within the hour.
create table mailed_codes (
  id text not null primary key,
  handle_digest text not null references sign_ins (handle_digest) on delete cascade,
  user_id text not null references users (id) on delete cascade,
  digest text not null,
  sent_at bigint not null,
  expires_at bigint not null,
  used_at bigint
);
create index mailed_codes_handle_digest on mailed_codes (handle_digest);
create index mailed_codes_user_id on mailed_codes (user_id, sent_at);
