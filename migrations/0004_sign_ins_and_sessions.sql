-- One half-finished authentication. `destination` says what goes on after it;
-- `user_id` and `password_at` are the proofs that it holds so far.
create table sign_ins (
  handle_digest text not null primary key,
  browser_digest text not null,
  destination text not null,
  application text,
  login_hint text,
  user_id text references users (id) on delete cascade,
  password_at bigint,
  created_at bigint not null,
  expires_at bigint not null,
  completed_at bigint
);
create index sign_ins_expires_at on sign_ins (expires_at);
create index sign_ins_user_id on sign_ins (user_id);

-- `id` is the public `sid`; the cookie's secret is stored as a digest only.
create table sessions (
  id text not null primary key,
  secret_digest text not null,
  user_id text not null references users (id) on delete cascade,
  auth_time bigint not null,
  amr text not null,
  acr text not null,
  address text,
  browser text,
  created_at bigint not null,
  last_seen_at bigint not null,
  idle_until bigint not null,
  expires_at bigint not null,
  ended_at bigint,
  end_reason text,
  constraint "sessions.secret_digest" unique (secret_digest)
);
create index sessions_user_id on sessions (user_id);
create index sessions_expires_at on sessions (expires_at);
