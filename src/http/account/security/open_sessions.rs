//! In how many browsers the person is signed in.

use askama::Template;

use super::Block;
use crate::{
    domain::signin,
    http::{
        account::{Ended, Owner, shown::Moment},
        web::Frame,
    },
};

#[derive(Template)]
#[template(path = "account/security/open_sessions.html")]
struct OpenSessions {
    t: Frame,
    number: String,
    since: Moment,
}

pub(super) async fn block(owner: &Owner) -> Result<Option<Block>, Ended> {
    let found = signin::sessions_of_user(&owner.state.db, owner.user.id, owner.now).await;
    let sessions = found.map_err(|error| owner.failed(&error))?;
    let block = OpenSessions {
        t: owner.frame(),
        number: sessions.len().to_string(),
        since: owner.moment(owner.session.auth_time),
    };
    owner.block(&block).map(Some)
}
