//! A person's picture of themself, as far as no source sends one. To take away what they uploaded
//! is always theirs.

use super::{Lock, Rules};
use crate::domain::{
    audit::Change,
    directory::{self, User, UserId},
};
use crate::foundation::{db, picture::Picture};

const PHOTOS: &str = "photos";

/// Why a person cannot change their picture, if they cannot. A photo that is in the directory goes
/// before one that is uploaded, whoever wrote it.
#[must_use]
pub fn picture_lock(rules: Rules, user: &User) -> Option<Lock> {
    let owner = user.ownership.owner_of(PHOTOS).map(Lock::Source);
    let is_given = !rules.profile || user.profile.photo().is_some();
    owner.or(is_given.then_some(Lock::Setting))
}

/// Sets a person's picture, unless it is locked; whether it was set.
///
/// # Errors
/// When the database cannot answer.
pub async fn set_picture(
    change: &mut Change,
    rules: Rules,
    id: UserId,
    picture: &Picture,
) -> Result<bool, db::Error> {
    let user = directory::lock_user(change, id).await?;
    if user.is_none_or(|user| picture_lock(rules, &user).is_some()) {
        return Ok(false);
    }
    directory::set_picture(change, id, picture).await?;
    Ok(true)
}
