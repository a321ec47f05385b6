//! People with authenticator apps and recovery codes, and sign-ins that want them.

use std::time::Duration;

use doorward::domain::credentials::{
    FactorName, TotpCode, WordCode,
    recovery::make_codes,
    totp::{self, Offer},
};
use doorward::domain::directory::UserId;
use doorward::domain::signin::{
    self, Acr, AttemptError, Demand, Desk, Destination, NewSignIn, Outcome, Place, Visit,
};
use doorward::foundation::clock::Timestamp;
use doorward::foundation::crypto::token::Secret;
use doorward::foundation::db::{Fetch, sql};
use doorward::http::web::paths;
use reqwest::Response;

use crate::stage::{Browser, PASSWORD, REQUEST, Stage, change};
use crate::support::World;

/// An essential class of several factors.
pub const MUST: Demand = Demand {
    acr: Some(Acr::MultiFactor),
    essential: true,
    ..Demand::NONE
};

/// An authenticator app on somebody's phone.
pub struct Phone {
    secret: String,
    /// How far its clock is ahead, in seconds.
    pub ahead: i64,
}

impl Phone {
    pub fn with(secret: &str) -> Self {
        Self {
            secret: secret.to_owned(),
            ahead: 0,
        }
    }

    /// What it shows when the server's clock says `now`.
    pub fn shows(&self, now: Timestamp) -> String {
        let secret = totp_rs::Secret::try_from_base32(&self.secret).unwrap();
        let app = totp_rs::Builder::new().with_secret(secret).build().unwrap();
        let seconds = u64::try_from(now.seconds() + self.ahead).unwrap();
        app.generate(seconds).to_string()
    }

    pub fn code(&self, now: Timestamp) -> TotpCode {
        TotpCode::read(&self.shows(now)).unwrap()
    }
}

/// Sets up an app for a user, a minute ago: its next code is a new one.
pub async fn phone_of(world: &World, user: UserId) -> Phone {
    let (key, now) = (&world.state.master_key, world.now());
    let offer = Offer::new(user, now);
    let phone = Phone::with(&offer.text());
    let name = FactorName::read("My phone").unwrap();
    let mut change = change(world).await;
    let added = totp::add(&mut change, key, &offer, &name, &phone.code(now)).await;
    added.unwrap().unwrap();
    change.commit().await.unwrap();
    world.clock.advance(Duration::from_secs(60));
    phone
}

/// Gives a user recovery codes.
pub async fn codes_of(world: &World, user: UserId) -> Vec<WordCode> {
    let mut change = change(world).await;
    let codes = make_codes(&mut change, &world.state.master_key, user).await;
    change.commit().await.unwrap();
    codes.unwrap()
}

pub async fn begin_with(world: &World, browser: &Browser, demand: Demand) -> Secret {
    let mut change = change(world).await;
    let new = NewSignIn {
        browser: browser.secret.digest(),
        destination: Destination::Authorize(REQUEST.to_owned()),
        application: None,
        login_hint: None,
        demand,
        session: None,
    };
    let handle = signin::begin(&mut change, &new, world.state.lifetimes).await;
    change.commit().await.unwrap();
    handle.unwrap()
}

/// A sign-in that holds the right password of `name`.
pub async fn half_way(stage: &Stage, name: &str, demand: Demand) -> (Browser, Secret) {
    let browser = Browser::new();
    let handle = begin_with(&stage.world, &browser, demand).await;
    let answer = stage.submit(&browser, &handle, name, PASSWORD).await;
    assert_eq!(answer.status(), 303, "the password is right");
    (browser, handle)
}

pub fn page(handle: &Secret, below: &str) -> String {
    format!("{}{below}", paths::sign_in(handle))
}

pub async fn send(
    stage: &Stage,
    (browser, handle): &(Browser, Secret),
    below: &str,
    fields: &[(&str, &str)],
) -> Response {
    let request = stage.post(browser, &page(handle, below), fields);
    request.send().await.unwrap()
}

pub async fn look(stage: &Stage, (browser, handle): &(Browser, Secret), below: &str) -> Response {
    let request = stage.get(browser, &page(handle, below));
    request.send().await.unwrap()
}

/// Calls the domain as the door does, without the door.
pub async fn attempt<'a, F>(
    world: &'a World,
    (browser, handle): &'a (Browser, Secret),
    way: impl FnOnce(Desk<'a>, Visit<'a>) -> F,
) -> Outcome
where
    F: Future<Output = Result<Outcome, AttemptError>>,
{
    let digest = Box::leak(Box::new(browser.secret.digest()));
    let place = Box::leak(Box::new(Place::default()));
    let desk = world.state.desk();
    let visit = Visit {
        handle,
        browser: digest,
        place,
        address: None,
        previous: None,
        request_id: None,
        shown: Box::leak(Box::default()),
        trust: false,
    };
    way(desk, visit).await.unwrap()
}

/// `amr` and `acr` of the newest session.
pub async fn proven(world: &World) -> (String, String) {
    let mut from = &world.db;
    let statement = sql("select amr, acr from sessions order by id desc limit 1");
    let row = from.fetch_one(statement).await.unwrap();
    (row.get("amr").unwrap(), row.get("acr").unwrap())
}

/// Failed tries of a user at one factor.
pub async fn tries(world: &World, user: UserId, factor: &str) -> i64 {
    let all = doorward::domain::tries::failed_tries(&world.db, user, world.now()).await;
    let all = all.unwrap();
    let of = all.iter().find(|tries| tries.factor == factor);
    of.map_or(0, |tries| tries.tries)
}

/// How often an action is in the audit log.
pub async fn events(world: &World, action: &'static str) -> i64 {
    let mut from = &world.db;
    let statement = sql("select count(*) as n from audit_events where action = $1").bind(action);
    from.fetch_one(statement).await.unwrap().get("n").unwrap()
}
