//! Authorization codes: made for a browser, redeemed once by the client behind it.

use serde_json::json;

use super::opaque::{self, Kind};
use super::{
    AuthorizationRequest, GrantId, NotRedeemed, Possession, Redeemed, SignedIn, Terms, audience,
    ending, pkce, store,
};
use crate::domain::access;
use crate::domain::audit::{Actor, Change, Event};
use crate::domain::clients::{Client, GrantType, Scope, TokenLifetimes, scope};
use crate::domain::signin;
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::digest::Digest;
use crate::foundation::crypto::seal::MasterKey;
use crate::foundation::crypto::token::Secret;
use crate::foundation::db::{self, Db};

/// What a code stands for.
pub struct NewCode<'a> {
    /// The request that it answers.
    pub request: &'a AuthorizationRequest,
    /// Who is signed in.
    pub signed_in: &'a SignedIn,
    /// How long what clients are given is good for, as it is set.
    pub lifetimes: TokenLifetimes,
}

/// A stored code, as it was found when it was used.
pub(super) struct UsedCode {
    pub(super) grant: GrantId,
    pub(super) signed_in: SignedIn,
    pub(super) scope: Scope,
    pub(super) terms: Terms,
    pub(super) nonce: Option<String>,
    /// When the session that it was made in ends; nothing when it has ended.
    pub(super) session_end: Option<Timestamp>,
}

/// Makes a code. Nothing else is written for it: the grant begins when it is redeemed.
pub async fn issue_code(
    change: &mut Change,
    master: &MasterKey,
    new: &NewCode<'_>,
) -> Result<Secret, db::Error> {
    let now = change.now();
    let grant = GrantId::new(now);
    let code = opaque::make(master, Kind::Code, grant, 0);
    store::insert_code(
        change,
        grant,
        &code.digest(),
        new,
        now.plus(new.request.client.lifetimes(&new.lifetimes).code),
    )
    .await?;
    change.unrecorded("the grant is recorded when the code is redeemed");
    Ok(code)
}

impl NewCode<'_> {
    /// What tokens are made of that go to the client by the browser, beside the code or without
    /// one. They stand on a grant of their own, which ends with the session: what a code is
    /// redeemed for later does not pass through the front.
    fn in_front(&self, grant: GrantId) -> Redeemed {
        let request = self.request;
        Redeemed {
            grant,
            client: request.client.id.clone(),
            signed_in: self.signed_in.clone(),
            scope: request.scope.keep(|word| word != scope::OFFLINE_ACCESS),
            audience: request.terms.resource.clone(),
            terms: request.terms.clone(),
            nonce: request.nonce.clone(),
            refresh_token: None,
        }
    }
}

/// Begins the grant of an answer with tokens in it (Core §3.2, §3.3). It is stored when there is
/// an access token among them: an `id_token` alone opens nothing.
/// Nothing when the session has ended.
pub async fn begin_in_front(
    change: &mut Change,
    new: &NewCode<'_>,
) -> Result<Option<Redeemed>, db::Error> {
    let now = change.now();
    let redeemed = new.in_front(GrantId::new(now));
    let Some(session_end) = signin::hold_session(change, new.signed_in.session).await? else {
        return Ok(None);
    };
    if new.request.response_type.has_token() {
        store::insert_grant(change, &redeemed, now, session_end).await?;
        record_beginning(change, &redeemed);
    } else {
        change.unrecorded("an id_token is a statement, not a grant");
    }
    Ok(Some(redeemed))
}

/// What a client sends to redeem a code.
pub struct CodeRedemption<'a> {
    /// The authenticated client.
    pub client: &'a Client,
    /// The code.
    pub code: &'a Secret,
    /// The redirect URI of the authorization request, once more.
    pub redirect_uri: &'a str,
    /// The PKCE verifier, when there was a challenge.
    pub code_verifier: Option<&'a str>,
    /// The resources that the access token shall be for; all that were granted, when none.
    pub resource: &'a [String],
    /// This server, which is a resource itself.
    pub issuer: &'a str,
    /// What the caller proved to hold.
    pub possession: Possession<'a>,
    /// How long what clients are given is good for, as it is set.
    pub lifetimes: TokenLifetimes,
}

/// Who redeems something for a grant, and what the tokens shall be for.
#[derive(Clone, Copy)]
pub(super) struct Beginning<'a> {
    pub(super) client: &'a Client,
    pub(super) resource: &'a [String],
    pub(super) issuer: &'a str,
    pub(super) possession: Possession<'a>,
    pub(super) lifetimes: TokenLifetimes,
}

