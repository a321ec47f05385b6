//! Proofs that a caller holds a key (RFC 9449): small tokens that it signs anew for each
//! request, so that a stolen access or refresh token is worth nothing without the key.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::Number;
use url::Url;

use super::store;
use crate::domain::audit::{Actor, Change};
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::digest::{Digest, constant_time_equal, sha256};
use crate::foundation::crypto::jose;
use crate::foundation::crypto::seal::MasterKey;
use crate::foundation::db::{self, Db};

const TYP: &str = "dpop+jwt";
const LONGEST_JTI: usize = 256;

/// How long a proof is good for, and so how long it has to be remembered.
const PAST: Duration = Duration::from_secs(120);
/// How far a caller's clock may be ahead. FAPI 2.0 (§5.3.2.1) asks for 10 seconds or more, and
/// for no more than 60.
const AHEAD: Duration = Duration::from_secs(60);

/// A nonce is made anew each minute, and is good for five.
const NONCE_STEP: i64 = 60;
const NONCE_LIFE: i64 = 300;
const NONCE_CONTEXT: &str = "dpop nonce";
const NONCE_MAC: usize = 16;

#[derive(Deserialize)]
struct Claims {
    jti: String,
    htm: String,
    htu: String,
    iat: Number,
    nonce: Option<String>,
    ath: Option<String>,
}

/// What a proof has to be a proof of.
pub struct Occasion<'a> {
    /// The method of the request.
    pub method: &'a str,
    /// The address of the endpoint, without query.
    pub url: &'a str,
    /// Its other address (RFC 8705 §5), if it has one.
    pub alias: Option<&'a str>,
    /// The access token that comes with it.
    pub access_token: Option<&'a str>,
    /// Whether it has to carry a nonce of this server.
    pub nonce_wanted: bool,
}

impl Occasion<'_> {
    fn is_at(&self, htu: &str) -> bool {
        let mut addresses = [Some(self.url), self.alias].into_iter().flatten();
        addresses.any(|address| is_address(htu, address))
    }
}

/// A proof that was checked and not used yet.
#[derive(Debug)]
pub struct Proof {
    /// The thumbprint of the key that the caller holds.
    pub jkt: String,
    digest: Digest,
    expires_at: Timestamp,
}

/// Why a proof is none. The second is an invitation to come again.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum InvalidProof {
    /// There are several.
    #[error("there are several DPoP proofs")]
    Several,
    /// It carries no nonce of this server, or an old one.
    #[error("the DPoP proof has to carry the nonce that this answer brings")]
    NonceWanted,
    /// Not a token of that type, or the key in it did not sign it, or is not to be taken.
    #[error("the DPoP proof is malformed, or its key did not sign it")]
    Malformed,
    /// It was made for another request.
    #[error("the DPoP proof is for another method, address or access token")]
    OtherRequest,
    /// Its time has passed, or not come.
    #[error("the DPoP proof is too old, or of the future")]
    Stale,
    /// It was used before.
    #[error("the DPoP proof was used before")]
    Replayed,
}

impl Proof {
    /// Checks a proof. It costs no query; [`Proof::use_up`] does.
    ///
    /// # Errors
    /// It is no proof for the occasion.
    pub fn check(
        text: &str,
        occasion: &Occasion<'_>,
        master: &MasterKey,
        now: Timestamp,
    ) -> Result<Self, InvalidProof> {
        let proven = jose::verify_with_own_key::<Claims>(text, TYP);
        let jose::Possession { thumbprint, claims } = proven.ok_or(InvalidProof::Malformed)?;
        if claims.jti.is_empty() || claims.jti.len() > LONGEST_JTI {
            return Err(InvalidProof::Malformed);
        }
        let ath = occasion.access_token.map(ath);
        let fits = claims.htm == occasion.method
            && occasion.is_at(&claims.htu)
            && (ath.is_none() || claims.ath == ath);
        if !fits {
            return Err(InvalidProof::OtherRequest);
        }
        let iat = made_at(&claims.iat, now).ok_or(InvalidProof::Stale)?;
        match &claims.nonce {
            Some(nonce) if is_nonce(nonce, master, now) => {}
            None if !occasion.nonce_wanted => {}
            _ => return Err(InvalidProof::NonceWanted),
        }
        Ok(Self {
            digest: Digest::of(format!("{thumbprint}\n{}", claims.jti).as_bytes()),
            jkt: thumbprint,
            expires_at: iat.plus(PAST).plus(AHEAD),
        })
    }

