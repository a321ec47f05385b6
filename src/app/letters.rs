//! The jobs that write letters and send them.

use crate::domain::mail::{self, Outgoing};
use crate::domain::signin::{LinkAsked, Office};
use crate::http::web::{State, letters};

/// Writes a letter in its reader's language and sends it.
///
/// # Errors
/// It was not sent and is to be tried again; the sentence is kept with the job.
pub async fn send(state: State, outgoing: Outgoing) -> Result<(), String> {
    let now = state.clock.now();
    let addressed = outgoing
        .addressed(&state.master_key, &state.db, now)
        .await?;
    match addressed {
        Some(addressed) => {
            let letter = letters::write(&state, &addressed).map_err(|e| e.to_string())?;
            mail::deliver(&state.mailer, &letter).await
        }
        None => Ok(()),
    }
}

/// Mails whoever has forgotten their password a link, if there is such a person.
///
/// # Errors
/// It is to be tried again; the sentence is kept with the job.
pub async fn answer_forgotten(state: State, asked: LinkAsked) -> Result<(), String> {
    let office = Office {
        db: &state.db,
        clock: &state.clock,
        key: &state.master_key,
        post: &state.post,
    };
    asked.answer(office).await
}
