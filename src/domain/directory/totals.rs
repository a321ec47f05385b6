//! How many users and groups there are: a sum that each creation and deletion adds to.

use super::{Group, User, store};
use crate::domain::audit::Change;
use crate::foundation::db::{self, Fetch};

/// What is counted, as the rows call it.
pub(super) const USERS: &str = "user";
pub(super) const GROUPS: &str = "group";

/// How many users there are, without administrators.
pub async fn total_users(from: impl Fetch) -> Result<i64, db::Error> {
    store::total(from, USERS).await
}

/// How many groups there are.
pub async fn total_groups(from: impl Fetch) -> Result<i64, db::Error> {
    store::total(from, GROUPS).await
}

/// Folds what came and went into one number each; how many parts it folded, at most
/// `limit`. What the totals say stays as it is.
pub async fn fold_totals(change: &mut Change, limit: i64) -> Result<u64, db::Error> {
    store::fold_totals(change, limit).await
}

pub(super) async fn one_user(
    change: &mut Change,
    user: &User,
    number: i64,
) -> Result<(), db::Error> {
    if user.administrator {
        return Ok(());
    }
    store::add_to_total(change, USERS, &user.id.to_string(), number).await
}

pub(super) async fn one_group(
    change: &mut Change,
    group: &Group,
    number: i64,
) -> Result<(), db::Error> {
    store::add_to_total(change, GROUPS, &group.id.to_string(), number).await
}
