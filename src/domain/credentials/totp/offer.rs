//! A secret that is shown to be set up in an app, and kept by nobody until a code shows that it
//! was: it travels, sealed, in the form.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use totp_rs::{Builder, Secret};
use zeroize::Zeroizing;

use super::AuthenticatorId;
use crate::domain::directory::UserId;
use crate::foundation::{
    clock::Timestamp,
    crypto::{random, seal::MasterKey},
};

const CONTEXT: &str = "totp offer";
/// How long an app may take to be set up.
const PATIENCE: Duration = Duration::from_secs(30 * 60);

/// A new secret for one user.
pub struct Offer {
    user: UserId,
    id: AuthenticatorId,
    expires_at: Timestamp,
    secret: Zeroizing<[u8; 20]>,
}

/// What the form gave back is no offer of this server to this user, or is too old.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("this secret is not offered any more")]
pub struct OfferRefused;

#[derive(Serialize, Deserialize)]
struct Written {
    user: UserId,
    id: AuthenticatorId,
    expires_at: Timestamp,
    secret: [u8; 20],
}

impl Offer {
    /// A new secret of 160 bits (RFC 4226 §4, R6).
    #[must_use]
    pub fn new(user: UserId, now: Timestamp) -> Self {
        Self {
            user,
            id: AuthenticatorId::new(now),
            expires_at: now.plus(PATIENCE),
            secret: Zeroizing::new(random::bytes()),
        }
    }

    /// The offer as the form carries it; nothing when it cannot be sealed.
    #[must_use]
    pub fn sealed(&self, key: &MasterKey) -> Option<String> {
        let written = Written {
            user: self.user,
            id: self.id,
            expires_at: self.expires_at,
            secret: *self.secret,
        };
        let plain = Zeroizing::new(serde_json::to_vec(&written).ok()?);
        key.seal(&plain, CONTEXT).ok()
    }

    /// Reads what a form gave back.
    ///
    /// # Errors
    /// See [`OfferRefused`].
    pub fn open(
        sealed: &str,
        key: &MasterKey,
        user: UserId,
        now: Timestamp,
    ) -> Result<Self, OfferRefused> {
        let plain = key.open(sealed, CONTEXT).map_err(|_| OfferRefused)?;
        let written: Written = serde_json::from_slice(&plain).map_err(|_| OfferRefused)?;
        if written.user != user || written.expires_at <= now {
            return Err(OfferRefused);
        }
        Ok(Self {
            user,
            id: written.id,
            expires_at: written.expires_at,
            secret: Zeroizing::new(written.secret),
        })
    }

    /// For whom.
    #[must_use]
    pub const fn user(&self) -> UserId {
        self.user
    }

    /// The secret in base 32, to be typed by hand.
    #[must_use]
    pub fn text(&self) -> Zeroizing<String> {
        Zeroizing::new(Secret::new_stack(*self.secret).to_base32())
    }

    /// What the picture says to the app: an `otpauth` address. A colon would part issuer and
    /// account at the wrong place, and is left out of both.
    #[must_use]
    pub fn address(&self, issuer: &str, account: &str) -> Zeroizing<String> {
        let plain = |text: &str| text.replace(':', " ").trim().to_owned();
        let password = Builder::new()
            .with_secret(Secret::new_stack(*self.secret))
            .with_issuer(Some(plain(issuer)))
            .with_account_name(plain(account))
            .build();
        let address = password.ok().and_then(|password| password.to_url().ok());
        Zeroizing::new(address.unwrap_or_default())
    }

    pub(super) fn id(&self) -> AuthenticatorId {
        self.id
    }

    pub(super) fn secret(&self) -> &[u8] {
        &*self.secret
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offer_is_for_one_user_and_for_half_an_hour() {
        let (key, now) = (MasterKey::generate(), Timestamp::from_seconds(1_000));
        let (ada, bob) = (UserId::new(now), UserId::new(now));
        let offer = Offer::new(ada, now);
        let sealed = offer.sealed(&key).unwrap();
        let opened = Offer::open(&sealed, &key, ada, now).unwrap();
        assert_eq!(opened.secret(), offer.secret());
        assert!(Offer::open(&sealed, &key, bob, now).is_err());
        assert!(Offer::open(&sealed, &key, ada, now.plus(PATIENCE)).is_err());
        assert!(Offer::open(&sealed, &MasterKey::generate(), ada, now).is_err());
        assert!(Offer::open("", &key, ada, now).is_err());
    }

    #[test]
    fn an_address_names_issuer_and_account_and_no_colon_parts_them_wrongly() {
        let now = Timestamp::from_seconds(1_000);
        let offer = Offer::new(UserId::new(now), now);
        let address = offer.address("Example: Sign-in", "a:da@example.test");
        assert!(
            address.starts_with("otpauth://totp/Example%20%20Sign%2Din:a%20da%40example%2Etest?")
                || address
                    .starts_with("otpauth://totp/Example%20%20Sign-in:a%20da%40example.test?"),
            "{}",
            *address
        );
        assert!(address.contains(&format!("secret={}", *offer.text())));
        assert_eq!(offer.text().len(), 32);
    }
}
