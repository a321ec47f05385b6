//! The way out for whoever finds somebody else's sign-in in their browser.

use axum::response::Response;

use super::{gone, visitor::Visitor};
use crate::{
    domain::signin::{self, Outcome, Step},
    http::web::{PageForm, PageRefusal},
};

/// Forgets what was proven in the sign-in, and asks for the name again.
pub(super) async fn submit(visitor: Visitor, _: PageForm) -> Result<Response, PageRefusal> {
    let begun = signin::as_another(visitor.desk(), visitor.visit()).await;
    match begun.map_err(|error| visitor.failed(&error))? {
        Outcome::Gone(found) => Err(gone::page(&found, visitor.request_id)),
        _ => Ok(visitor.lead_to(Step::First)),
    }
}
