//! Assertions: signed tokens that a client presents in place of a secret (RFC 7521, RFC 7523,
//! and its successor draft for what the audience may be).

use std::time::Duration;

use serde::Deserialize;
use serde_json::Number;

use super::authentication::Means;
use super::{AcceptedAudience, Client, ClientId, store};
use crate::domain::audit::{Actor, Change};
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::digest::Digest;
use crate::foundation::crypto::jose::{ForeignKeys, Unverified};
use crate::foundation::db::{Db, Error};

/// The only kind of assertion that there is.
pub const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// How far two clocks may be apart.
const SKEW: Duration = Duration::from_secs(60);
/// An assertion of one's own is made for one request, and libraries make it for up to an hour.
/// What lives longer would have to be remembered longer (Keycloak CVE-2025-2559).
const LONGEST: Duration = Duration::from_secs(3600);
/// Types that an assertion may say it is of: that of draft-ietf-oauth-rfc7523bis, and the one
/// that says nothing. Another kind of token, however well signed, is not one.
const TYPES: [&str; 2] = ["client-authentication+jwt", "JWT"];
const LONGEST_JTI: usize = 256;

/// What an assertion says. A time that is no number, or a claim that is there twice, is no
/// assertion at all.
#[derive(Deserialize)]
pub struct Claims {
    /// Who made it.
    pub iss: String,
    /// Of whom it speaks.
    pub sub: String,
    aud: Audience,
    exp: Number,
    iat: Option<Number>,
    nbf: Option<Number>,
    jti: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

/// Why an assertion is not accepted. For the log: a caller learns only that it is not.
#[derive(Debug, thiserror::Error)]
pub enum InvalidAssertion {
    /// It says that it is a token of another kind.
    #[error("typ of the assertion is that of another kind of token")]
    Type,
    /// Not the algorithm that the client registered, or that its profile permits.
    #[error("the assertion is not signed with an algorithm that the client may use")]
    Algorithm,
    /// Not a token, or no known key signed it.
    #[error("no known key signed the assertion")]
    Signature,
    /// It was made by, or speaks of, somebody else.
    #[error("iss or sub of the assertion is not the expected one")]
    Party,
    /// It is meant for another server, or for several.
    #[error("aud of the assertion is not this server alone")]
    Audience,
    /// It is over.
    #[error("the assertion has expired")]
    Expired,
    /// It is not valid yet, or was made in the future.
    #[error("the assertion is of the future")]
    Early,
    /// It lives longer than it may.
    #[error("the assertion lives too long")]
    TooLong,
    /// It cannot be told from another.
    #[error("the assertion has no jti of 1 to {LONGEST_JTI} characters")]
    NoJti,
    /// It was presented before.
    #[error("the assertion was used before")]
    Replayed,
    /// The database cannot answer.
    #[error(transparent)]
    Database(#[from] Error),
}

impl Claims {
    /// Whether it is for `audience` and nobody else: one that several servers accept could be
    /// carried from one to the other.
    pub fn is_for(&self, audience: &str) -> bool {
        match &self.aud {
            Audience::One(one) => one == audience,
            Audience::Several(all) => matches!(all.as_slice(), [one] if one == audience),
        }
    }

    /// Whether it is for `audience`, named as one text: FAPI 2.0 Security Profile §5.3.2.1 takes
    /// the issuer "as a string" and no list.
    fn names_alone(&self, audience: &str) -> bool {
        matches!(&self.aud, Audience::One(one) if one == audience)
    }

    /// Checks the times. `longest` is counted from `iat`, or from now when there is none.
    ///
    /// # Errors
    /// It is over, of the future, or lives too long.
    pub fn check_times(&self, now: Timestamp, longest: Duration) -> Result<(), InvalidAssertion> {
        let end = seconds(&self.exp).ok_or(InvalidAssertion::Expired)?;
        let now = now.seconds();
        let skew = whole(SKEW);
        if end <= now {
            return Err(InvalidAssertion::Expired);
        }
        for begin in [&self.iat, &self.nbf].into_iter().flatten() {
            let begin = seconds(begin).ok_or(InvalidAssertion::Early)?;
            if begin > now + skew {
                return Err(InvalidAssertion::Early);
            }
        }
        let begin = self.iat.as_ref().and_then(seconds).unwrap_or(now);
        if end - begin > whole(longest) + skew || end - now > whole(longest) + skew {
            return Err(InvalidAssertion::TooLong);
        }
        Ok(())
    }

