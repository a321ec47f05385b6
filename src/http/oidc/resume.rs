//! A request that waited for a person goes on.

use axum::extract::Path;
use axum::response::Response;

use super::visit::{Asked, Ended, Visit};
use crate::domain::grants;
use crate::foundation::crypto::token::Secret;

/// After a sign-in.
pub(super) async fn resume(visit: Visit, Path(handle): Path<String>) -> Response {
    match kept(&visit, &Secret::from(handle)).await {
        Ok(asked) => visit.proceed(asked).await,
        Err(response) => *response,
    }
}

/// The request of a handle, checked again, for the browser that made it.
pub(super) async fn kept(visit: &Visit, handle: &Secret) -> Result<Asked, Ended> {
    let browser = visit.browser.digest();
    let found = grants::find_request(&visit.state.db, handle, &browser, visit.now).await;
    let Some(kept) = found.map_err(|error| visit.database(&error))? else {
        return Err(visit.gone());
    };
    let client = visit.client(kept.client.as_str()).await?;
    Ok(Asked {
        request: visit.check(&client, &kept.parameters, &kept.origin).await?,
        kept,
        handle: Some(handle.clone()),
        allowed_now: false,
        remembered: false,
    })
}
