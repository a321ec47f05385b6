//! A user's picture of themself. It is no attribute: no source sees or changes it, and one that
//! sends photos of its own goes before it.

use super::{UserId, store};
use crate::domain::audit::{Change, Event};
use crate::foundation::crypto::token::Secret;
use crate::foundation::db::{self, Fetch};
use crate::foundation::picture::Picture;

/// Where the picture of a name is served, below the issuer: open to whoever was told the name.
pub const PICTURES: &str = "/pictures";

/// The path of a picture.
#[must_use]
pub fn picture_path(name: &str) -> String {
    format!("{PICTURES}/{name}")
}

/// Gives a user a picture, in the place of the one before.
///
/// # Errors
/// When the database cannot answer.
pub async fn set_picture(
    change: &mut Change,
    user: UserId,
    picture: &Picture,
) -> Result<(), db::Error> {
    // An address that is told to applications, and that no one else should come upon.
    let name = Secret::generate("");
    store::delete_picture(change, user).await?;
    store::insert_picture(change, user, name.reveal(), picture).await?;
    store::note_picture(change, user, Some(name.reveal())).await?;
    change.record(Event::new("user.picture_set").subject("user", user));
    Ok(())
}

/// Takes a user's picture away; whether there was one.
///
/// # Errors
/// When the database cannot answer.
pub async fn remove_picture(change: &mut Change, user: UserId) -> Result<bool, db::Error> {
    if !store::delete_picture(change, user).await? {
        return Ok(false);
    }
    store::note_picture(change, user, None).await?;
    change.record(Event::new("user.picture_removed").subject("user", user));
    Ok(true)
}

/// The picture of a name.
///
/// # Errors
/// When the database cannot answer.
pub async fn find_picture(from: impl Fetch, name: &str) -> Result<Option<Picture>, db::Error> {
    store::picture(from, name).await
}
