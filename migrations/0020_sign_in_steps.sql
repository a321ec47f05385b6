-- A sign-in collects proofs: `method:milliseconds`, separated by spaces. `demand` is what the one
-- who sent the person asks of it; `postponed_at`, when the person put off setting up a factor.
alter table sign_ins add column demand text not null default '';
alter table sign_ins add column proofs text not null default '';
alter table sign_ins add column postponed_at bigint;
-- What a session was opened with: `amr` says it in the words of RFC 8176, which are coarser.
alter table sessions add column methods text not null default 'password';
