//! Refresh tokens: each is worth one renewal. The grant counts them; the newest is the only one
//! of any worth, and an older one that comes back ends the grant (RFC 9700 §4.14.2).

use std::time::Duration;

use super::opaque::{self, Kind};
use super::{GrantId, NotRedeemed, Redeemed, ending, store};
use crate::domain::access;
use crate::domain::audit::{Actor, Change};
use crate::domain::clients::{Client, Scope};
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::seal::MasterKey;
use crate::foundation::crypto::token::Secret;
use crate::foundation::db::{self, Db};

/// How long a refresh token may lie unused.
const IDLE: Duration = Duration::from_secs(14 * 24 * 3600);

/// What a client sends to renew what it has.
pub struct RefreshRedemption<'a> {
    /// The authenticated client.
    pub client: &'a Client,
    /// The refresh token.
    pub token: &'a Secret,
    /// What the new access token shall be good for, when that is less than what was granted.
    pub scope: Option<&'a Scope>,
}

/// The statement's view of a rotation.
pub(super) struct Rotation<'a> {
    pub(super) client: &'a Client,
    pub(super) grant: GrantId,
    pub(super) generation: i64,
    pub(super) old: &'a Secret,
    pub(super) new: &'a Secret,
}

/// When a refresh token that is made now ends by lying unused.
pub(super) fn idle_end(now: Timestamp) -> Timestamp {
    now.plus(IDLE)
}

/// Renews in one transaction: the token's generation moves on by one conditional statement, so
/// of any number that come at once one wins.
pub async fn redeem_refresh_token(
    db: &Db,
    master: &MasterKey,
    redemption: &RefreshRedemption<'_>,
    now: Timestamp,
) -> Result<Redeemed, NotRedeemed> {
    let (grant, generation) =
        opaque::read(master, Kind::RefreshToken, redemption.token).ok_or(NotRedeemed::Unknown)?;
    let next = generation.checked_add(1).ok_or(NotRedeemed::Unknown)?;
    let new = opaque::make(master, Kind::RefreshToken, grant, next);
    let rotation = Rotation {
        client: redemption.client,
        grant,
        generation,
        old: redemption.token,
        new: &new,
    };
    let actor = Actor::Client(redemption.client.id.to_string());
    let mut change = Change::begin(db, actor, now).await?;
    let Some(mut redeemed) = store::rotate(&mut change, &rotation, idle_end(now)).await? else {
        return Err(why_not_rotated(change, &rotation).await?);
    };
    let allowed = access::may_use(&mut change, redeemed.signed_in.user, now).await?;
    if !allowed.is_allowed() {
        return Err(NotRedeemed::NoAccess);
    }
    // Refusing after the statement undoes it: the token is still good for a right request.
    if let Some(narrower) = redemption.scope {
        if narrower.is_empty() || !redeemed.scope.covers(narrower) {
            return Err(NotRedeemed::WiderScope);
        }
        redeemed.scope = narrower.clone();
    }
    change.unrecorded("the beginning and the end of a grant are recorded, not its renewals");
    change.commit().await?;
    redeemed.refresh_token = Some(new);
    Ok(redeemed)
}

async fn why_not_rotated(
    mut change: Change,
    rotation: &Rotation<'_>,
) -> Result<NotRedeemed, db::Error> {
    let found = store::generation_of(&mut change, rotation.grant, rotation.client).await?;
    let Some((generation, live)) = found else {
        return Ok(NotRedeemed::Unknown);
    };
    if !live {
        return Ok(NotRedeemed::Ended);
    }
    // A text of this server with a generation that has passed: it was used before. One of a
    // later generation, or with another random part, is of a time that a restored backup has
    // not seen; it is worth nothing, but nobody stole it.
    if rotation.generation >= generation {
        return Ok(NotRedeemed::Unknown);
    }
    ending::end_of_reused(&mut change, rotation.grant, "refresh_token_reused").await?;
    change.commit().await?;
    Ok(NotRedeemed::Reused)
}
