//! `client_secret_basic`: the secret in the `Authorization` header (RFC 6749 §2.3.1).

use axum::http::{HeaderMap, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use zeroize::Zeroizing;

use super::{Presented, TokenError};
use crate::domain::clients::Proof;
use crate::domain::grants::ErrorCode;
use crate::foundation::crypto::token::Secret;

/// What the header says.
pub(super) struct Basic {
    client_id: String,
    secret: Secret,
}

impl Basic {
    /// What the header says, if there is one.
    pub(super) fn of(headers: &HeaderMap) -> Result<Option<Self>, TokenError> {
        let mut values = headers.get_all(header::AUTHORIZATION).iter();
        let Some(value) = values.next() else {
            return Ok(None);
        };
        if values.next().is_some() {
            let text = "there are several Authorization headers";
            return Err(TokenError::new(ErrorCode::InvalidRequest, text));
        }
        let parsed = value.to_str().ok().and_then(parse);
        parsed.map(Some).ok_or_else(TokenError::invalid_client)
    }

    /// As the request's claim; a form may repeat the name, and no other.
    pub(super) fn presented<'f>(self, id: Option<&str>) -> Result<Presented<'f>, TokenError> {
        if id.is_some_and(|id| id != self.client_id) {
            let text = "client_id is another one than the header's";
            return Err(TokenError::new(ErrorCode::InvalidRequest, text));
        }
        Ok(Presented {
            client_id: self.client_id,
            proof: Proof::Basic(self.secret),
        })
    }
}

// RFC 6749 §2.3.1: each half is form-encoded before the two are joined.
fn parse(value: &str) -> Option<Basic> {
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let bytes = Zeroizing::new(STANDARD.decode(encoded.trim()).ok()?);
    let (id, secret) = std::str::from_utf8(&bytes).ok()?.split_once(':')?;
    let (id, secret) = (decoded(id)?, decoded(secret)?);
    (!id.is_empty()).then(|| Basic {
        client_id: id,
        secret: Secret::from(secret),
    })
}

fn decoded(half: &str) -> Option<String> {
    let spaced = Zeroizing::new(half.replace('+', " "));
    let text = percent_decode_str(&spaced).decode_utf8().ok()?;
    Some(text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(text: &str) -> String {
        format!("Basic {}", STANDARD.encode(text))
    }

    #[test]
    fn both_halves_are_form_decoded() {
        let basic = parse(&header("a%3Ab:p+w%25%2B")).unwrap();
        assert_eq!(basic.client_id, "a:b");
        assert_eq!(basic.secret.reveal(), "p w%+");
    }

    #[test]
    fn the_scheme_is_read_in_any_case() {
        let lower = header("a:b").replace("Basic", "bAsIc");
        assert!(parse(&lower).is_some());
    }

    #[test]
    fn what_is_not_basic_is_refused() {
        for value in [
            "",
            "Basic",
            "Basic ",
            "Basic %%%",
            "Basic YWJj",
            "Bearer YTpi",
            &header(":secret"),
            &header("a%ff:b"),
        ] {
            assert!(parse(value).is_none(), "{value}");
        }
    }
}
