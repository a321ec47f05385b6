-- Lists and searches leave administrators out, so these indexes begin with that.
create index users_active on users (administrator, active, id);
create index users_created_at on users (administrator, created_at, id);
create index users_updated_at on users (administrator, updated_at, id);

-- How many users (without administrators) and groups there are, as a sum of parts: a list
-- says how many there are in all, and counting a million rows for each page would cost more
-- than the page. A creation adds a part of its own instead of raising one number, so that
-- creations do not wait for each other; the parts are folded into one now and then.
create table directory_totals (
  kind text not null,
  -- The id of what came or went; empty for what has been folded.
  part text not null,
  total bigint not null,
  constraint directory_totals_pk primary key (kind, part)
);
insert into directory_totals (kind, part, total)
  select 'user', '', count(*) from users where administrator = false;
insert into directory_totals (kind, part, total)
  select 'group', '', count(*) from groups;
