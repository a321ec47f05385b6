//! A passkey or a security key that is set up on the way in.

use axum::{Router, http::StatusCode, response::Response, routing::post};

use super::{
    enrol::{self, Refused},
    visitor::Visitor,
};
use crate::{
    domain::{
        credentials::webauthn::{Kind, RegistrationRefused},
        signin::{self, Enrolment, NewKey, NewKeyOutcome},
    },
    http::web::{Language, PageForm, PageRefusal, Said, State},
};

pub(super) fn routes() -> Router<State> {
    let passkey = "/login/{handle}/enrol/passkey";
    let key = "/login/{handle}/enrol/security-key";
    Router::new()
        .route(passkey, post(|v, f| submit(v, f, Kind::Passkey)))
        .route(key, post(|v, f| submit(v, f, Kind::SecurityKey)))
        .route(
            "/login/{handle}/enrol/passkey/options",
            post(|v, f| options(v, f, Kind::Passkey)),
        )
        .route(
            "/login/{handle}/enrol/security-key/options",
            post(|v, f| options(v, f, Kind::SecurityKey)),
        )
}

/// Gives the script a challenge.
async fn options(visitor: Visitor, _: PageForm, kind: Kind) -> Result<Response, PageRefusal> {
    let party = visitor.party()?;
    let asked = signin::new_key_challenge(visitor.desk(), visitor.visit(), party, kind).await;
    visitor.challenge(asked)
}

/// Takes the new key. It bears the name of its kind until its owner gives it another.
async fn submit(
    visitor: Visitor,
    PageForm(form): PageForm,
    kind: Kind,
) -> Result<Response, PageRefusal> {
    let party = visitor.party()?;
    let reader = visitor.reader().await?;
    let new = NewKey {
        kind,
        name: match kind {
            Kind::Passkey => reader.0.key_kind_passkey(),
            Kind::SecurityKey => reader.0.key_kind_security_key(),
        },
        text: form.text("credential"),
    };
    let done = signin::with_new_key(visitor.desk(), visitor.visit(), party, new).await;
    let sentence = match done.map_err(|error| visitor.failed(&error))? {
        NewKeyOutcome::Enrolment(Enrolment::Done { outcome, codes }) => {
            return enrol::led_on(&visitor, reader, outcome, codes);
        }
        NewKeyOutcome::Enrolment(Enrolment::NotHere(outcome)) => {
            return enrol::elsewhere(&visitor, outcome);
        }
        NewKeyOutcome::Enrolment(Enrolment::Stale | Enrolment::Refused(_)) => {
            Language::key_failed as Said
        }
        NewKeyOutcome::Refused(RegistrationRefused::Expired) => Language::key_expired,
        NewKeyOutcome::Refused(RegistrationRefused::Policy(_)) => Language::key_not_allowed,
        NewKeyOutcome::Refused(RegistrationRefused::Wrong(_)) => Language::key_failed,
        NewKeyOutcome::Taken => Language::key_taken,
    };
    let refused = Refused {
        status: StatusCode::FORBIDDEN,
        sentence,
        fields: &form,
    };
    enrol::form(&visitor, Some(refused)).await
}