    /// Takes the proof: it is not accepted again. One conditional insert, so that of many at
    /// once one is the first.
    ///
    /// # Errors
    /// The database cannot answer. Whether it was the first is the answer.
    pub async fn use_up(&self, change: &mut Change) -> Result<bool, db::Error> {
        store::insert_used_proof(change, &self.digest, self.expires_at).await
    }

    /// The same in a change of its own.
    ///
    /// # Errors
    /// The database cannot answer. Whether it was the first is the answer.
    pub async fn use_alone(
        &self,
        db: &Db,
        actor: Actor,
        now: Timestamp,
    ) -> Result<bool, db::Error> {
        let mut change = Change::begin(db, actor, now).await?;
        change.unrecorded("the mark of a used proof");
        let first = self.use_up(&mut change).await?;
        change.commit().await?;
        Ok(first)
    }
}

/// What a proof says of the access token that it goes with (RFC 9449 §4.2).
fn ath(access_token: &str) -> String {
    URL_SAFE_NO_PAD.encode(sha256(access_token.as_bytes()))
}

// Query and fragment have no say (RFC 9449 §4.3); what is left is compared as addresses are:
// the case of scheme and host, and a default port, make no difference.
fn is_address(htu: &str, expected: &str) -> bool {
    let without_extras = |text: &str| {
        let mut url = Url::parse(text).ok()?;
        url.set_query(None);
        url.set_fragment(None);
        Some(url)
    };
    match (without_extras(htu), without_extras(expected)) {
        (Some(one), Some(other)) => one == other,
        _ => false,
    }
}

fn made_at(iat: &Number, now: Timestamp) -> Option<Timestamp> {
    #[allow(
        clippy::cast_possible_truncation,
        reason = "a fraction of a second is cut off, and what is out of range is refused below"
    )]
    let seconds = iat
        .as_i64()
        .or_else(|| iat.as_f64().map(|iat| iat as i64))?;
    let iat = Timestamp::from_millis(seconds.checked_mul(1000)?);
    (iat >= now.minus(PAST) && iat <= now.plus(AHEAD)).then_some(iat)
}

/// The nonce of this moment. It carries its own time under a MAC: nothing is stored, and every
/// process of the installation knows it.
pub fn dpop_nonce(master: &MasterKey, now: Timestamp) -> String {
    nonce_of(master, now.seconds() / NONCE_STEP * NONCE_STEP)
}

fn nonce_of(master: &MasterKey, seconds: i64) -> String {
    let mut bytes = seconds.to_be_bytes().to_vec();
    let mac = master.mac(NONCE_CONTEXT, &bytes);
    bytes.extend_from_slice(&mac[..NONCE_MAC]);
    URL_SAFE_NO_PAD.encode(bytes)
}

fn is_nonce(nonce: &str, master: &MasterKey, now: Timestamp) -> bool {
    let Ok(bytes) = URL_SAFE_NO_PAD.decode(nonce) else {
        return false;
    };
    let Some((seconds, _)) = bytes.split_first_chunk::<8>() else {
        return false;
    };
    let made = i64::from_be_bytes(*seconds);
    let expected = nonce_of(master, made);
    let age = now.seconds().checked_sub(made);
    constant_time_equal(expected.as_bytes(), nonce.as_bytes())
        && age.is_some_and(|age| (0..NONCE_LIFE).contains(&age))
}
