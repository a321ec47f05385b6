//! Which client is calling, and whether it is. Two ways at once, half a way, or a way in the
//! wrong place are refused, never interpreted.

use std::sync::Arc;

use axum::http::{HeaderMap, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use zeroize::Zeroizing;

use super::assertion;
use super::error::TokenError;
use crate::domain::clients::{self, AuthenticationMethod, Client, Credentials};
use crate::domain::grants::ErrorCode;
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::token::Secret;
use crate::http::web::{Form, State};

const TWO_WAYS: &str = "the client authenticates in two ways at once";

/// What the header says.
struct Basic {
    client_id: String,
    secret: Secret,
}

/// The client of a request, authenticated.
pub(in crate::http::oidc) async fn authenticated(
    state: &State,
    headers: &HeaderMap,
    form: &Form,
    now: Timestamp,
) -> Result<Arc<Client>, TokenError> {
    let basic = basic(headers)?;
    if let Some(assertion) = assertion::presented(form)? {
        if basic.is_some() || form.get("client_secret").is_some() {
            return Err(TokenError::new(ErrorCode::InvalidRequest, TWO_WAYS));
        }
        let id = form.get("client_id").filter(|id| !id.is_empty());
        return assertion::authenticated(state, id, assertion, now).await;
    }
    let (client_id, credentials) = presented(basic, form)?;
    let found = state.clients.find(&state.db, &client_id, now).await?;
    let Some(client) = found else {
        return Err(TokenError::invalid_client());
    };
    clients::authenticate(&client, &credentials, now).map_err(|refused| {
        tracing::info!(client = %client.id, reason = %refused, "a client did not prove itself");
        TokenError::invalid_client()
    })?;
    Ok(client)
}

fn presented(basic: Option<Basic>, form: &Form) -> Result<(String, Credentials), TokenError> {
    let given = |name: &str| form.get(name).filter(|value| !value.is_empty());
    let (id, secret) = (given("client_id"), form.get("client_secret"));
    let Some(basic) = basic else {
        let id = id.ok_or_else(TokenError::invalid_client)?;
        return Ok((id.to_owned(), in_form(secret)));
    };
    let confused = |text| Err(TokenError::new(ErrorCode::InvalidRequest, text));
    if secret.is_some() {
        return confused(TWO_WAYS);
    }
    if id.is_some_and(|id| id != basic.client_id) {
        return confused("client_id is another one than the header's");
    }
    let credentials = Credentials {
        method: AuthenticationMethod::SecretBasic,
        secret: Some(basic.secret),
    };
    Ok((basic.client_id, credentials))
}

// An empty secret counts as one: it must not turn a confidential client into a public one.
fn in_form(secret: Option<&str>) -> Credentials {
    match secret {
        Some(secret) => Credentials {
            method: AuthenticationMethod::SecretPost,
            secret: Some(secret.into()),
        },
        None => Credentials {
            method: AuthenticationMethod::None,
            secret: None,
        },
    }
}

fn basic(headers: &HeaderMap) -> Result<Option<Basic>, TokenError> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        let text = "there are several Authorization headers";
        return Err(TokenError::new(ErrorCode::InvalidRequest, text));
    }
    value
        .to_str()
        .ok()
        .and_then(parse)
        .map(Some)
        .ok_or_else(TokenError::invalid_client)
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
