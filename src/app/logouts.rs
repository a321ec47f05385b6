//! The jobs that tell applications that somebody has signed out.

use crate::domain::audit::{Actor, Change};
use crate::domain::lifecycle::{self, TellOfLogout, Teller};
use crate::domain::signin::SessionsEnded;
use crate::foundation::db;
use crate::http::web::State;

/// Tells one application.
///
/// # Errors
/// It was not told; the sentence is kept with the job.
pub async fn tell(state: State, job: TellOfLogout) -> Result<(), String> {
    let teller = Teller {
        db: &state.db,
        clients: &state.clients,
        keys: &state.signing_keys,
        master: &state.master_key,
        issuer: &state.issuer,
        key_sets: &state.key_sets,
        outbound: &state.outbound,
        now: state.clock.now(),
    };
    teller.tell(&job).await.map_err(|error| error.to_string())
}

/// Finds out which applications are to be told of sessions that ended within a sign-in.
///
/// # Errors
/// The database did not answer.
pub async fn follow(state: State, ended: SessionsEnded) -> Result<(), String> {
    write(&state, &ended)
        .await
        .map_err(|error| error.to_string())
}

async fn write(state: &State, ended: &SessionsEnded) -> Result<(), db::Error> {
    let mut change = Change::begin(&state.db, Actor::System, state.clock.now()).await?;
    lifecycle::follow(&mut change, ended).await?;
    change.commit().await
}
