-- Passwords that a user had, as hashes: the highest number is the latest.
create table password_history (
  user_id text not null references users (id) on delete cascade,
  number bigint not null,
  phc text not null,
  replaced_at bigint not null,
  constraint password_history_pk primary key (user_id, number)
);

-- Mailed links to choose a new password. Each belongs to the sign-in, and so to the browser, in
-- which it was asked for, and is used once.
create table password_resets (
  digest text not null primary key,
  user_id text not null references users (id) on delete cascade,
  handle_digest text not null,
  created_at bigint not null,
  expires_at bigint not null,
  used_at bigint
);
create index password_resets_user_id on password_resets (user_id);
create index password_resets_expires_at on password_resets (expires_at);

-- When a link was asked for in a sign-in: one that is asked for again at once is the same.
alter table sign_ins add column reset_asked_at bigint;
