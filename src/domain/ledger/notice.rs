//! The letter that tells administrators of a brake that holds.

use super::Held;
use crate::domain::audit::{Change, ConnectionId};
use crate::domain::mail::{Occasion, Post};
use crate::domain::{connections, directory, mail};
use crate::foundation::db::Error;

/// Writes to the administrators, in the change that keeps what was held.
///
/// # Errors
/// When the database cannot answer, or a letter cannot be kept.
pub async fn notify(
    change: &mut Change,
    post: &Post,
    connection: ConnectionId,
    held: Held,
) -> Result<(), Error> {
    if !post.is_on() {
        return Ok(());
    }
    let found = connections::find(&mut *change, connection).await?;
    let name = found.map_or_else(|| connection.to_string(), |found| found.name);
    for administrator in directory::administrators_to_write_to(&mut *change).await? {
        let occasion = Occasion::ConnectionHeld {
            name: name.clone(),
            connection: connection.to_string(),
            gone: held.gone,
            limit: held.limit,
            window_minutes: held.window_minutes,
        };
        mail::notify(change, post, administrator, occasion).await?;
    }
    Ok(())
}
