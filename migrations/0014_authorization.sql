-- What was authorized beyond the scope: JSON.
alter table authorization_codes add column terms text not null default '{}';
alter table grants add column terms text not null default '{}';
-- What of it a person has allowed before: JSON.
alter table consents add column terms text not null default '{}';

-- How a request that waits came here: JSON. What came in a signed object or was pushed is kept
-- as it was read, and what it was read from is not read a second time.
alter table authorization_requests add column origin text not null default '{}';

-- Requests that clients pushed (RFC 9126). One is used up when it is answered, not when a
-- browser first brings it.
create table pushed_requests (
  digest text not null primary key,
  client_id text not null references clients (id) on delete cascade,
  parameters text not null,
  origin text not null default '{}',
  created_at bigint not null,
  expires_at bigint not null,
  completed_at bigint
);
create index pushed_requests_client_id on pushed_requests (client_id);
create index pushed_requests_expires_at on pushed_requests (expires_at);
