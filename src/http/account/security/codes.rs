//! Recovery codes: how many are left, and new ones.

use askama::Template;
use axum::{
    Router,
    response::{IntoResponse, Response},
    routing::post,
};

use super::Block;
use crate::{
    domain::{
        access,
        credentials::recovery,
        mail::{self, Occasion},
    },
    http::{
        account::{Ended, Owner, Section},
        web::{Frame, Page, PageForm, State, pages::RecoveryCodesPage},
    },
};

const MAKE: &str = "/account/security/recovery-codes";

#[derive(Template)]
#[template(path = "account/security/codes.html")]
struct Codes {
    t: Frame,
    left: i64,
    any: bool,
    action: &'static str,
}

pub(super) fn routes() -> Router<State> {
    Router::new().route(MAKE, post(make))
}

/// For whoever has a factor that the codes can stand in for, or codes that are left.
pub(super) async fn block(owner: &Owner) -> Result<Option<Block>, Ended> {
    let (db, user) = (&owner.state.db, owner.user.id);
    let enrolled = crate::domain::credentials::enrolled(db, user).await;
    let enrolled = enrolled.map_err(|error| owner.failed(&error))?;
    if !enrolled.has_second(false) && !enrolled.recovery_codes {
        return Ok(None);
    }
    let left = recovery::codes_left(db, user).await;
    let left = left.map_err(|error| owner.failed(&error))?.left;
    let block = Codes {
        t: owner.frame(),
        left,
        any: left > 0,
        action: MAKE,
    };
    owner.block(&block).map(Some)
}

/// Makes new codes and shows them: here and never again.
async fn make(owner: Owner, PageForm(_): PageForm) -> Result<Response, Ended> {
    owner.fresh().await?;
    let (user, key) = (owner.user.id, &owner.state.master_key);
    let mut change = owner.change().await?;
    let made = async {
        access::hold(&mut change, user).await?;
        let codes = recovery::make_codes(&mut change, key, user).await?;
        let occasion = Occasion::RecoveryCodesMade;
        mail::notify(&mut change, &owner.state.post, user, occasion).await?;
        Ok(codes)
    };
    let codes = made.await.map_err(|error| owner.failed(&error))?;
    owner.commit(change).await?;
    let codes = codes.iter().map(|code| code.shown()).collect();
    let name = owner.user.profile.user_name.clone();
    let onward = Section::Security.path().to_owned();
    let page = RecoveryCodesPage::new(owner.frame(), codes, name, onward);
    Ok(Page::of(&page).into_response())
}
