//! Owns what a user allows a client: the authorization request, the consent, the code, the
//! grant that a code is redeemed for, and the refresh tokens that live in it. Does not own who
//! is signed in (`signin`), nor what a client registered (`clients`).
//!
//! Texts that the outside holds (codes, refresh tokens) are stored as digests only, carry a
//! MAC so that garbage costs no query, and are used up by one conditional statement each.

mod access_token;
mod applications;
pub mod audience;
mod claims;
mod codes;
mod consent;
mod device;
mod dpop;
mod ending;
mod error_code;
mod exchange;
mod external_method;
mod held;
mod id_token;
mod id_token_subject;
mod introspection;
mod kept_request;
mod logout_token;
mod next;
mod opaque;
mod origin;
mod parameters;
mod pkce;
mod possession;
mod pushed;
mod reading;
mod refresh;
pub mod request;
mod request_object;
mod response;
mod revocation;
mod shaping;
mod standing;
mod store;
mod subject;
mod terms;
mod userinfo;

pub use access_token::{AccessToken, NewAccessToken, VerifiedAccessToken};
pub use applications::{SignedInTo, applications_of_session, applications_of_user};
pub use claims::Claims;
pub use codes::{CodeRedemption, NewCode, begin_in_front, issue_code, redeem_code};
pub use consent::{Allowed, consented, give_consent, give_consent_to};
pub use device::{
    DEVICE_LIFETIME, DeviceCodes, DeviceRedemption, NewDevice, NotYet, POLL_INTERVAL, Typist,
    UserCode, WaitingDevice, begin_device, decide_device, find_device, may_try_user_code,
    redeem_device_code,
};
pub use dpop::{InvalidProof, Occasion, Proof, dpop_nonce};
pub use ending::{end_of_session, end_of_user, end_of_user_but, sweep};
pub use error_code::ErrorCode;
pub use exchange::{Exchange, Exchanged, NotExchanged, Party, SubjectKind};
pub use external_method::{ExternalAnswer, ForeignHint, HandedOver};
pub use held::{
    AllowedApplication, GivenConsent, HeldGrant, allowed_applications, grants_of_user, withdraw,
};
pub use id_token::{IdToken, IdTokenHint};
pub use introspection::{Active, Introspection, Sees, Viewer};
pub use kept_request::{KeptRequest, complete_request, find_request, keep_request};
pub use logout_token::LogoutToken;
pub use next::{Next, Open, Situation, what_next};
pub use origin::{Origin, ReadRequest, Vouched};
pub use parameters::{Duplicate, Parameters};
pub use possession::{NotBound, Possession};
pub use pushed::{LIFETIME as PUSHED_LIFETIME, complete_pushed, push};
pub use reading::{NotRead, Reading};
pub use refresh::{RefreshRedemption, redeem_refresh_token};
pub use request::{AuthorizationRequest, PageRefusal, Prompt, RedirectRefusal, Refusal};
pub use response::{ReturnAddress, is_signed};
pub use revocation::{NotRevoked, Revocation};
pub use shaping::Shaping;
pub use standing::{Standing, standing};
pub use subject::subject_of;
pub use terms::{Confirmation, RequestedClaim, RequestedClaims, Terms};
pub use userinfo::{Holder, holder, signed_userinfo};

use std::time::Duration;

use crate::domain::clients::{ClientId, Scope, TokenLifetimes};
use crate::domain::directory::UserId;
use crate::domain::signin::SessionId;
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::token::Secret;
use crate::foundation::db;

crate::typed_id! {
    /// A grant: what one sign-in of a user at a client came to.
    pub GrantId
}

/// Who is signed in, and how: what tokens say of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignedIn {
    /// Who.
    pub user: UserId,
    /// In which session: the `sid` claim.
    pub session: SessionId,
    /// When the user proved themself.
    pub auth_time: Timestamp,
    /// How, as RFC 8176 says it, separated by spaces.
    pub amr: String,
    /// What that comes to.
    pub acr: String,
}

/// A grant that a code or a refresh token was just redeemed for.
pub struct Redeemed {
    /// Its id; access tokens carry it.
    pub grant: GrantId,
    /// The client.
    pub client: ClientId,
    /// The user, and how they signed in.
    pub signed_in: SignedIn,
    /// What was allowed; a refresh may have narrowed it for this answer.
    pub scope: Scope,
    /// For whom the access token is to be.
    pub audience: Vec<String>,
    /// What was allowed beyond the scope.
    pub terms: Terms,
    /// The nonce of the authorization request.
    pub nonce: Option<String>,
    /// The newest refresh token, when the client registered the grant.
    pub refresh_token: Option<Secret>,
}

/// Why a code or a refresh token was not redeemed. The caller learns `invalid_grant` for all
/// but the last four: which of them it was would tell a thief what to try next.
#[derive(Debug, thiserror::Error)]
pub enum NotRedeemed {
    /// It was not made by this server, or never for this client, or what it is bound to does
    /// not fit.
    #[error("not a code or token for this client and request")]
    Unknown,
    /// It was used before; the grant has been ended.
    #[error("used before; the grant was ended")]
    Reused,
    /// It took too long, or the grant or session has ended.
    #[error("expired or ended")]
    Ended,
    /// The user may not use this server now.
    #[error("the user's access does not hold")]
    NoAccess,
    /// The client requires more of a sign-in, by now, than this one came to.
    #[error("the client requires a stronger sign-in")]
    WeakSignIn,
    /// More was asked for than the grant has.
    #[error("the scope is wider than what was granted")]
    WiderScope,
    /// A token is wanted for a resource that was not granted.
    #[error("a token for that resource was not granted")]
    Resource,
    /// What has to be proven to be held was not.
    #[error(transparent)]
    NotBound(#[from] NotBound),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// How tokens are given, as the installation has set it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TokenRules {
    /// How long they are good for, of a client that registered nothing else.
    pub lifetimes: TokenLifetimes,
    /// How long after a renewal its answer can be had again.
    pub repeat_refresh: Duration,
    /// Whether a `DPoP` proof has to carry a nonce of this server.
    pub dpop_nonces: bool,
}

impl Default for TokenRules {
    fn default() -> Self {
        Self {
            lifetimes: TokenLifetimes::default(),
            repeat_refresh: Duration::from_secs(60),
            dpop_nonces: true,
        }
    }
}
