use super::unique::{Holder, UniqueValue};
use super::{Definition, Extension, ResourceKind};
use crate::domain::audit::Change;
use crate::foundation::db::{Error, Fetch, sql};

pub(super) async fn insert(
    change: &mut Change,
    kind: ResourceKind,
    definition: &Definition,
) -> Result<(), Error> {
    let text = serde_json::to_string(definition)
        .map_err(|error| Error::Corrupt(format!("definition: {error}")))?;
    let statement = sql(
        "insert into schema_extensions (id_key, resource_type, definition, created_at)
         values ($1, $2, $3, $4)",
    )
    .bind(definition.id.to_ascii_lowercase())
    .bind(kind.word())
    .bind(text)
    .bind(change.now());
    change.execute(statement).await.map(drop)
}

pub(super) async fn delete(change: &mut Change, id: &str) -> Result<bool, Error> {
    let key = id.to_ascii_lowercase();
    let values = sql("delete from unique_values where schema_key = $1").bind(&key);
    change.execute(values).await?;
    let statement = sql("delete from schema_extensions where id_key = $1").bind(&key);
    Ok(change.execute(statement).await? > 0)
}

pub(super) async fn all(mut from: impl Fetch) -> Result<Vec<Extension>, Error> {
    let statement = sql(
        "select resource_type, definition, created_at from schema_extensions
          order by created_at, id_key",
    );
    let rows = from.fetch_all(statement).await?;
    rows.iter()
        .map(|row| {
            Ok(Extension {
                kind: row.parse("resource_type")?,
                definition: row.json("definition")?,
                created_at: row.get("created_at")?,
            })
        })
        .collect()
}

/// Tells every process that what it knows of the extensions is old.
pub(super) async fn advance_revision(change: &mut Change) -> Result<(), Error> {
    let statement =
        sql("update revisions set number = number + 1 where topic = 'schema_extensions'");
    change.execute(statement).await.map(drop)
}

pub(super) async fn revision(mut from: impl Fetch) -> Result<i64, Error> {
    let statement = sql("select number from revisions where topic = 'schema_extensions'");
    from.fetch_one(statement).await?.get("number")
}

pub(super) async fn forget_values(change: &mut Change, holder: Holder<'_>) -> Result<(), Error> {
    let statement = match holder {
        Holder::User(id) => sql("delete from unique_values where user_id = $1").bind(id),
        Holder::Group(id) => sql("delete from unique_values where group_id = $1").bind(id),
    };
    change.execute(statement).await.map(drop)
}

/// One conditional insert: of two that want the same value at the same moment, one gets it.
/// Whether it is the holder's now.
pub(super) async fn take_value(
    change: &mut Change,
    holder: Holder<'_>,
    value: &UniqueValue,
) -> Result<bool, Error> {
    let (user, group) = match holder {
        Holder::User(id) => (Some(id.to_owned()), None),
        Holder::Group(id) => (None, Some(id.to_owned())),
    };
    let statement = sql(
        "insert into unique_values (schema_key, attribute, value_key, user_id, group_id)
         values ($1, $2, $3, $4, $5)
         on conflict (schema_key, attribute, value_key) do nothing",
    )
    .bind(value.schema.to_ascii_lowercase())
    .bind(&value.attribute)
    .bind(&value.key)
    .bind(user)
    .bind(group);
    Ok(change.execute(statement).await? > 0)
}
