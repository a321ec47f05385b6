-- The session that the same person began in the same browser after this one. Applications that
-- were signed in to through the earlier one are told when the later one ends.
alter table sessions add column successor_id text;
create index sessions_successor_id on sessions (successor_id);
