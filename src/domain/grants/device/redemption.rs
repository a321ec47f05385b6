//! A device asks whether the person has decided.

use crate::domain::audit::{Actor, Change};
use crate::domain::clients::{Client, TokenLifetimes};
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::digest::Digest;
use crate::foundation::crypto::seal::MasterKey;
use crate::foundation::crypto::token::Secret;
use crate::foundation::db::{self, Db};

use crate::domain::grants::codes::Beginning;
use crate::domain::grants::opaque::{self, Kind};
use crate::domain::grants::{NotRedeemed, Possession, Redeemed, codes, store};

/// What a device sends to fetch its tokens.
pub struct DeviceRedemption<'a> {
    /// The authenticated client.
    pub client: &'a Client,
    /// The device code.
    pub device_code: &'a Secret,
    /// The resources that the access token shall be for; all that were granted, when none.
    pub resource: &'a [String],
    /// This server, which is a resource itself.
    pub issuer: &'a str,
    /// What the caller proved to hold.
    pub possession: Possession<'a>,
    /// How long what clients are given is good for, as it is set.
    pub lifetimes: TokenLifetimes,
}

/// Why a device has no tokens (RFC 8628 §3.5).
#[derive(Debug, thiserror::Error)]
pub enum NotYet {
    /// The person has not decided.
    #[error("the person has not decided yet")]
    Pending,
    /// It asks more often than it was told to: from now on it waits five seconds longer.
    #[error("asked too soon")]
    SlowDown,
    /// The person said no.
    #[error("the person did not allow this")]
    Denied,
    /// Nobody decided in time.
    #[error("the code has expired")]
    Expired,
    /// It is worth nothing, or not to this client.
    #[error(transparent)]
    NotRedeemed(#[from] NotRedeemed),
}

impl From<db::Error> for NotYet {
    fn from(error: db::Error) -> Self {
        Self::NotRedeemed(error.into())
    }
}

/// What a device that asks finds.
pub(in crate::domain::grants) struct Polled {
    pub(in crate::domain::grants) too_early: bool,
    pub(in crate::domain::grants) allowed: Option<bool>,
    pub(in crate::domain::grants) over: bool,
    pub(in crate::domain::grants) expired: bool,
}

/// Redeems in one transaction what a person has allowed: once, to the client that asked, while
/// session and access hold.
pub async fn redeem_device_code(
    db: &Db,
    master: &MasterKey,
    redemption: &DeviceRedemption<'_>,
    now: Timestamp,
) -> Result<Redeemed, NotYet> {
    let text = redemption.device_code;
    opaque::read(master, Kind::DeviceCode, text).ok_or(NotRedeemed::Unknown)?;
    let (client, digest) = (redemption.client, text.digest());
    let mut change = Change::begin(db, Actor::Client(client.id.to_string()), now).await?;
    let Some(used) = store::use_device(&mut change, &digest, client).await? else {
        return Err(why_not_yet(change, client, &digest).await?);
    };
    let beginning = Beginning {
        client,
        resource: redemption.resource,
        issuer: redemption.issuer,
        possession: redemption.possession,
        lifetimes: redemption.lifetimes,
    };
    let redeemed = codes::begin_grant(&mut change, master, beginning, used).await?;
    change.commit().await?;
    Ok(redeemed)
}

async fn why_not_yet(
    mut change: Change,
    client: &Client,
    digest: &Digest,
) -> Result<NotYet, db::Error> {
    let polled = store::poll_device(&mut change, digest, client).await?;
    change.unrecorded("a device asks again and again");
    change.commit().await?;
    Ok(match polled {
        None => NotRedeemed::Unknown.into(),
        Some(polled) if polled.over => NotRedeemed::Ended.into(),
        Some(polled) if polled.expired => NotYet::Expired,
        Some(polled) if polled.allowed == Some(false) => NotYet::Denied,
        Some(polled) if polled.too_early => NotYet::SlowDown,
        Some(_) => NotYet::Pending,
    })
}