    /// Whether it says when it was made.
    pub fn has_iat(&self) -> bool {
        self.iat.is_some()
    }

    fn end(&self) -> Option<Timestamp> {
        Some(Timestamp::from_millis(
            seconds(&self.exp)?.checked_mul(1000)?,
        ))
    }
}

fn whole(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}

/// Seconds of a `NumericDate`, which may have a fraction; none when it is beyond all dates.
pub fn seconds(date: &Number) -> Option<i64> {
    const FARTHEST: i64 = 253_402_300_799;
    #[allow(
        clippy::cast_possible_truncation,
        reason = "out of range is refused below"
    )]
    let seconds = date
        .as_i64()
        .or_else(|| date.as_f64().map(|date| date as i64))?;
    (0..=FARTHEST).contains(&seconds).then_some(seconds)
}

/// Accepts an assertion that a client has made for itself and signed with a key of its own.
///
/// # Errors
/// It is not accepted.
pub(super) async fn accept_signed_by_key(
    client: &Client,
    token: &Unverified<'_>,
    means: &Means<'_>,
) -> Result<(), InvalidAssertion> {
    check_header(client, token)?;
    let suffices = |keys: &ForeignKeys| keys.may_verify(token);
    let keys = means.key_sets;
    let keys = keys.of_client(means.outbound, client, suffices, means.now);
    let keys = keys.await.map_err(|error| {
        tracing::warn!(client = %client.id, %error, "an assertion cannot be checked");
        InvalidAssertion::Signature
    })?;
    let claims = keys.verify(token).ok_or(InvalidAssertion::Signature)?;
    accept_own(client, &claims, means).await
}

/// Accepts an assertion that a client has made for itself and signed with its secret.
///
/// # Errors
/// It is not accepted.
pub(super) async fn accept_signed_by_secret(
    client: &Client,
    token: &Unverified<'_>,
    means: &Means<'_>,
) -> Result<(), InvalidAssertion> {
    check_header(client, token)?;
    let claims = client.signed_with_secret(token, means.master_key, means.now);
    let claims = claims.ok_or(InvalidAssertion::Signature)?;
    accept_own(client, &claims, means).await
}

fn check_header(client: &Client, token: &Unverified<'_>) -> Result<(), InvalidAssertion> {
    if !token.may_be_of_type(&TYPES) {
        return Err(InvalidAssertion::Type);
    }
    let used = token.signature_algorithm();
    let used = used.ok_or(InvalidAssertion::Algorithm)?;
    let registered = client.metadata.token_endpoint_auth_signing_alg;
    let of_the_profile = !client.rules().fapi_algorithms || used.is_of_fapi();
    if registered.is_none_or(|registered| registered == used) && of_the_profile {
        Ok(())
    } else {
        Err(InvalidAssertion::Algorithm)
    }
}

/// Checks what the assertion says, after its signature was found right, and takes it: it is
/// not accepted again.
async fn accept_own(
    client: &Client,
    claims: &Claims,
    means: &Means<'_>,
) -> Result<(), InvalidAssertion> {
    let id = client.id.as_str();
    if claims.iss != id || claims.sub != id {
        return Err(InvalidAssertion::Party);
    }
    let by_endpoint = client.rules().audience == AcceptedAudience::IssuerOrEndpoint;
    let for_this_server = if by_endpoint {
        let for_endpoint = means.endpoints.iter().any(|one| claims.is_for(one));
        for_endpoint || claims.is_for(means.issuer)
    } else {
        claims.names_alone(means.issuer)
    };
    if !for_this_server {
        return Err(InvalidAssertion::Audience);
    }
    claims.check_times(means.now, LONGEST)?;
    let jti = claims.jti.as_deref().unwrap_or_default();
    if jti.is_empty() || jti.len() > LONGEST_JTI {
        return Err(InvalidAssertion::NoJti);
    }
    let end = claims.end().ok_or(InvalidAssertion::Expired)?;
    use_once(means.db, &client.id, jti, end, means.now).await
}

