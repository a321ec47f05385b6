//! Which client is calling, and whether it is: for the token endpoint and for every other that
//! clients call. Two ways at once, half a way, or a way in the wrong place are refused, never
//! interpreted.

mod assertion;
mod basic;
mod error;

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::{HeaderMap, header, request::Parts};

use self::basic::Basic;
pub(super) use self::error::TokenError;
use super::{TOKEN, dpop};
use crate::domain::clients::{self, Client, Means, Proof, Unauthenticated};
use crate::domain::grants::ErrorCode;
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::certificate::Certificate;
use crate::foundation::crypto::jose::Unverified;
use crate::http::web::{Form, FormRefused, ShownCertificate, State};

const TWO_WAYS: &str = "the client authenticates in two ways at once";

/// Parameters that must not travel in an address, where logs and histories keep them.
const NEVER_IN_THE_QUERY: [&str; 14] = [
    "client_id",
    "client_secret",
    "client_assertion",
    "client_assertion_type",
    "grant_type",
    "code",
    "code_verifier",
    "refresh_token",
    "redirect_uri",
    "scope",
    "token",
    "device_code",
    "subject_token",
    "actor_token",
];

/// Who calls, before anything of it is proven.
pub(super) struct Caller {
    /// The headers of the request.
    pub headers: HeaderMap,
    /// The certificate of the connection; access tokens may be bound to it.
    pub certificate: Option<Certificate>,
    query: Option<String>,
    path: String,
}

impl FromRequestParts<State> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Infallible> {
        let ShownCertificate(certificate) =
            ShownCertificate::from_request_parts(parts, state).await?;
        Ok(Self {
            headers: parts.headers.clone(),
            certificate,
            query: parts.uri.query().map(str::to_owned),
            path: parts.uri.path().to_owned(),
        })
    }
}

impl Caller {
    /// The form of the request. What belongs into it must not stand in the address.
    pub(super) async fn form(&self, body: Body) -> Result<Form, TokenError> {
        let query = self.query.as_deref().unwrap_or_default();
        let named = form_urlencoded::parse(query.as_bytes())
            .any(|(name, _)| NEVER_IN_THE_QUERY.contains(&name.as_ref()));
        if named {
            let text = "parameters belong into the body, not into the address";
            return Err(TokenError::new(ErrorCode::InvalidRequest, text));
        }
        Form::read(&self.headers, body).await.map_err(unreadable)
    }

    /// The client that sent the form, authenticated.
    pub(super) async fn authenticated(
        &self,
        state: &State,
        form: &Form,
        now: Timestamp,
    ) -> Result<Arc<Client>, TokenError> {
        let presented = self.presented(form)?;
        let found = state.client(&presented.client_id, now).await?;
        let client = found.ok_or_else(TokenError::invalid_client)?;
        if let (Proof::Assertion(token), Some(_)) = (&presented.proof, client.connection)
            && assertion::is_of_another(token, &client)
        {
            assertion::by_foreign_issuer(state, &client, token, now).await?;
            return Ok(client);
        }
        let paths = [&self.path, TOKEN];
        let own = paths.map(|path| format!("{}{path}", state.issuer));
        let aliases = paths
            .into_iter()
            .filter_map(|path| dpop::alias(state, path));
        let endpoints: Vec<String> = own.into_iter().chain(aliases).collect();
        let certificates = state.offer.certificates.as_ref();
        let means = Means {
            db: &state.db,
            master_key: &state.master_key,
            key_sets: &state.key_sets,
            outbound: &state.outbound,
            certificate: self.certificate.as_ref(),
            authorities: certificates.and_then(|all| all.authorities.as_ref()),
            issuer: &state.issuer,
            endpoints: &endpoints,
            now,
        };
        match clients::authenticate(&client, &presented.proof, &means).await {
            Ok(_) => Ok(client),
            Err(Unauthenticated::Assertion(refused)) => Err(assertion::refused(&client, refused)),
            Err(refused) => {
                tracing::info!(client = %client.id, reason = %refused, "a client did not prove itself");
                Err(TokenError::invalid_client())
            }
        }
    }

    fn presented<'f>(&self, form: &'f Form) -> Result<Presented<'f>, TokenError> {
        let basic = Basic::of(&self.headers)?;
        let given = |name: &str| form.get(name).filter(|value| !value.is_empty());
        let (id, secret) = (given("client_id"), form.get("client_secret"));
        let assertion = assertion::presented(form)?;
        let ways = [basic.is_some(), secret.is_some(), assertion.is_some()];
        if ways.into_iter().filter(|way| *way).count() > 1 {
            return Err(TokenError::new(ErrorCode::InvalidRequest, TWO_WAYS));
        }
        if let Some(basic) = basic {
            return basic.presented(id);
        }
        if let Some(token) = assertion {
            return assertion::named(token, id);
        }
        let client_id = id.ok_or_else(TokenError::invalid_client)?.to_owned();
        // An empty secret counts as one: it must not turn a confidential client into a public
        // one.
        let proof = match secret {
            Some(secret) => Proof::Post(secret.into()),
            None => Proof::Nothing,
        };
        Ok(Presented { client_id, proof })
    }
}

/// What a request says of its sender.
struct Presented<'f> {
    client_id: String,
    proof: Proof<'f>,
}

/// A parameter that must be there; an empty one counts as left out (RFC 6749 §3.2).
pub(super) fn required<'f>(form: &'f Form, name: &'static str) -> Result<&'f str, TokenError> {
    let given = form.get(name).filter(|value| !value.is_empty());
    given.ok_or_else(|| TokenError::missing(name))
}

/// What stands in the header as a bearer token.
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn unreadable(refused: FormRefused) -> TokenError {
    let text = match refused {
        FormRefused::NotAForm => "the body must be application/x-www-form-urlencoded",
        FormRefused::TooLarge => "the body is larger than 64 kB",
        FormRefused::Duplicate => "a parameter is given more than once",
        FormRefused::Unreadable => "the body cannot be read",
    };
    TokenError::new(ErrorCode::InvalidRequest, text)
}

fn parsed(assertion: &str) -> Result<Unverified<'_>, TokenError> {
    Unverified::parse(assertion).ok_or_else(TokenError::invalid_client)
}
