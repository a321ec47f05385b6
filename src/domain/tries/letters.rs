//! Letters to people whose accounts somebody guesses at: to them, never to the guesser. One for
//! each time that unknown browsers are stopped, however long that lasts, and none within six
//! hours of another, so that nobody can fill a mailbox by guessing.

use super::store::{self, Standing};
use super::{asker::user_of, budget::FOR_EVER};
use crate::domain::audit::{Actor, Change};
use crate::domain::mail::{self, Occasion, Post};
use crate::foundation::clock::Timestamp;
use crate::foundation::db::{self, Db};

/// Writes the letters that are due: to up to `limit` accounts in one transaction. How many
/// accounts it looked at.
///
/// # Errors
/// When the database cannot answer, or a letter cannot be sealed.
pub async fn write_letters(
    db: &Db,
    post: &Post,
    now: Timestamp,
    limit: i64,
) -> Result<usize, db::Error> {
    // A look that does not write: most of the time there is nobody.
    if store::to_be_told(db, now, 1).await?.is_empty() {
        return Ok(0);
    }
    let mut change = Change::begin(db, Actor::System, now).await?;
    let mut subjects = store::to_be_told(&mut change, now, limit).await?;
    // Several servers may do this at once: one order, so that they do not wait in a circle.
    subjects.sort_unstable();
    for subject in &subjects {
        write_to(&mut change, post, subject).await?;
    }
    change.unrecorded("a letter about what is counted");
    change.commit().await?;
    Ok(subjects.len())
}

async fn write_to(change: &mut Change, post: &Post, subject: &str) -> Result<(), db::Error> {
    let budgets = store::letter_goes(change, subject).await?;
    let (Some(occasion), Some(user)) = (occasion(&budgets, change.now()), user_of(subject)) else {
        return store::letter_waits(change, subject).await;
    };
    mail::notify(change, post, user, occasion).await
}

/// What the letter says, of the budget that was tried last.
fn occasion(budgets: &[Standing], now: Timestamp) -> Option<Occasion> {
    let of_strangers = budgets.iter().filter(|budget| budget.browser.is_empty());
    let last = of_strangers.max_by_key(|budget| budget.last_at)?;
    let opens_at = last.budget.opens_at();
    let ends = last.budget.wait < FOR_EVER && opens_at > now;
    Some(Occasion::TriesStopped {
        from: last.last_from.clone(),
        until: ends.then_some(opens_at),
    })
}
