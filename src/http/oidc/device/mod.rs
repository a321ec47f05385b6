//! Devices without a keyboard (RFC 8628): the endpoint at which they ask, and the pages on which
//! a person types their code and decides.

mod page;

use axum::body::Body;
use axum::extract::State as Shared;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

pub(super) use page::{decide, show, submit};

use super::VERIFICATION;
use super::client::{Caller, TokenError};
use super::json::no_store;
use crate::domain::audit::{Actor, Change};
use crate::domain::clients::{Client, GrantType, Scope, scope};
use crate::domain::grants::{
    self, DEVICE_LIFETIME, DeviceCodes, ErrorCode, NewDevice, POLL_INTERVAL, Terms,
};
use crate::foundation::clock::Timestamp;
use crate::foundation::db;
use crate::http::web::{ClientAddress, Form, State};

/// The device authorization endpoint.
pub(super) async fn authorize(
    Shared(state): Shared<State>,
    ClientAddress(address): ClientAddress,
    caller: Caller,
    body: Body,
) -> Response {
    let answered = async {
        let form = caller.form(body).await?;
        let now = state.clock.now();
        let client = caller.authenticated(&state, &form, now).await?;
        let (scope, terms) = asked(&client, &form)?;
        let new = NewDevice {
            client: &client,
            scope: &scope,
            terms: &terms,
            address: address.map(|address| address.to_string()),
            program: program(&caller.headers),
        };
        Ok::<_, TokenError>(begun(&state, &new, now).await?)
    };
    match answered.await {
        Ok(codes) => no_store(StatusCode::OK, &described(&state.issuer, &codes)),
        Err(error) => error.into_response(),
    }
}

// Only what was registered, whoever asks (authentik CVE-2024-52287). Who asks for nothing gets
// what was registered, but for access that outlives the session: that has to be asked for.
fn asked(client: &Client, form: &Form) -> Result<(Scope, Terms), TokenError> {
    if !client.may_use(GrantType::DeviceCode) {
        let text = "the client is not registered for this grant type";
        return Err(TokenError::new(ErrorCode::UnauthorizedClient, text));
    }
    let given = |name: &str| form.get(name).filter(|value| !value.is_empty());
    let scope = match given("scope") {
        None => client.scope.keep(|word| word != scope::OFFLINE_ACCESS),
        Some(text) => {
            let asked: Option<Scope> = text.parse().ok();
            let within = asked.filter(|asked| !asked.is_empty() && client.scope.covers(asked));
            within.ok_or_else(|| {
                let text = "the scope is malformed, or wider than what was registered";
                TokenError::new(ErrorCode::InvalidScope, text)
            })?
        }
    };
    let mut terms = Terms::default();
    for resource in form.list("resource") {
        if !client.metadata.resources.contains(&resource) {
            let text = "the client is not registered for this resource";
            return Err(TokenError::new(ErrorCode::InvalidTarget, text));
        }
        terms.resource.push(resource);
    }
    Ok((scope, terms))
}

async fn begun(
    state: &State,
    new: &NewDevice<'_>,
    now: Timestamp,
) -> Result<DeviceCodes, db::Error> {
    let actor = Actor::Client(new.client.id.to_string());
    let mut change = Change::begin(&state.db, actor, now).await?;
    let codes = grants::begin_device(&mut change, &state.master_key, new).await?;
    change.commit().await?;
    Ok(codes)
}

// What can be read of it: it is shown to a person.
fn program(headers: &HeaderMap) -> Option<String> {
    let program = headers.get(header::USER_AGENT)?.to_str().ok()?;
    Some(program.to_owned())
}

fn described(issuer: &str, codes: &DeviceCodes) -> Value {
    let address = format!("{issuer}{VERIFICATION}");
    let user_code = codes.user_code.shown();
    json!({
        "device_code": codes.device_code.reveal(),
        "user_code": user_code,
        "verification_uri": address,
        "verification_uri_complete": format!("{address}?user_code={user_code}"),
        "expires_in": DEVICE_LIFETIME.as_secs(),
        "interval": POLL_INTERVAL.as_secs(),
    })
}
