//! The part of a page with which an authenticator app is set up: at a sign-in and in the account.

use zeroize::Zeroizing;

use super::{frame::Frame, qr::QrPicture, state::State};
use crate::domain::credentials::totp::Offer;

/// What `web/pages/totp_setup.html` shows, as its variable `setup`: picture and text of the
/// secret (`totp-secret`), and the form (field `code`, button `totp-confirm`).
pub struct TotpSetup {
    /// The secret as a picture, if there can be one.
    pub picture: Option<QrPicture>,
    /// The secret to be typed by hand, in groups.
    pub secret: Vec<String>,
    /// The secret as an address that an app on this device opens.
    pub address: Zeroizing<String>,
    /// The offer as the form carries it.
    pub offer: String,
    /// Where the form is sent: a path of this server.
    pub action: String,
    /// What the app is called.
    pub name: String,
    /// Whether what was sent before was refused.
    pub refused: bool,
    /// Where the page says why.
    pub error_id: &'static str,
}

impl TotpSetup {
    /// The part for an offer to the user of that name.
    #[must_use]
    pub fn new(state: &State, t: &Frame, offer: &Offer, user_name: &str, action: String) -> Self {
        let address = offer.address(t.brand.name(), user_name);
        Self {
            picture: QrPicture::of(&address),
            secret: groups(&offer.text()),
            address,
            offer: offer.sealed(&state.master_key).unwrap_or_default(),
            action,
            name: t.totp_default_name().to_owned(),
            refused: false,
            error_id: "enrol-error",
        }
    }

    /// With what was typed before, which was refused.
    #[must_use]
    pub fn again(mut self, name: &str) -> Self {
        if !name.trim().is_empty() {
            name.clone_into(&mut self.name);
        }
        self.refused = true;
        self
    }
}

fn groups(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    letters
        .chunks(4)
        .map(|group| group.iter().collect())
        .collect()
}
