//! Foreign issuers that a connection trusts: a workload there presents a token of its own
//! platform, and no secret of ours has to be kept anywhere (RFC 7523, section 2.2; Entra ID
//! calls it workload identity federation).
//!
//! Such a token is the platform's, not made for one request: it is presented again and again
//! while it lives, so it is not taken once only, as a client's own assertion is. What bounds
//! it is its issuer, subject and audience, all three to the letter, and its life.

use std::time::Duration;

use serde_json::json;

use super::{Connection, ConnectionId, NotChanged, store};
use crate::domain::audit::{Change, Event};
use crate::domain::clients::assertion::{Claims, InvalidAssertion};
use crate::domain::clients::{KeySets, KeySource};
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::jose::Unverified;
use crate::foundation::outbound::Outbound;
use crate::typed_id;

typed_id!(
    /// A foreign issuer that a connection trusts.
    pub TrustedIssuerId
);

/// The tokens of platforms live for an hour or so; those of managed identities for a day.
const LONGEST: Duration = Duration::from_secs(24 * 3600);
const MOST_CHARS: usize = 500;

/// Who may speak for a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trust {
    /// The issuer, to the letter.
    pub issuer: String,
    /// Who it must speak of.
    pub subject: String,
    /// Whom the assertion must be meant for.
    pub audience: String,
}

/// A foreign issuer that a connection trusts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedIssuer {
    /// Its id.
    pub id: TrustedIssuerId,
    /// What of it is trusted.
    pub trust: Trust,
}

/// Has a connection trust a foreign issuer.
///
/// # Errors
/// There is no such connection, or the issuer is no address.
pub async fn trust(
    change: &mut Change,
    id: ConnectionId,
    trust: Trust,
) -> Result<TrustedIssuer, NotChanged> {
    let connection = store::lock(change, id).await?;
    if connection.is_none() {
        return Err(NotChanged::NoSuchConnection(id));
    }
    check(&trust)?;
    let trusted = TrustedIssuer {
        id: TrustedIssuerId::new(change.now()),
        trust,
    };
    store::insert_trusted(change, id, &trusted).await?;
    store::advance_revision(change).await?;
    let Trust {
        issuer,
        subject,
        audience,
    } = &trusted.trust;
    change.record(
        Event::new("connection.issuer_trusted")
            .subject("connection", id)
            .detail(json!({ "issuer": issuer, "subject": subject, "audience": audience })),
    );
    Ok(trusted)
}

/// Ends the trust in a foreign issuer.
///
/// # Errors
/// The connection does not trust it.
pub async fn distrust(
    change: &mut Change,
    connection: ConnectionId,
    id: TrustedIssuerId,
) -> Result<(), NotChanged> {
    if !store::delete_trusted(change, connection, id).await? {
        return Err(NotChanged::NotTrusted(id));
    }
    store::advance_revision(change).await?;
    change.record(
        Event::new("connection.issuer_distrusted")
            .subject("connection", connection)
            .detail(json!({ "trusted_issuer": id })),
    );
    Ok(())
}

fn check(trust: &Trust) -> Result<(), NotChanged> {
    let issuer = url::Url::parse(&trust.issuer).ok();
    let is_an_address = issuer.is_some_and(|url| {
        matches!(url.scheme(), "https" | "http")
            && url.query().is_none()
            && url.fragment().is_none()
    });
    if !is_an_address {
        return Err(NotChanged::Issuer);
    }
    let all = [&trust.issuer, &trust.subject, &trust.audience];
    let fits = |text: &&String| {
        (1..=MOST_CHARS).contains(&text.chars().count()) && !text.chars().any(char::is_control)
    };
    all.iter().all(fits).then_some(()).ok_or(NotChanged::Trust)
}

/// Checks an assertion of a foreign issuer that speaks for a connection. The issuer is asked
/// for its keys only when the connection trusts it.
///
/// # Errors
/// It is not accepted.
pub async fn accept(
    connection: &Connection,
    token: &Unverified<'_>,
    (key_sets, outbound): (&KeySets, &Outbound),
    now: Timestamp,
) -> Result<(), InvalidAssertion> {
    let claimed: Claims = token.unproven_claims().ok_or(InvalidAssertion::Signature)?;
    let matching = |trusted: &&TrustedIssuer| trusted.trust.issuer == claimed.iss;
    let trusted = connection.trusted.iter().find(matching);
    let issuer = &trusted.ok_or(InvalidAssertion::Party)?.trust.issuer;
    let source = KeySource::Issuer(issuer.clone());
    let keys = key_sets
        .of(outbound, &source, |keys| keys.may_verify(token), now)
        .await;
    let keys = keys.map_err(|error| {
        tracing::warn!(%error, issuer, "an assertion cannot be checked");
        InvalidAssertion::Signature
    })?;
    let claims: Claims = keys.verify(token).ok_or(InvalidAssertion::Signature)?;
    let spoken_for = connection
        .trusted
        .iter()
        .map(|trusted| &trusted.trust)
        .filter(|trust| trust.issuer == claims.iss && trust.subject == claims.sub);
    let audiences: Vec<_> = spoken_for.map(|trust| &trust.audience).collect();
    if audiences.is_empty() {
        return Err(InvalidAssertion::Party);
    }
    if !audiences.iter().any(|audience| claims.is_for(audience)) {
        return Err(InvalidAssertion::Audience);
    }
    // Without it nobody could say how long the token was made to live.
    if !claims.has_iat() {
        return Err(InvalidAssertion::TooLong);
    }
    claims.check_times(now, LONGEST)
}
