-- Addresses that people want for their account, until the letter's link confirms them. `former` is
-- the address that the account had when it was asked for: with another one the link is void.
create table email_changes (
  digest text not null primary key,
  user_id text not null references users (id) on delete cascade,
  address text not null,
  former text not null,
  created_at bigint not null,
  expires_at bigint not null,
  ended_at bigint
);
create index email_changes_user_id on email_changes (user_id);
create index email_changes_expires_at on email_changes (expires_at);
