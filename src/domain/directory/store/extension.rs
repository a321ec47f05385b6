//! Values of a schema extension, found in the documents that they are kept in.

use serde_json::{Map, Value};

use super::document;
use crate::domain::audit::Change;
use crate::foundation::db::{Error, Fetch, Statement, sql};

/// What the text of a document with the extension holds. A URN has no sign that JSON
/// escapes, and a quote within a value would be escaped: only a name reads like this.
fn pattern(extension: &str) -> String {
    let mut escaped = String::with_capacity(extension.len() + 8);
    for letter in extension.chars() {
        if matches!(letter, '%' | '_' | '!') {
            escaped.push('!');
        }
        escaped.push(letter);
    }
    format!("%\"{escaped}\":{{%")
}

pub(in crate::domain::directory) async fn count_with_extension(
    from: &mut impl Fetch,
    extension: &str,
) -> Result<i64, Error> {
    let statement = sql(
        "select (select count(*) from users where attributes like $1 escape '!')
              + (select count(*) from groups where attributes like $1 escape '!') as number",
    )
    .bind(pattern(extension));
    from.fetch_one(statement).await?.get("number")
}

pub(in crate::domain::directory) async fn forget_extension(
    change: &mut Change,
    extension: &str,
    most: i64,
) -> Result<u64, Error> {
    let bound = |statement: Statement| statement.bind(pattern(extension)).bind(most);
    // An update that changes nothing holds the rows against other writers.
    let users = bound(sql("update users set version = version where id in
           (select id from users where attributes like $1 escape '!' limit $2)
         returning id, attributes"));
    let groups = bound(sql("update groups set version = version where id in
           (select id from groups where attributes like $1 escape '!' limit $2)
         returning id, attributes"));
    let mut forgotten = 0;
    for (id, text) in without(change, users, extension).await? {
        let statement = sql("update users set attributes = $2, version = version + 1,
               updated_at = $3 where id = $1")
        .bind(id)
        .bind(text)
        .bind(change.now());
        forgotten += change.execute(statement).await?;
    }
    for (id, text) in without(change, groups, extension).await? {
        let statement = sql("update groups set attributes = $2, version = version + 1,
               updated_at = $3 where id = $1")
        .bind(id)
        .bind(text)
        .bind(change.now());
        forgotten += change.execute(statement).await?;
    }
    Ok(forgotten)
}

/// The rows that a statement finds, by id, as they are without the extension.
async fn without(
    mut change: &mut Change,
    statement: Statement,
    extension: &str,
) -> Result<Vec<(String, String)>, Error> {
    let rows = change.fetch_all(statement).await?;
    rows.iter()
        .map(|row| {
            let mut attributes: Map<String, Value> = row.json("attributes")?;
            attributes.shift_remove(extension);
            Ok((row.get("id")?, document(&attributes)))
        })
        .collect()
}
