//! The rows of consents.

use super::text_of;
use crate::domain::audit::Change;
use crate::domain::clients::ClientId;
use crate::domain::directory::UserId;
use crate::domain::grants::Allowed;
use crate::foundation::db::{Error, Fetch, sql};

pub(in crate::domain::grants) async fn consent(
    mut from: impl Fetch,
    user: UserId,
    client: &ClientId,
) -> Result<Option<Allowed>, Error> {
    let statement = sql("select scope, terms from consents where user_id = $1 and client_id = $2")
        .bind(user)
        .bind(client);
    let Some(row) = from.fetch_optional(statement).await? else {
        return Ok(None);
    };
    Ok(Some(Allowed {
        scope: row.parse("scope")?,
        ..row.json("terms")?
    }))
}

pub(in crate::domain::grants) async fn write_consent(
    change: &mut Change,
    user: UserId,
    client: &ClientId,
    allowed: &Allowed,
) -> Result<(), Error> {
    let now = change.now();
    let statement = sql(
        "insert into consents (user_id, client_id, scope, granted_at, terms)
         values ($1, $2, $3, $4, $5)
         on conflict (user_id, client_id) do update set
           scope = excluded.scope, granted_at = excluded.granted_at, terms = excluded.terms",
    )
    .bind(user)
    .bind(client)
    .bind(allowed.scope.to_string())
    .bind(now)
    .bind(text_of(allowed)?);
    change.execute(statement).await.map(drop)
}
