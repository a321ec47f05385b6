-- Whether the source of a user says anything of `active`: a client may take the attribute
-- away, and what the directory knows stays. In the index, so that a count of the active needs
-- no row.
alter table users add column active_stated boolean not null default true;
drop index users_active;
create index users_active on users (active, id, administrator, active_stated);

-- The few who administrate this server: whether one is left, and whether one is in a group,
-- must not cost a walk through everyone.
create index users_administrators on users (id) where administrator = true;
