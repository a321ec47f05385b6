//! What follows when a person says of what was done in their account: that was not me.

use std::time::Duration;

use serde_json::json;

use crate::domain::{
    audit::{self, Change, Event},
    directory::{self, User},
    lifecycle,
    mail::{self, Occasion, Post},
    signin::SessionId,
};
use crate::foundation::db;

const ACTION: &str = "account.disowned";

/// Administrators are written to about one person once in so long: who presses again and again
/// must not fill their boxes.
const PAUSE: Duration = Duration::from_secs(60 * 60);

/// Ends what somebody else may have got hold of: all sessions but this one and all that
/// applications hold but through it. Administrators are told, in the audit log and by mail.
///
/// # Errors
/// When the database cannot answer.
pub async fn disown(
    change: &mut Change,
    post: &Post,
    user: &User,
    kept: SessionId,
) -> Result<(), db::Error> {
    let id = user.id.to_string();
    let before = audit::newest_about(&mut *change, ("user", &id), ACTION).await?;
    lifecycle::disown(change, user.id, kept).await?;
    change.record(
        Event::new(ACTION)
            .subject("user", user.id)
            .detail(json!({ "kept": kept })),
    );
    let is_news = before.is_none_or(|before| change.now().since(before) >= PAUSE);
    if is_news && post.is_on() {
        tell(change, post, &id).await?;
    }
    Ok(())
}

async fn tell(change: &mut Change, post: &Post, user: &str) -> Result<(), db::Error> {
    for administrator in directory::administrators_to_write_to(&mut *change).await? {
        let occasion = Occasion::AccountDisowned {
            user: user.to_owned(),
        };
        mail::notify(change, post, administrator, occasion).await?;
    }
    Ok(())
}
