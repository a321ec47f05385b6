-- Pictures that people have of themselves. The name is what an address ends with: it cannot be
-- guessed, and another picture has another one.
create table pictures (
  name text not null primary key,
  user_id text not null references users (id) on delete cascade,
  media_type text not null,
  file bytea not null,
  created_at bigint not null,
  constraint "pictures.user_id" unique (user_id)
);

-- The name of the user's picture, so that nobody who speaks of a user has to look for it.
alter table users add column picture text;
