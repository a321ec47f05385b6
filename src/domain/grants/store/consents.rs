//! The rows of consents.

use super::text_of;
use crate::domain::audit::Change;
use crate::domain::clients::ClientId;
use crate::domain::directory::UserId;
use crate::domain::grants::{Allowed, GivenConsent};
use crate::foundation::db::{Error, Fetch, Row, sql};

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

/// What a user allowed, by application.
pub(in crate::domain::grants) async fn consents_of_user(
    mut from: impl Fetch,
    user: UserId,
    most: i64,
) -> Result<Vec<GivenConsent>, Error> {
    let statement = sql(
        "select consents.client_id, clients.name, consents.scope, consents.terms,
                consents.granted_at
           from consents join clients on clients.id = consents.client_id
          where consents.user_id = $1 order by consents.client_id limit $2",
    )
    .bind(user)
    .bind(most);
    let rows = from.fetch_all(statement).await?;
    let read = |row: &Row| {
        let allowed = Allowed {
            scope: row.parse("scope")?,
            ..row.json("terms")?
        };
        Ok(GivenConsent {
            client: ClientId::from_stored(row.get("client_id")?),
            name: row.get("name")?,
            allowed,
            at: row.get("granted_at")?,
        })
    };
    rows.iter().map(read).collect()
}

/// Forgets what a user allowed an application; whether there was anything.
pub(in crate::domain::grants) async fn delete_consent(
    change: &mut Change,
    user: UserId,
    client: &ClientId,
) -> Result<bool, Error> {
    let statement = sql("delete from consents where user_id = $1 and client_id = $2")
        .bind(user)
        .bind(client);
    Ok(change.execute(statement).await? > 0)
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
