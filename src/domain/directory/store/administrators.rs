//! Who administrates this server.

use crate::domain::audit::Change;
use crate::domain::directory::{GroupId, UserId};
use crate::foundation::db::{Error, Fetch, Statement, sql};

async fn is_any(change: &mut Change, statement: Statement) -> Result<bool, Error> {
    let mut from = change;
    Ok((&mut from).fetch_optional(statement).await?.is_some())
}

pub(in crate::domain::directory) async fn is_administrator(
    change: &mut Change,
    user: UserId,
) -> Result<bool, Error> {
    let statement = sql("select id from users where id = $1 and administrator = true");
    is_any(change, statement.bind(user)).await
}

/// Lets changes that take administrators away wait for each other: by a row that is always
/// there, because the administrators themselves may be gone when it is one's turn.
pub(in crate::domain::directory) async fn hold_administration(
    change: &mut Change,
) -> Result<(), Error> {
    let statement = sql(
        "insert into directory_totals (kind, part, total) values ('user', '', 0)
         on conflict (kind, part) do update set total = directory_totals.total",
    );
    change.hold(statement).await
}

pub(in crate::domain::directory) async fn has_other_administrator(
    change: &mut Change,
    user: UserId,
) -> Result<bool, Error> {
    let statement = sql(
        "select id from users where administrator = true and active = true and id <> $1
          limit 1",
    );
    is_any(change, statement.bind(user)).await
}

pub(in crate::domain::directory) async fn holds_administrator(
    change: &mut Change,
    group: GroupId,
) -> Result<bool, Error> {
    let statement = sql(
        "select u.id from users u join group_users gu on gu.user_id = u.id
          where u.administrator = true and gu.group_id = $1 limit 1",
    );
    is_any(change, statement.bind(group)).await
}
