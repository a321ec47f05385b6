//! Whom an access token is about, as long as everything it stands on still stands.

use super::{Standing, VerifiedAccessToken, standing};
use crate::domain::clients::Scope;
use crate::domain::directory::{self, User};
use crate::foundation::clock::Timestamp;
use crate::foundation::db::{self, Db};

/// The user of an access token, and what may be told of them.
pub struct Holder {
    /// The user.
    pub user: User,
    /// What the token is good for.
    pub scope: Scope,
}

/// The holder of a token, unless its grant has ended or the user's access does not hold: a
/// deactivation takes effect with the next request, whatever the token says about its end.
pub async fn holder(
    db: &Db,
    token: &VerifiedAccessToken,
    now: Timestamp,
) -> Result<Option<Holder>, db::Error> {
    let Some(Standing {
        user: Some(user),
        scope,
    }) = standing(db, token, now).await?
    else {
        return Ok(None);
    };
    let user = directory::find_user(db, user).await?;
    Ok(user.map(|user| Holder { user, scope }))
}
