//! Passkeys and security keys on the stage.

use doorward::domain::credentials::webauthn::{
    self, Binding, Kind, NewAnswer, RegistrationRefused, RelyingParty, WebauthnId,
};
use doorward::domain::directory::{UserId, find_user};
use doorward::domain::signin::{self, Desk, KeyOutcome, Method, Outcome, Place, Visit};
use doorward::foundation::crypto::digest::Digest;
use doorward::foundation::crypto::token::Secret;
use serde_json::Value;

use crate::authenticator::Authenticator;
use crate::stage::{self, Browser};
use crate::support::World;

/// One browser at one sign-in.
pub struct At {
    pub handle: Secret,
    digest: Digest,
    place: Place,
    shown: doorward::domain::devices::Shown,
}

impl At {
    pub async fn new(world: &World) -> Self {
        Self::of(world, &Browser::new()).await
    }

    pub async fn of(world: &World, browser: &Browser) -> Self {
        Self {
            handle: stage::begin(world, browser).await,
            digest: browser.secret.digest(),
            place: Place::default(),
            shown: Default::default(),
        }
    }

    pub fn visit(&self) -> Visit<'_> {
        Visit {
            handle: &self.handle,
            browser: &self.digest,
            place: &self.place,
            address: None,
            previous: None,
            request_id: None,
            shown: &self.shown,
            trust: false,
        }
    }

    pub async fn ask(&self, world: &World) -> Value {
        let asked = signin::passkey_challenge(desk(world), self.visit(), party(world)).await;
        asked.unwrap().expect("a challenge")
    }

    pub async fn answer(&self, world: &World, text: &str) -> KeyOutcome {
        let outcome = signin::with_passkey(desk(world), self.visit(), party(world), text).await;
        outcome.unwrap()
    }

    /// Notes the password as proven, as the first page does.
    pub async fn password(&self, world: &World, user: UserId) {
        let mut change = stage::change(world).await;
        let (handle, browser) = (&self.handle, &self.digest);
        let noted = signin::note_proof(&mut change, handle, browser, user, Method::Password).await;
        assert!(noted.unwrap());
        change.commit().await.unwrap();
    }

    pub async fn ask_second(&self, world: &World) -> Option<Value> {
        let asked = signin::security_key_challenge(desk(world), self.visit(), party(world)).await;
        asked.unwrap()
    }

    pub async fn answer_second(&self, world: &World, text: &str) -> KeyOutcome {
        let outcome =
            signin::with_security_key(desk(world), self.visit(), party(world), text).await;
        outcome.unwrap()
    }
}

pub fn desk(world: &World) -> Desk<'_> {
    world.state.desk()
}

pub fn party(world: &World) -> &RelyingParty {
    world.state.webauthn.as_ref().expect("localhost is a name")
}

pub fn is_session(outcome: &KeyOutcome) -> bool {
    matches!(outcome, KeyOutcome::Decided(Outcome::Session(_)))
}

pub fn is_refused(outcome: &KeyOutcome) -> bool {
    matches!(outcome, KeyOutcome::Decided(Outcome::Refused))
}

pub fn here() -> Binding {
    Binding::session("a-session")
}

/// Asks for a new key, in an account.
pub async fn ask_new(world: &World, binding: &Binding, user: UserId, kind: Kind) -> Value {
    let person = find_user(&world.db, user).await.unwrap().unwrap();
    let mut change = stage::change(world).await;
    let asked = webauthn::ask(&mut change, party(world), binding, &person, kind).await;
    change.commit().await.unwrap();
    asked.expect("a challenge")
}

/// Answers, and adds what was made. `Ok(None)`: it is somebody's already.
pub async fn add_new(
    world: &World,
    binding: &Binding,
    user: UserId,
    kind: Kind,
    text: &str,
) -> Result<Option<WebauthnId>, RegistrationRefused> {
    let answer = NewAnswer {
        binding,
        user,
        kind,
        text,
    };
    let made = webauthn::read_registration(&world.db, world.now(), party(world), answer).await;
    let made = made.unwrap()?;
    let mut change = stage::change(world).await;
    let added = webauthn::add(&mut change, &world.state.post, user, &made, "My key").await;
    change.commit().await.unwrap();
    Ok(added.unwrap())
}

/// A user's new key.
pub async fn key(world: &World, user: UserId, kind: Kind) -> Authenticator {
    let authenticator = Authenticator::new(&world.base);
    add_to(world, user, kind, authenticator).await
}

pub async fn add_to(
    world: &World,
    user: UserId,
    kind: Kind,
    mut authenticator: Authenticator,
) -> Authenticator {
    let asked = ask_new(world, &here(), user, kind).await;
    let answer = authenticator.create(&asked);
    let added = add_new(world, &here(), user, kind, &answer).await;
    assert!(added.unwrap().is_some());
    authenticator.counter += 1;
    authenticator
}
