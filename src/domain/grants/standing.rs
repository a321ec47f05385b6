//! Whether what an access token stands on still stands. The token itself says nothing of that:
//! a revocation, the end of a session and a deactivation take effect with the next request.

use super::{Terms, VerifiedAccessToken, store, subject};
use crate::domain::clients::Scope;
use crate::domain::directory::UserId;
use crate::foundation::clock::Timestamp;
use crate::foundation::db::{self, Db};

/// A token that stands.
pub struct Standing {
    /// The user that it is about; none when a client acts for itself.
    pub user: Option<UserId>,
    /// What it is good for: what it says, as far as the grant goes.
    pub scope: Scope,
    /// What was allowed beyond the scope.
    pub terms: Terms,
}

/// What stands behind the token, unless it was revoked, its grant has ended, or the user's
/// access does not hold. One query.
pub async fn standing(
    db: &Db,
    token: &VerifiedAccessToken,
    now: Timestamp,
) -> Result<Option<Standing>, db::Error> {
    let claims = &token.0;
    let Some(grant) = claims.grant else {
        // Of a client that acts for itself nothing else is in the database.
        let revoked = store::is_revoked(db, &claims.jti).await?;
        return Ok((!revoked).then(|| Standing {
            user: None,
            scope: claims.scope.clone(),
            terms: Terms::default(),
        }));
    };
    let found = store::grant_of_token(db, grant, &claims.jti, now).await?;
    let stands = found.filter(|found| {
        found.access.is_allowed()
            && found.client == *claims.granted_to.as_ref().unwrap_or(&claims.client_id)
            && subject::may_be(&claims.sub, found.user)
    });
    Ok(stands.map(|found| Standing {
        user: Some(found.user),
        scope: claims.scope.common(&found.scope),
        terms: found.terms,
    }))
}
