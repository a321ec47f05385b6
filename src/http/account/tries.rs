//! What a person is told of failed tries before the session that they are in: on the first page,
//! until they have seen it.

use axum::{Router, response::Response, routing::post};

use super::{Ended, Owner, shown::Moment};
use crate::{
    domain::tries::{self, Told},
    http::web::{PageForm, State, paths, see_other},
};

const SEEN: &str = "/account/activity/tries-seen";

/// The notice, as the first page shows it.
pub(super) struct FailedTries {
    /// How many.
    pub(super) number: i64,
    /// The first.
    pub(super) since: Moment,
    /// The last.
    pub(super) last: Moment,
    /// From where that came.
    pub(super) from: Option<String>,
    /// Where one says that it was somebody else.
    pub(super) not_me: &'static str,
    /// Where the password is changed.
    pub(super) password: &'static str,
    /// Where the form goes that takes the notice away.
    pub(super) seen: &'static str,
}

pub(super) fn routes() -> Router<State> {
    Router::new().route(SEEN, post(seen))
}

/// What is still to be told in this session.
pub(super) async fn notice(owner: &Owner) -> Result<Option<FailedTries>, Ended> {
    let told = tries::told(&owner.state.db, &owner.session.id.to_string()).await;
    let told = told.map_err(|error| owner.failed(&error))?;
    Ok(told.map(|told| shown(owner, told)))
}

fn shown(owner: &Owner, told: Told) -> FailedTries {
    FailedTries {
        number: told.tries,
        since: owner.moment(told.since),
        last: owner.moment(told.last_at),
        from: owner.whereabouts(told.last_from.as_deref()),
        not_me: super::disown::PATH,
        password: super::password::PATH,
        seen: SEEN,
    }
}

async fn seen(owner: Owner, PageForm(_): PageForm) -> Result<Response, Ended> {
    let mut change = owner.change().await?;
    let seen = tries::is_seen(&mut change, &owner.session.id.to_string()).await;
    seen.map_err(|error| owner.failed(&error))?;
    owner.commit(change).await?;
    Ok(see_other(paths::ACCOUNT))
}
