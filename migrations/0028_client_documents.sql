-- Until when the copy of a client's metadata document is good (kind 'document'); it is fetched
-- anew after that.
alter table self_registered_clients add column fresh_until bigint;
