//! Whom an access token is about, as long as everything it stands on still stands.

use serde::Serialize;

use super::{Claims, Standing, Terms, VerifiedAccessToken, standing};
use crate::domain::clients::{Client, Scope};
use crate::domain::directory::{self, User};
use crate::domain::signing_keys::{self, KeyRing};
use crate::foundation::clock::Timestamp;
use crate::foundation::db::{self, Db};

/// The user of an access token, and what may be told of them.
pub struct Holder {
    /// The user.
    pub user: User,
    /// What the token is good for.
    pub scope: Scope,
    /// What was allowed beyond the scope.
    pub terms: Terms,
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
        terms,
    }) = standing(db, token, now).await?
    else {
        return Ok(None);
    };
    let user = directory::find_user(db, user).await?;
    Ok(user.map(|user| Holder { user, scope, terms }))
}

const TYP: &str = "JWT";

#[derive(Serialize)]
struct Signed<'a> {
    iss: &'a str,
    aud: &'a str,
    #[serde(flatten)]
    claims: &'a Claims,
}

/// The claims as a signed token, for a client that registered an algorithm for it (Core §5.3.2);
/// nothing for the others. It has no `sid`, so it passes for no `id_token_hint`.
///
/// # Errors
/// There is no key for the algorithm.
pub fn signed_userinfo(
    claims: &Claims,
    client: &Client,
    issuer: &str,
    keys: &KeyRing,
    now: Timestamp,
) -> Result<Option<String>, signing_keys::Error> {
    let Some(algorithm) = client.metadata.userinfo_signed_response_alg else {
        return Ok(None);
    };
    let payload = Signed {
        iss: issuer,
        aud: client.id.as_str(),
        claims,
    };
    keys.sign(algorithm, TYP, &payload, now).map(Some)
}
