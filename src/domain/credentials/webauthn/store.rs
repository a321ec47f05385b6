use webauthn_rs_core::proto::Credential;

use super::{
    Kind, NewCredential, WebauthnCredential, WebauthnId, answer::written, ceremony::Ceremony,
};
use crate::domain::{audit::Change, directory::UserId};
use crate::foundation::{
    clock::Timestamp,
    crypto::digest::Digest,
    db::{Error, Fetch, Row, sql},
};

/// A credential as it is kept.
pub(super) struct Stored {
    pub(super) id: WebauthnId,
    pub(super) user: UserId,
    pub(super) kind: Kind,
    pub(super) suspended: bool,
    /// The user handle of its owner.
    pub(super) handle: Option<String>,
    pub(super) credential: Credential,
    /// The same as the row has it, to be compared with.
    pub(super) text: String,
}

/// One statement, so that no two pages that ask at once keep more than there may be.
pub(super) async fn keep(
    change: &mut Change,
    ceremony: Ceremony<'_>,
    challenge: &Digest,
    state: &str,
    expires_at: Timestamp,
    most: i64,
) -> Result<bool, Error> {
    let now = change.now();
    let statement = sql("insert into webauthn_ceremonies
           (challenge_digest, purpose, bound_to, user_id, state, created_at, expires_at)
         select $1, $2, $3, $4, $5, $6, $7
         where (select count(*) from webauthn_ceremonies
                where bound_to = $3 and expires_at > $6) < $8")
    .bind(challenge)
    .bind(ceremony.purpose.word())
    .bind(ceremony.binding.as_str())
    .bind(ceremony.user)
    .bind(state)
    .bind(now)
    .bind(expires_at)
    .bind(most);
    Ok(change.execute(statement).await? == 1)
}

/// Single use: of many answers to one challenge, one finds it.
pub(super) async fn take(
    change: &mut Change,
    ceremony: Ceremony<'_>,
    challenge: &Digest,
) -> Result<Option<String>, Error> {
    let now = change.now();
    let statement = sql("delete from webauthn_ceremonies
         where challenge_digest = $1 and purpose = $2 and bound_to = $3
           and coalesce(user_id, '') = $4 and expires_at > $5
         returning state")
    .bind(challenge)
    .bind(ceremony.purpose.word())
    .bind(ceremony.binding.as_str())
    .bind(
        ceremony
            .user
            .map(|user| user.to_string())
            .unwrap_or_default(),
    )
    .bind(now);
    let row = change.execute_returning(statement).await?;
    row.map(|row| row.get("state")).transpose()
}

pub(super) async fn sweep(change: &mut Change, limit: i64) -> Result<u64, Error> {
    let now = change.now();
    let statement = sql("delete from webauthn_ceremonies where challenge_digest in
           (select challenge_digest from webauthn_ceremonies where expires_at <= $1
            order by expires_at limit $2)")
    .bind(now)
    .bind(limit);
    change.execute(statement).await
}

pub(super) async fn handle(mut from: impl Fetch, user: UserId) -> Result<Option<String>, Error> {
    let statement = sql("select handle from webauthn_users where user_id = $1").bind(user);
    let row = from.fetch_optional(statement).await?;
    row.map(|row| row.get("handle")).transpose()
}

/// The user's handle, which becomes `fresh` when there is none.
pub(super) async fn handle_or(
    change: &mut Change,
    user: UserId,
    fresh: &str,
) -> Result<String, Error> {
    let statement = sql(
        "insert into webauthn_users (user_id, handle) values ($1, $2)
         on conflict (user_id) do update set handle = webauthn_users.handle
         returning handle",
    )
    .bind(user)
    .bind(fresh);
    let row = change.execute_returning(statement).await?;
    row.ok_or(Error::NoRow)?.get("handle")
}

pub(super) async fn find(
    mut from: impl Fetch,
    credential_id: &str,
) -> Result<Option<Stored>, Error> {
    let statement = sql(
        "select c.id, c.user_id, c.kind, c.suspended_at, c.credential, u.handle
         from webauthn_credentials c left join webauthn_users u on u.user_id = c.user_id
         where c.credential_id = $1",
    )
    .bind(credential_id);
    let Some(row) = from.fetch_optional(statement).await? else {
        return Ok(None);
    };
    Ok(Some(Stored {
        id: row.parse("id")?,
        user: row.parse("user_id")?,
        kind: row.parse("kind")?,
        suspended: row.get::<Option<Timestamp>>("suspended_at")?.is_some(),
        handle: row.get("handle")?,
        credential: row.json("credential")?,
        text: row.get("credential")?,
    }))
}

pub(super) async fn usable(
    mut from: impl Fetch,
    user: UserId,
) -> Result<Vec<(Kind, Credential)>, Error> {
    let statement = sql("select kind, credential from webauthn_credentials
         where user_id = $1 and suspended_at is null order by id")
    .bind(user);
    let rows = from.fetch_all(statement).await?;
    let one = |row: &Row| Ok((row.parse("kind")?, row.json("credential")?));
    rows.iter().map(one).collect()
}

pub(super) async fn list(
    mut from: impl Fetch,
    user: UserId,
) -> Result<Vec<WebauthnCredential>, Error> {
    let statement = sql(
        "select id, kind, name, credential, backed_up, created_at, last_used_at,
                suspended_at
         from webauthn_credentials where user_id = $1 order by id",
    )
    .bind(user);
    let rows = from.fetch_all(statement).await?;
    rows.iter().map(shown).collect()
}

fn shown(row: &Row) -> Result<WebauthnCredential, Error> {
    let credential: Credential = row.json("credential")?;
    Ok(WebauthnCredential {
        id: row.parse("id")?,
        kind: row.parse("kind")?,
        name: row.get("name")?,
        credential_id: credential.cred_id,
        backed_up: row.get("backed_up")?,
        created_at: row.get("created_at")?,
        last_used_at: row.get("last_used_at")?,
        suspended_at: row.get("suspended_at")?,
    })
}

pub(super) async fn insert(
    change: &mut Change,
    id: WebauthnId,
    user: UserId,
    new: &NewCredential,
    name: &str,
) -> Result<bool, Error> {
    let now = change.now();
    let statement = sql("insert into webauthn_credentials
           (id, user_id, kind, name, credential_id, credential, aaguid, backed_up, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (credential_id) do nothing")
    .bind(id)
    .bind(user)
    .bind(new.kind.word())
    .bind(name)
    .bind(written(&new.credential.cred_id))
    .bind(text_of(&new.credential)?)
    .bind(new.model.map(|model| model.to_string()))
    .bind(new.credential.backup_state)
    .bind(now);
    Ok(change.execute(statement).await? == 1)
}

/// Compare and set: of two uses that were verified against the same row, one finds it unchanged.
pub(super) async fn used(
    change: &mut Change,
    id: WebauthnId,
    before: &str,
    after: &Credential,
) -> Result<bool, Error> {
    let now = change.now();
    let statement = sql("update webauthn_credentials
         set credential = $1, backed_up = $2, last_used_at = $3
         where id = $4 and credential = $5 and suspended_at is null")
    .bind(text_of(after)?)
    .bind(after.backup_state)
    .bind(now)
    .bind(id)
    .bind(before);
    Ok(change.execute(statement).await? == 1)
}

fn text_of(credential: &Credential) -> Result<String, Error> {
    let text = serde_json::to_string(credential);
    text.map_err(|error| Error::Corrupt(format!("a WebAuthn credential: {error}")))
}

pub(super) async fn rename(
    change: &mut Change,
    user: UserId,
    id: WebauthnId,
    name: &str,
) -> Result<bool, Error> {
    let statement = sql("update webauthn_credentials set name = $1 where id = $2 and user_id = $3")
        .bind(name)
        .bind(id)
        .bind(user);
    Ok(change.execute(statement).await? == 1)
}

pub(super) async fn remove(
    change: &mut Change,
    user: UserId,
    id: WebauthnId,
) -> Result<Option<(Kind, String)>, Error> {
    let statement = sql(
        "delete from webauthn_credentials where id = $1 and user_id = $2
         returning kind, name",
    )
    .bind(id)
    .bind(user);
    let row = change.execute_returning(statement).await?;
    row.map(|row| Ok((row.parse("kind")?, row.get("name")?)))
        .transpose()
}

pub(super) async fn suspend(
    change: &mut Change,
    id: WebauthnId,
) -> Result<Option<(Kind, String)>, Error> {
    let now = change.now();
    let statement = sql("update webauthn_credentials set suspended_at = $1
         where id = $2 and suspended_at is null
         returning kind, name")
    .bind(now)
    .bind(id);
    let row = change.execute_returning(statement).await?;
    row.map(|row| Ok((row.parse("kind")?, row.get("name")?)))
        .transpose()
}
