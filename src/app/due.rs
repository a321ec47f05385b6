//! What nobody asks for and falls due by itself, in small batches, each a transaction of its own.
//! Every server looks for it; a conditional statement lets one of them do it.

use std::{pin::Pin, time::Duration};

use crate::domain::{lifecycle, tries};
use crate::foundation::db::Error;
use crate::http::web::State;

/// What one transaction does at most: it is short, so that no request waits for it.
const BATCH: i64 = 20;
/// Pause between two batches.
const PAUSE: Duration = Duration::from_millis(20);

/// Does up to [`BATCH`] things that are due; how many there were.
type Work =
    for<'s> fn(&'s State) -> Pin<Box<dyn Future<Output = Result<usize, Error>> + Send + 's>>;

/// What falls due. When, is for its module to say.
const WORK: &[(&str, Work)] = &[
    ("the end of a validity", |state| {
        let (db, now) = (&state.db, state.clock.now());
        Box::pin(lifecycle::end_validities(db, now, BATCH))
    }),
    ("a letter about failed tries", |state| {
        let (db, now) = (&state.db, state.clock.now());
        Box::pin(tries::write_letters(db, &state.post, now, BATCH))
    }),
];

/// One round, until nothing is due. What fails is told of, and due again in the next round.
pub async fn round(state: &State) {
    for (what, work) in WORK {
        while do_some(state, what, *work).await {
            tokio::time::sleep(PAUSE).await;
        }
    }
}

/// Whether there may be more of it.
async fn do_some(state: &State, what: &'static str, work: Work) -> bool {
    match work(state).await {
        Ok(0) => false,
        Ok(done) => {
            tracing::info!(what, done, "done when it was due");
            true
        }
        Err(error) => {
            tracing::warn!(what, %error, "what is due could not be done");
            false
        }
    }
}
