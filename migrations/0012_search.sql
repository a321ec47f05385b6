-- What lists are asked for by ranges, and ordered by. Lists leave administrators out, so that
-- is in the index, too; but not in front: nearly everyone is none, and a planner without
-- statistics would take any index that begins with it for one that leads somewhere.
create index users_active on users (active, id, administrator);
create index users_created_at on users (created_at, id, administrator);
create index users_updated_at on users (updated_at, id, administrator);

-- Groups in the order of their names, of which several may be the same.
create index groups_name on groups (display_name_key, id);
drop index groups_display_name_key;

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
