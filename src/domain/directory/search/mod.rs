//! Finding many: a typed predicate becomes one statement with bound parameters. The only
//! place that puts SQL together at run time; no text of a caller ever becomes part of it.
//!
//! A [`Condition`] is true or false for each row and never unknown, so that its opposite
//! finds exactly the others. It knows whether an index leads to what it holds for
//! ([`Condition::reach`]); whether to ask anything else of a large directory is for the
//! caller to decide, who has [`total`].

mod condition;
mod found;
mod order;
mod statement;
mod terms;

pub use condition::{Condition, Reach};
pub use found::Found;
pub use order::{By, Key, Order, Place, Slice, Window};
pub use statement::{count_statement, select_statement};
pub use terms::{Comparison, GroupTerm, Term, UserTerm};

use crate::domain::audit::ConnectionId;
use crate::foundation::db::{Error, Fetch, Statement, Value, composed_sql};

/// Who asks, and in which order.
#[derive(Debug, Clone, Copy)]
pub struct Asking {
    /// Whose external ids are meant and shown.
    pub connection: ConnectionId,
    /// The order.
    pub order: Order,
}

/// Passing over more rows than this takes so long that SQLite is better asked on a thread of its
/// own from the start than broken off half-way and asked again.
const NEAR: i64 = 2_000;

/// Finds those of a slice, in their order.
pub async fn find<T: Found>(
    mut from: impl Fetch,
    asking: Asking,
    condition: &Condition<T::Term>,
    slice: &Slice,
) -> Result<Vec<T>, Error> {
    if slice.count() <= 0 {
        return Ok(Vec::new());
    }
    let statement = bound(select_statement::<T>(asking, condition, slice));
    let statement = match slice {
        Slice::Window(window) if window.offset > NEAR => statement.long(),
        _ => statement,
    };
    let rows = from.fetch_all(statement).await?;
    let mut items = rows.iter().map(T::read).collect::<Result<Vec<T>, _>>()?;
    if slice.is_backwards() {
        items.reverse();
    }
    Ok(items)
}

/// Counts all that the condition holds for.
pub async fn count<T: Found>(
    mut from: impl Fetch,
    connection: ConnectionId,
    condition: &Condition<T::Term>,
) -> Result<i64, Error> {
    let statement = bound(count_statement::<T>(connection, condition));
    from.fetch_one(statement).await?.get("total")
}

/// How many there are in all, administrators left out, without counting.
pub async fn total<T: Found>(from: impl Fetch) -> Result<i64, Error> {
    super::store::total(from, T::KIND).await
}

/// A text and the values for its places.
pub type Composed = (String, Vec<Value>);

fn bound((text, values): Composed) -> Statement {
    values
        .into_iter()
        .fold(composed_sql(text), |statement, value| statement.bind(value))
}
