//! The letter that tells administrators of a brake that holds. It says what to do, and names no
//! user: mail is read by more eyes than the ledger.

use super::Held;
use crate::domain::audit::{Change, ConnectionId};
use crate::domain::{connections, directory, mail};
use crate::foundation::crypto::seal::MasterKey;
use crate::foundation::db::Error;
use crate::foundation::mail::Letter;

/// Writes to the administrators, in the change that keeps what was held.
///
/// # Errors
/// When the database cannot answer, or a letter cannot be kept.
pub async fn notify(
    change: &mut Change,
    key: &MasterKey,
    connection: ConnectionId,
    held: Held,
) -> Result<(), Error> {
    let found = connections::find(&mut *change, connection).await?;
    let name = found.map_or_else(|| connection.to_string(), |found| found.name);
    for to in directory::addresses_of_administrators(&mut *change).await? {
        let letter = letter(to, &name, connection, held);
        mail::post(change, key, &letter).await?;
    }
    Ok(())
}

fn letter(to: String, name: &str, connection: ConnectionId, held: Held) -> Letter {
    // A name may hold what a line of a letter may not.
    let name: String = name.chars().filter(|c| !c.is_control()).collect();
    Letter {
        to,
        subject: format!("{name} takes away too many users and is held"),
        text: format!(
            "The connection {name} ({connection}) takes away users:\n{held}.\n\n\
             See what it did and wanted to do:\n    \
             doorward connection ledger {connection}\n\n\
             If that is right, let it go on:\n    \
             doorward connection release {connection}\n"
        ),
    }
}
