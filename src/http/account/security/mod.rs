//! What a person signs in with: a page of blocks. A block is a file here with a function
//! `block`, which gives its HTML or nothing, and with the routes of its forms.

mod apps;
mod codes;
mod keys;
mod mailed_codes;
mod open_sessions;
mod password;

use askama::Template;
use axum::{
    Router,
    response::{IntoResponse, Response},
    routing::get,
};

use super::{Around, Ended, Owner, Section};
use crate::http::web::{Frame, Page, PageRefusal, State};

#[derive(Template)]
#[template(path = "account/security.html")]
struct SecurityPage {
    t: Frame,
    around: Around,
    blocks: Vec<Block>,
}

/// A part of the page: a `<section class="block">`.
pub(super) struct Block {
    html: String,
}

impl Owner {
    /// A block of a template, which escapes what is in it.
    pub(super) fn block(&self, template: &impl Template) -> Result<Block, Ended> {
        let html = template.render().map_err(|error| {
            tracing::error!(%error, "a block could not be rendered");
            PageRefusal::internal(self.request_id.clone())
        })?;
        Ok(Block { html })
    }
}

/// The blocks in their order. A new one is a module above, a line here, and, if it has forms, a
/// line in [`routes`].
async fn blocks(owner: &Owner) -> Result<Vec<Block>, Ended> {
    let mut all = Vec::new();
    all.extend(password::block(owner).await?);
    all.extend(apps::block(owner).await?);
    all.extend(codes::block(owner).await?);
    all.extend(keys::block(owner).await?);
    all.extend(mailed_codes::block(owner).await?);
    all.extend(open_sessions::block(owner).await?);
    Ok(all)
}

pub(super) fn routes() -> Router<State> {
    Router::new()
        .route(Section::Security.path(), get(show))
        .merge(apps::routes())
        .merge(codes::routes())
        .merge(keys::routes())
}

async fn show(owner: Owner) -> Result<Response, Ended> {
    let page = SecurityPage {
        t: owner.frame(),
        around: owner.around(Section::Security),
        blocks: blocks(&owner).await?,
    };
    let asks = owner.state.webauthn.is_some();
    Ok(Page::of(&page).asks_authenticators(asks).into_response())
}
