-- Secrets of clients that ended are swept by their end.
create index client_secrets_expires_at on client_secrets (expires_at);
