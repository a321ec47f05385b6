//! From the settings to what is asked of passkeys and security keys.

use std::fs;

use super::config::Settings;
use crate::domain::credentials::webauthn::{Attestation, Authorities, WebauthnRules};

/// Why the settings cannot be used.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0}")]
pub struct WebauthnRefused(String);

/// What is asked of passkeys and security keys.
///
/// # Errors
/// The file of authorities cannot be read, or the settings do not go together.
pub fn rules(settings: &Settings) -> Result<WebauthnRules, WebauthnRefused> {
    let set = &settings.webauthn;
    Ok(WebauthnRules {
        user_verification: set.user_verification,
        attestation: set.attestation,
        authorities: authorities(settings)?,
        related_origins: set.related_origins.all(),
    })
}

fn authorities(settings: &Settings) -> Result<Option<Authorities>, WebauthnRefused> {
    let set = &settings.webauthn;
    let refused = |why: String| WebauthnRefused(why);
    let models = set.authenticators.all();
    let Some(path) = set.authorities.given() else {
        // Without an authority an authenticator may say of itself what it likes.
        let why = "webauthn.authenticators needs webauthn.authorities";
        return match models {
            [] => Ok(None),
            _ => Err(refused(why.to_owned())),
        };
    };
    if set.attestation != Attestation::Direct {
        let why = "webauthn.authorities needs webauthn.attestation to be direct";
        return Err(refused(why.to_owned()));
    }
    let shown = path.display();
    let pem = fs::read_to_string(path).map_err(|error| refused(format!("{shown}: {error}")))?;
    let read = Authorities::from_pem(&pem, models);
    let read = read.map_err(|error| refused(format!("{shown}: {error}")))?;
    Ok(Some(read))
}
