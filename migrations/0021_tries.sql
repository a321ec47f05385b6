-- Budgets of tries. `subject` is a user (`user:ID`), a network (`network:ADDRESS`), or the keyed
-- digest of a name that nobody has (`name:DIGEST`), so that such a try costs the same statements
-- as one under a name that somebody has. `browser` is empty for all unknown browsers together.
--
-- The budget is three numbers: `clear_at`, when all tries that were taken will be forgotten;
-- `taken_at`, when the last one was; and `wait`, how long the next one has to wait after it. The
-- rest is for people: how many failed since they were last told, when, from where; and when the
-- next letter about it is due.
create table try_pools (
  subject text not null,
  factor text not null,
  browser text not null,
  admitted boolean not null,
  taken_at bigint not null,
  wait bigint not null,
  clear_at bigint not null,
  stopped_at bigint,
  failed bigint not null,
  since bigint,
  last_at bigint not null,
  last_from text,
  before_at bigint,
  before_from text,
  tell_at bigint,
  told_at bigint,
  forget_at bigint not null,
  constraint try_pools_pk primary key (subject, factor, browser)
);
create index try_pools_forget_at on try_pools (forget_at);
create index try_pools_tell_at on try_pools (tell_at);

-- What had failed before a session began, for the person to see in it.
create table told_tries (
  session_id text not null primary key references sessions (id) on delete cascade,
  tries bigint not null,
  since bigint not null,
  last_at bigint not null,
  last_from text
);

-- What was counted so far is still shown; budgets begin full. (30 days, in milliseconds.)
insert into try_pools
  (subject, factor, browser, admitted, taken_at, wait, clear_at, failed, since, last_at, forget_at)
select 'user:' || user_id, factor, '', true, last_at, 0, last_at, tries, since, last_at,
       last_at + 2592000000
from failed_tries;
drop table failed_tries;
drop table unknown_tries;
