//! Since when the person has had their password, and the way to another one.

use askama::Template;

use super::Block;
use crate::{
    domain::credentials,
    http::{
        account::{Ended, Owner, shown::Moment},
        web::Frame,
    },
};

#[derive(Template)]
#[template(path = "account/security/password.html")]
struct Password {
    t: Frame,
    since: Option<Moment>,
}

pub(super) async fn block(owner: &Owner) -> Result<Option<Block>, Ended> {
    let found = credentials::password_of(&owner.state.db, owner.user.id).await;
    let password = found.map_err(|error| owner.failed(&error))?;
    let block = Password {
        t: owner.frame(),
        since: password.map(|password| owner.moment(password.set_at)),
    };
    owner.block(&block).map(Some)
}
