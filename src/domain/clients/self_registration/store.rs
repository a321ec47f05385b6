use std::time::Duration;

use serde_json::json;

use crate::domain::audit::{Change, Event};
use crate::domain::clients::ClientId;
use crate::foundation::crypto::token::Secret;
use crate::foundation::db::{Error, Fetch, sql};

/// How long a client that registered without an initial access token is kept when nobody has
/// allowed it anything.
const KEPT_UNUSED: Duration = Duration::from_secs(30 * 86_400);

pub(super) async fn insert(
    change: &mut Change,
    client: &ClientId,
    kind: &'static str,
    token: &Secret,
) -> Result<(), Error> {
    let now = change.now();
    let statement = sql("insert into self_registered_clients
           (client_id, kind, token_digest, created_at, used_at) values ($1, $2, $3, $4, $4)")
    .bind(client)
    .bind(kind)
    .bind(token.digest())
    .bind(now);
    change.execute(statement).await.map(drop)
}

pub(super) async fn count(mut change: &mut Change, kind: &'static str) -> Result<i64, Error> {
    let statement =
        sql("select count(*) as registered from self_registered_clients where kind = $1")
            .bind(kind);
    change.fetch_one(statement).await?.get("registered")
}

/// Of which kind the client is that the token opens, unless it is disabled.
pub(super) async fn kind(
    mut from: impl Fetch,
    client: &ClientId,
    token: &Secret,
) -> Result<Option<String>, Error> {
    let statement = sql(
        "select s.kind from self_registered_clients s join clients c on c.id = s.client_id
          where s.client_id = $1 and s.token_digest = $2 and c.disabled_at is null",
    )
    .bind(client)
    .bind(token.digest());
    let row = from.fetch_optional(statement).await?;
    row.map(|row| row.get("kind")).transpose()
}

/// Whether the token was the one of this client, which is not disabled.
pub(super) async fn replace_token(
    change: &mut Change,
    client: &ClientId,
    token: &Secret,
    next: &Secret,
) -> Result<bool, Error> {
    let now = change.now();
    let statement = sql(
        "update self_registered_clients set token_digest = $3, used_at = $4
          where client_id = $1 and token_digest = $2
            and exists (select 1 from clients where id = $1 and disabled_at is null)",
    )
    .bind(client)
    .bind(token.digest())
    .bind(next.digest())
    .bind(now);
    Ok(change.execute(statement).await? == 1)
}

/// Whether the token was the one of this client, which is not disabled. What belongs to the
/// client goes with it.
pub(super) async fn delete(
    change: &mut Change,
    client: &ClientId,
    token: &Secret,
) -> Result<bool, Error> {
    let statement = sql("delete from clients where id = $1 and disabled_at is null
            and exists (select 1 from self_registered_clients
                         where client_id = $1 and token_digest = $2)")
    .bind(client)
    .bind(token.digest());
    Ok(change.execute(statement).await? == 1)
}

/// Removes up to `most` clients that registered without an initial access token a month ago, or
/// whose document was last read then, and that nobody has allowed anything since. A disabled one stays: with it would go what an
/// administrator decided. Those that stay are looked at again in a month: to look for what was
/// allowed to each of them at every sweep would cost more than they do. How many it removed.
///
/// # Errors
/// When the database cannot answer.
pub async fn sweep(change: &mut Change, most: i64) -> Result<u64, Error> {
    let before = change.now().minus(KEPT_UNUSED);
    let statement = sql("delete from clients where id in
           (select s.client_id from self_registered_clients s join clients c on c.id = s.client_id
             where s.kind in ('open', 'document') and s.used_at <= $1 and c.disabled_at is null
               and not exists (select 1 from consents where client_id = s.client_id)
               and not exists (select 1 from grants where client_id = s.client_id)
             order by s.used_at limit $2)")
    .bind(before)
    .bind(most);
    let swept = change.execute(statement).await?;
    if swept > 0 {
        super::super::store::advance_revision(change).await?;
        change.record(Event::new("client.unused_removed").detail(json!({ "clients": swept })));
        return Ok(swept);
    }
    let now = change.now();
    let seen = sql("update self_registered_clients set used_at = $1
          where kind in ('open', 'document') and used_at <= $2")
    .bind(now)
    .bind(before);
    change.execute(seen).await?;
    Ok(0)
}
