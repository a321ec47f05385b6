//! Owns the way of a letter from the change that causes it to the mail server: enqueued in that
//! change, sealed while it waits (it may hold a link or a password), sent after the commit and
//! tried again. Does not own what letters say.

use serde::{Deserialize, Serialize};

use super::audit::Change;
use super::jobs::{self, Job};
use crate::foundation::crypto::seal::MasterKey;
use crate::foundation::db::Error;
use crate::foundation::mail::{Letter, Mailer, NotSent};

const CONTEXT: &str = "mail";

/// A letter on its way.
#[derive(Serialize, Deserialize)]
pub struct Outgoing {
    sealed: String,
}

impl Job for Outgoing {
    const KIND: &'static str = "mail.send";
}

/// Sends the letter once the change is committed.
///
/// # Errors
/// When it cannot be sealed or kept.
pub async fn post(change: &mut Change, key: &MasterKey, letter: &Letter) -> Result<(), Error> {
    let unsealed = serde_json::to_vec(letter).map_err(|e| Error::Corrupt(e.to_string()))?;
    let sealed = key
        .seal(&unsealed, CONTEXT)
        .map_err(|e| Error::Corrupt(e.to_string()))?;
    let now = change.now();
    jobs::enqueue(change, &Outgoing { sealed }, now).await?;
    Ok(())
}

impl Outgoing {
    /// The letter itself.
    ///
    /// # Errors
    /// It was sealed with another key, or is none.
    pub fn open(&self, key: &MasterKey) -> Result<Letter, String> {
        let opened = key.open(&self.sealed, CONTEXT);
        let opened = opened.map_err(|e| e.to_string())?;
        serde_json::from_slice(&opened).map_err(|e| e.to_string())
    }

    /// Hands it to the mail server. What the server will never take is told of and dropped: ten
    /// more tries would end the same way.
    ///
    /// # Errors
    /// When it is to be tried again.
    pub async fn deliver(self, key: &MasterKey, mailer: &Mailer) -> Result<(), String> {
        let opened = key.open(&self.sealed, CONTEXT).map_err(|e| e.to_string())?;
        let letter: Letter = serde_json::from_slice(&opened).map_err(|e| e.to_string())?;
        match mailer.send(&letter).await {
            Ok(()) => Ok(()),
            Err(error @ (NotSent::Unsendable(_) | NotSent::Refused(_))) => {
                tracing::warn!(%error, "a letter was dropped");
                Ok(())
            }
            Err(error) => Err(error.to_string()),
        }
    }
}