/// One conditional insert, so that of many at once one is the first.
async fn use_once(
    db: &Db,
    client: &ClientId,
    jti: &str,
    end: Timestamp,
    now: Timestamp,
) -> Result<(), InvalidAssertion> {
    let digest = Digest::of(format!("{client}\n{jti}").as_bytes());
    let mut change = Change::begin(db, Actor::Client(client.to_string()), now).await?;
    change.unrecorded("the mark of a used assertion");
    if !store::insert_used_assertion(&mut change, &digest, end.plus(SKEW)).await? {
        return Err(InvalidAssertion::Replayed);
    }
    Ok(change.commit().await?)
}

/// Removes up to `most` marks of assertions that are over anyhow. How many.
///
/// # Errors
/// The database cannot answer.
pub async fn sweep(change: &mut Change, most: i64) -> Result<u64, Error> {
    store::delete_used_assertions(change, most).await
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_000_000_000);

    fn claims(changes: &Value) -> Result<Claims, serde_json::Error> {
        let mut all = json!({
            "iss": "c", "sub": "c", "aud": "https://id.example", "exp": 1_000_060, "jti": "1"
        });
        for (name, value) in changes.as_object().unwrap() {
            all[name] = value.clone();
        }
        serde_json::from_value(all)
    }

    fn times(changes: &Value) -> Result<(), InvalidAssertion> {
        claims(changes).unwrap().check_times(NOW, LONGEST)
    }

    #[test]
    fn jsonwebtoken_cve_2026_25537_a_time_in_text_is_no_time() {
        for name in ["exp", "iat", "nbf"] {
            for value in [json!("1000060"), json!([1_000_060]), json!({}), json!(true)] {
                assert!(
                    claims(&json!({ name: value.clone() })).is_err(),
                    "{name} {value}"
                );
            }
        }
        assert!(claims(&json!({ "exp": null })).is_err());
    }

    #[test]
    fn a_claim_that_is_there_twice_is_refused() {
        let twice = r#"{"iss":"c","sub":"a","sub":"c","aud":"x","exp":1}"#;
        assert!(serde_json::from_str::<Claims>(twice).is_err());
    }

    #[test]
    fn the_end_is_required_to_come_and_to_come_soon() {
        assert!(times(&json!({})).is_ok());
        assert!(times(&json!({ "exp": 1_000_000.9 })).is_err());
        assert!(times(&json!({ "exp": 1_000_001.5 })).is_ok());
        assert!(matches!(
            times(&json!({ "exp": 1_000_000 })),
            Err(InvalidAssertion::Expired)
        ));
        assert!(matches!(
            times(&json!({ "exp": -1 })),
            Err(InvalidAssertion::Expired)
        ));
        for far in [json!(1_003_661), json!(253_402_300_799_i64)] {
            assert!(matches!(
                times(&json!({ "exp": far })),
                Err(InvalidAssertion::TooLong)
            ));
        }
        assert!(matches!(
            times(&json!({ "exp": 1e300 })),
            Err(InvalidAssertion::Expired)
        ));
        let old = json!({ "iat": 996_000, "exp": 1_000_010 });
        assert!(matches!(times(&old), Err(InvalidAssertion::TooLong)));
    }

    #[test]
    fn clocks_may_be_a_minute_apart_and_no_more() {
        for name in ["iat", "nbf"] {
            assert!(
                times(&json!({ name: 1_000_060, "exp": 1_000_100 })).is_ok(),
                "{name}"
            );
            let early = times(&json!({ name: 1_000_061, "exp": 1_000_100 }));
            assert!(matches!(early, Err(InvalidAssertion::Early)), "{name}");
        }
    }

    #[test]
    fn the_audience_is_one_and_only_one() {
        let of = |aud: Value| claims(&json!({ "aud": aud })).unwrap();
        assert!(of(json!("https://id.example")).is_for("https://id.example"));
        assert!(of(json!(["https://id.example"])).is_for("https://id.example"));
        for aud in [
            json!("https://id.example/"),
            json!("https://ID.example"),
            json!(["https://id.example", "https://other.example"]),
            json!([]),
        ] {
            assert!(!of(aud.clone()).is_for("https://id.example"), "{aud}");
        }
        assert!(claims(&json!({ "aud": 7 })).is_err());
    }
}
