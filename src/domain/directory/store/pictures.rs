//! Pictures, beside the rows of their users.

use crate::domain::audit::Change;
use crate::domain::directory::UserId;
use crate::foundation::db::{Error, Fetch, Row, sql};
use crate::foundation::picture::{Kind, Picture};

fn read(row: &Row) -> Result<Picture, Error> {
    let name: String = row.get("media_type")?;
    let kind = Kind::of_media_type(&name);
    Ok(Picture {
        kind: kind.ok_or_else(|| Error::Corrupt(format!("a picture is {name}")))?,
        file: row.get("file")?,
    })
}

pub(in crate::domain::directory) async fn picture(
    mut from: impl Fetch,
    name: &str,
) -> Result<Option<Picture>, Error> {
    let statement = sql("select media_type, file from pictures where name = $1").bind(name);
    let row = from.fetch_optional(statement).await?;
    row.as_ref().map(read).transpose()
}

pub(in crate::domain::directory) async fn insert_picture(
    change: &mut Change,
    user: UserId,
    name: &str,
    picture: &Picture,
) -> Result<(), Error> {
    let now = change.now();
    let statement = sql(
        "insert into pictures (name, user_id, media_type, file, created_at)
         values ($1, $2, $3, $4, $5)",
    )
    .bind(name)
    .bind(user)
    .bind(picture.kind.media_type())
    .bind(picture.file.clone())
    .bind(now);
    change.execute(statement).await.map(drop)
}

/// Whether there was one.
pub(in crate::domain::directory) async fn delete_picture(
    change: &mut Change,
    user: UserId,
) -> Result<bool, Error> {
    let statement = sql("delete from pictures where user_id = $1").bind(user);
    Ok(change.execute(statement).await? > 0)
}

pub(in crate::domain::directory) async fn note_picture(
    change: &mut Change,
    user: UserId,
    name: Option<&str>,
) -> Result<(), Error> {
    let now = change.now();
    let statement =
        sql("update users set picture = $2, version = version + 1, updated_at = $3 where id = $1")
            .bind(user)
            .bind(name.map(str::to_owned))
            .bind(now);
    change.execute(statement).await.map(drop)
}
