use super::MOST_REMEMBERED;
use crate::domain::{audit::Change, directory::UserId};
use crate::foundation::{
    clock::Timestamp,
    crypto::password::PasswordHash,
    db::{Error, Fetch, sql},
};

/// The former passwords, newest first.
pub(in crate::domain::credentials) async fn former(
    mut from: impl Fetch,
    user: UserId,
    most: u32,
) -> Result<Vec<PasswordHash>, Error> {
    if most == 0 {
        return Ok(Vec::new());
    }
    let statement = sql("select phc from password_history
         where user_id = $1 order by number desc limit $2")
    .bind(user)
    .bind(i64::from(most));
    let rows = from.fetch_all(statement).await?;
    rows.iter().map(|row| row.parse("phc")).collect()
}

/// Puts the password that a user has to those that they had, before another takes its place.
/// The oldest that nothing compares any more go.
pub(in crate::domain::credentials) async fn remember(
    change: &mut Change,
    user: UserId,
) -> Result<(), Error> {
    let now = change.now();
    let statement = sql(
        "insert into password_history (user_id, number, phc, replaced_at)
         select p.user_id,
                coalesce((select max(h.number) from password_history h
                          where h.user_id = p.user_id), 0) + 1,
                p.phc, $2
         from passwords p where p.user_id = $1",
    )
    .bind(user)
    .bind(now);
    change.execute(statement).await?;
    let statement = sql(
        "delete from password_history where user_id = $1 and number <=
           (select max(h.number) from password_history h where h.user_id = $1) - $2",
    )
    .bind(user)
    .bind(MOST_REMEMBERED);
    change.execute(statement).await.map(drop)
}

pub(super) async fn demand_change(
    change: &mut Change,
    user: UserId,
    before: Timestamp,
) -> Result<(), Error> {
    let statement = sql("update passwords set must_change = true
         where user_id = $1 and set_at < $2 and must_change = false")
    .bind(user)
    .bind(before);
    change.execute(statement).await.map(drop)
}
