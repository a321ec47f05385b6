//! Refresh tokens: each is worth one renewal. The grant counts them; the newest is the only one
//! of any worth, and an older one that comes back ends the grant (RFC 9700 §4.14.2).
//!
//! With one exception: an answer can be lost on its way, and the client is left with a token
//! that was used. Which token follows a token is no chance but a function of it (and of the
//! master key), so the same renewal can be answered again with the *same* successor, as long as
//! nobody has used that: there is one branch of the family at any time, never two.

use super::opaque::{self, Kind};
use super::{GrantId, NotRedeemed, Possession, Redeemed, TokenRules, audience, ending, store};
use crate::domain::access;
use crate::domain::audit::{Actor, Change};
use crate::domain::clients::{Client, Scope};
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::digest::Digest;
use crate::foundation::crypto::seal::MasterKey;
use crate::foundation::crypto::token::Secret;
use crate::foundation::db::{self, Db};

/// What a client sends to renew what it has.
pub struct RefreshRedemption<'a> {
    /// The authenticated client.
    pub client: &'a Client,
    /// The refresh token.
    pub token: &'a Secret,
    /// What the new access token shall be good for, when that is less than what was granted.
    pub scope: Option<&'a Scope>,
    /// The resources that the access token shall be for; all that were granted, when none.
    pub resource: &'a [String],
    /// This server, which is a resource itself.
    pub issuer: &'a str,
    /// What the caller proved to hold.
    pub possession: Possession<'a>,
    /// How long after a renewal its answer can be had again, and how long the next lies unused.
    pub rules: TokenRules,
}

/// The statement's view of a rotation.
pub(super) struct Rotation<'a> {
    pub(super) client: &'a Client,
    pub(super) grant: GrantId,
    pub(super) generation: i64,
    pub(super) old: Digest,
    /// The generation and the token that follow; those of before where tokens are kept.
    pub(super) next: i64,
    pub(super) new: Digest,
}

/// A grant as it was found when a token of it could not be rotated.
pub(super) struct Rotated {
    pub(super) generation: i64,
    pub(super) digest: Option<String>,
    pub(super) rotated_at: Timestamp,
    /// Whether nothing has ended it, and no time has passed it.
    pub(super) live: bool,
    pub(super) redeemed: Redeemed,
}

/// Renews in one transaction: the token's generation moves on by one conditional statement, so
/// of any number that come at once one moves it.
pub async fn redeem_refresh_token(
    db: &Db,
    master: &MasterKey,
    redemption: &RefreshRedemption<'_>,
    now: Timestamp,
) -> Result<Redeemed, NotRedeemed> {
    let (client, token) = (redemption.client, redemption.token);
    let (grant, generation) =
        opaque::read(master, Kind::RefreshToken, token).ok_or(NotRedeemed::Unknown)?;
    let next = generation.checked_add(1).ok_or(NotRedeemed::Unknown)?;
    let rotates = client.rules().rotate_refresh_tokens;
    let new = rotates.then(|| opaque::successor(master, token, grant, next));
    let old = token.digest();
    let rotation = Rotation {
        client,
        grant,
        generation,
        next: if rotates { next } else { generation },
        new: new.as_ref().map_or_else(|| old.clone(), Secret::digest),
        old,
    };
    let actor = Actor::Client(client.id.to_string());
    let mut change = Change::begin(db, actor, now).await?;
    let idle_end = now.plus(client.lifetimes(&redemption.rules.lifetimes).refresh);
    let rotated = store::rotate(&mut change, &rotation, idle_end).await?;
    let mut redeemed = match rotated {
        Some(redeemed) => redeemed,
        None => match store::grant_as_rotated(&mut change, &rotation).await? {
            Some(found) if may_repeat(&found, &rotation, redemption, now) => found.redeemed,
            found => return Err(why_not_rotated(change, &rotation, found).await?),
        },
    };
    accept(&mut change, redemption, &mut redeemed).await?;
    change.unrecorded("the beginning and the end of a grant are recorded, not its renewals");
    change.commit().await?;
    redeemed.refresh_token = new;
    Ok(redeemed)
}

// The newest token of the grant is the very one that this token was answered with, so it was
// not used; and that was a moment ago.
fn may_repeat(
    found: &Rotated,
    rotation: &Rotation<'_>,
    redemption: &RefreshRedemption<'_>,
    now: Timestamp,
) -> bool {
    found.live
        && found.generation == rotation.next
        && found.digest.as_deref() == Some(rotation.new.as_str())
        && now < found.rotated_at.plus(redemption.rules.repeat_refresh)
}

// Refusing after the statement undoes it: the token is still good for a right request.
async fn accept(
    change: &mut Change,
    redemption: &RefreshRedemption<'_>,
    redeemed: &mut Redeemed,
) -> Result<(), NotRedeemed> {
    let now = change.now();
    let allowed = access::may_use(&mut *change, redeemed.signed_in.user, now).await?;
    if !allowed.is_allowed() {
        return Err(NotRedeemed::NoAccess);
    }
    // What the client requires is known without asking anybody. What the policy asks of a person is
    // asked when they sign in, and a grant lives as long as it was given for.
    if !redemption
        .client
        .is_satisfied_with(Some(&redeemed.signed_in.acr))
    {
        return Err(NotRedeemed::WeakSignIn);
    }
    if let Some(narrower) = redemption.scope {
        if narrower.is_empty() || !redeemed.scope.covers(narrower) {
            return Err(NotRedeemed::WiderScope);
        }
        redeemed.scope = narrower.clone();
    }
    let (granted, asked) = (&redeemed.terms.resource, redemption.resource);
    let issuer = redemption.issuer;
    redeemed.audience = audience::of_granted(granted, &redeemed.scope, asked, issuer)?;
    let (client, possession) = (redemption.client, redemption.possession);
    let before = redeemed.terms.confirmation.take();
    let bound = possession.following(client, before.as_ref(), !client.confidential)?;
    redeemed.terms.confirmation = bound;
    // A public client has nothing but the key: from the first proof on, the family needs it.
    if before.is_none() && redeemed.terms.confirmation.is_some() && !client.confidential {
        store::set_terms(change, redeemed.grant, &redeemed.terms).await?;
    }
    possession.use_up(change).await
}

async fn why_not_rotated(
    mut change: Change,
    rotation: &Rotation<'_>,
    found: Option<Rotated>,
) -> Result<NotRedeemed, db::Error> {
    let Some(found) = found else {
        return Ok(NotRedeemed::Unknown);
    };
    if !found.live {
        return Ok(NotRedeemed::Ended);
    }
    // A text of this server with a generation that has passed: it was used before. One of a
    // later generation, or with another random part, is of a time that a restored backup has
    // not seen; it is worth nothing, but nobody stole it.
    if rotation.generation >= found.generation {
        return Ok(NotRedeemed::Unknown);
    }
    ending::end_of_reused(&mut change, rotation.grant, "refresh_token_reused").await?;
    change.commit().await?;
    Ok(NotRedeemed::Reused)
}
