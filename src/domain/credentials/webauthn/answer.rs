//! What a browser answers, before any of it is believed.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, de::DeserializeOwned};

use crate::foundation::crypto::digest::Digest;

/// The longest answer that is read, in bytes: the certificates of a TPM's attestation take a few
/// thousand.
const LONGEST: usize = 48 * 1024;

/// The parts of the client data (WebAuthn Level 3 §5.8.1) that the library does not check, or
/// not in both ceremonies.
#[derive(Deserialize)]
struct ClientData {
    challenge: String,
    #[serde(default, rename = "crossOrigin")]
    cross_origin: Option<bool>,
    #[serde(default, rename = "topOrigin")]
    top_origin: Option<serde_json::Value>,
}

/// Why an answer is not looked at any further.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub(super) enum AnswerRefused {
    /// Not what a browser answers with.
    #[error("the answer cannot be read")]
    Unreadable,
    /// Made by a page in a frame of another site.
    #[error("the answer was made in a frame of another site")]
    CrossOrigin,
}

/// Reads an answer: the JSON of `PublicKeyCredential.toJSON()`.
pub(super) fn read<T: DeserializeOwned>(text: &str) -> Result<T, AnswerRefused> {
    if text.len() > LONGEST {
        return Err(AnswerRefused::Unreadable);
    }
    serde_json::from_str(text).map_err(|_| AnswerRefused::Unreadable)
}

/// The challenge that is answered, as the database keeps it; and that no page of another site had
/// this one in its frame (§7.1 steps 9 and 10, §7.2 steps 13 and 14).
pub(super) fn challenge(client_data: &[u8]) -> Result<Digest, AnswerRefused> {
    let data: ClientData =
        serde_json::from_slice(client_data).map_err(|_| AnswerRefused::Unreadable)?;
    if data.cross_origin == Some(true) || data.top_origin.is_some() {
        return Err(AnswerRefused::CrossOrigin);
    }
    let challenge = URL_SAFE_NO_PAD.decode(&data.challenge);
    let challenge = challenge.map_err(|_| AnswerRefused::Unreadable)?;
    Ok(Digest::of(&challenge))
}

/// A credential's id as rows and browsers write it.
pub(super) fn written(credential_id: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(credential_id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_in_a_frame_of_another_site_is_not_believed() {
        let own = br#"{"type":"webauthn.get","challenge":"AAEC","origin":"https://id.example","crossOrigin":false}"#;
        assert_eq!(challenge(own), Ok(Digest::of(&[0, 1, 2])));
        let bare = br#"{"type":"webauthn.get","challenge":"AAEC","origin":"https://id.example"}"#;
        assert!(challenge(bare).is_ok());
        for (framed, why) in [
            (
                &br#"{"challenge":"AAEC","crossOrigin":true}"#[..],
                AnswerRefused::CrossOrigin,
            ),
            (
                br#"{"challenge":"AAEC","crossOrigin":false,"topOrigin":"https://evil.example"}"#,
                AnswerRefused::CrossOrigin,
            ),
            (br#"{"challenge":"A+/="}"#, AnswerRefused::Unreadable),
            (br#"{}"#, AnswerRefused::Unreadable),
            (b"\xff", AnswerRefused::Unreadable),
        ] {
            assert_eq!(challenge(framed), Err(why));
        }
    }

    #[test]
    fn an_answer_of_any_size_is_not_read() {
        let long = format!("\"{}\"", "x".repeat(LONGEST));
        assert_eq!(read::<String>(&long), Err(AnswerRefused::Unreadable));
        assert_eq!(read::<String>("\"x\"").as_deref(), Ok("x"));
    }
}
