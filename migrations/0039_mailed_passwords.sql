-- Whether nothing but the mailbox stands behind a password: it was chosen through a mailed link, or
-- mailed, and no other factor was proven beside it since. A mailed code proves nothing more then.
alter table passwords add column from_mailbox boolean not null default false;
