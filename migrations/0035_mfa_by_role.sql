-- A rule of second factors may be about whoever bears a role. Its name as it was written; as it is
-- compared, it is in the id.
alter table mfa_rules add column role text;

-- Since when all was proven that a session stands on. `auth_time` is when the last of it was: a
-- session that was stepped up stands on older proofs, too.
alter table sessions add column proven_since bigint not null default 0;
update sessions set proven_since = auth_time;