/// Redeems a code in one transaction: once, by the client it was made for, with the redirect
/// URI and the verifier that it is bound to, while session and access hold.
pub async fn redeem_code(
    db: &Db,
    master: &MasterKey,
    redemption: &CodeRedemption<'_>,
    now: Timestamp,
) -> Result<Redeemed, NotRedeemed> {
    let (grant, _) =
        opaque::read(master, Kind::Code, redemption.code).ok_or(NotRedeemed::Unknown)?;
    // A verifier that cannot be one must not pass for "none was sent".
    let challenge = match redemption.code_verifier {
        Some(verifier) => Some(pkce::challenge_of(verifier).ok_or(NotRedeemed::Unknown)?),
        None => None,
    };
    let client = redemption.client;
    let mut change = Change::begin(db, Actor::Client(client.id.to_string()), now).await?;
    let digest = redemption.code.digest();
    let used = store::use_code(&mut change, &digest, redemption, challenge.as_deref()).await?;
    let Some(used) = used else {
        return Err(why_unused(change, client, grant, &digest).await?);
    };
    let beginning = Beginning {
        client,
        resource: redemption.resource,
        issuer: redemption.issuer,
        possession: redemption.possession,
        lifetimes: redemption.lifetimes,
    };
    let redeemed = begin_grant(&mut change, master, beginning, used).await?;
    change.commit().await?;
    Ok(redeemed)
}

pub(super) async fn begin_grant(
    change: &mut Change,
    master: &MasterKey,
    beginning: Beginning<'_>,
    used: UsedCode,
) -> Result<Redeemed, NotRedeemed> {
    let now = change.now();
    let (client, possession) = (beginning.client, beginning.possession);
    let UsedCode {
        grant,
        signed_in,
        scope,
        mut terms,
        nonce,
        session_end,
    } = used;
    // Whoever cuts access ends the user's codes first and waits for this row: neither can slip
    // past the other.
    let session_end = session_end.ok_or(NotRedeemed::Ended)?;
    let allowed = access::may_use(&mut *change, signed_in.user, now).await?;
    if !allowed.is_allowed() {
        return Err(NotRedeemed::NoAccess);
    }
    // The code may be bound to a key (RFC 9449 §10); what it becomes is, in any case, to what
    // was proven with it.
    terms.confirmation = possession.following(client, terms.confirmation.as_ref(), true)?;
    possession.use_up(change).await?;
    let asked = beginning.resource;
    let audience = audience::of_granted(&terms.resource, &scope, asked, beginning.issuer)?;
    let lifetimes = client.lifetimes(&beginning.lifetimes);
    let ends_at = if scope.contains(scope::OFFLINE_ACCESS) {
        now.plus(lifetimes.refresh_absolute)
    } else {
        session_end
    };
    let refresh_token = client
        .may_use(GrantType::RefreshToken)
        .then(|| opaque::make(master, Kind::RefreshToken, grant, 0));
    let redeemed = Redeemed {
        grant,
        client: client.id.clone(),
        signed_in,
        scope,
        audience,
        terms,
        nonce,
        refresh_token,
    };
    store::insert_grant(change, &redeemed, now.plus(lifetimes.refresh), ends_at).await?;
    record_beginning(change, &redeemed);
    Ok(redeemed)
}

fn record_beginning(change: &mut Change, redeemed: &Redeemed) {
    change.record(
        Event::new("grant.began")
            .subject("user", redeemed.signed_in.user)
            .detail(json!({
                "grant": redeemed.grant,
                "client": redeemed.client.as_str(),
                "scope": redeemed.scope,
                "session": redeemed.signed_in.session,
            })),
    );
}

// A code that was used before has been seen by somebody else, or sent twice by a broken client;
// which of the two got the tokens is unknown, so the grant ends (RFC 6749 §4.1.2, RFC 9700).
async fn why_unused(
    mut change: Change,
    client: &Client,
    grant: GrantId,
    digest: &Digest,
) -> Result<NotRedeemed, db::Error> {
    let found = store::code_was_used(&mut change, digest, client).await?;
    match found {
        None => Ok(NotRedeemed::Unknown),
        Some(false) => Ok(NotRedeemed::Unknown),
        Some(true) => {
            ending::end_of_reused(&mut change, grant, "code_reused").await?;
            change.commit().await?;
            Ok(NotRedeemed::Reused)
        }
    }
}
