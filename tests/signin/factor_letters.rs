//! Whatever happens to what a person signs in with, the person gets a letter of it.

use std::time::Duration;

use doorward::domain::credentials::{temporary_pass::issue_pass, totp, webauthn, webauthn::Kind};
use doorward::domain::directory::UserId;
use doorward::domain::lifecycle;
use doorward::domain::signin::Demand;

use crate::devices::{FIREFOX, Guest, with_totp};
use crate::enrolment::offered;
use crate::factors::{MUST, codes_of, half_way, look, phone_of, send};
use crate::key_stage::key;
use crate::on_both_engines;
use crate::stage::{Browser, Stage, change};

/// What happens, and the subject of the letter.
const HAPPENS: [(Happens, &str); 11] = [
    (Happens::AppAddedAtSignIn, "A new way to sign in was set up"),
    (Happens::AppAdded, "A new way to sign in was set up"),
    (Happens::AppRemoved, "A way to sign in was removed"),
    (Happens::PasskeyAdded, "A new way to sign in was set up"),
    (Happens::SecurityKeyAdded, "A new way to sign in was set up"),
    (Happens::KeyRemoved, "A way to sign in was removed"),
    (Happens::CodesMade, "New recovery codes were made"),
    (Happens::CodeUsed, "A recovery code was used"),
    (Happens::PassUsed, "A temporary pass was used"),
    (Happens::AllRemoved, "Your second factors were removed"),
    (
        Happens::DeviceCopied,
        "A trusted browser may have been copied",
    ),
];

#[derive(Clone, Copy, Debug)]
enum Happens {
    AppAddedAtSignIn,
    AppAdded,
    AppRemoved,
    PasskeyAdded,
    SecurityKeyAdded,
    KeyRemoved,
    CodesMade,
    CodeUsed,
    PassUsed,
    AllRemoved,
    DeviceCopied,
}

/// A browser in which the person has just signed in.
async fn at_home(stage: &Stage, name: &str) -> Browser {
    let mut browser = Browser::new();
    stage.sign_in(&mut browser, name).await;
    browser
}

async fn add_app(stage: &Stage, name: &str) {
    const ADD: &str = "/account/security/totp";
    let browser = at_home(stage, name).await;
    let page = stage.get(&browser, ADD).send().await.unwrap();
    let (phone, offer) = offered(&page.text().await.unwrap());
    let code = phone.shows(stage.world.now());
    let fields = [
        ("offer", offer.as_str()),
        ("name", "Phone"),
        ("code", &code),
    ];
    let answer = stage.post(&browser, ADD, &fields).send().await.unwrap();
    assert_eq!(answer.status(), 200);
}

async fn add_app_at_sign_in(stage: &Stage, name: &str) {
    let at = half_way(stage, name, MUST).await;
    let page = look(stage, &at, "/enrol").await.text().await.unwrap();
    let (phone, offer) = offered(&page);
    let code = phone.shows(stage.world.now());
    let fields = [
        ("offer", offer.as_str()),
        ("name", "Phone"),
        ("code", &code),
    ];
    assert_eq!(send(stage, &at, "/enrol", &fields).await.status(), 200);
}

/// Sends a form of the account that removes something.
async fn remove(stage: &Stage, browser: &Browser, path: &str) {
    let answer = stage.post(browser, path, &[]).send().await.unwrap();
    assert_eq!(answer.status(), 303, "{path}");
}

async fn use_code(stage: &Stage, user: UserId, name: &str) {
    phone_of(&stage.world, user).await;
    let code = codes_of(&stage.world, user).await[0].shown();
    let at = half_way(stage, name, Demand::NONE).await;
    let fields = [("recovery_code", code.as_str())];
    let answer = send(stage, &at, "/second/recovery", &fields).await;
    assert_eq!(answer.status(), 303);
}

async fn use_pass(stage: &Stage, user: UserId, name: &str) {
    let mut change = change(&stage.world).await;
    let (key, minutes) = (&stage.world.state.master_key, Duration::from_secs(600));
    let issued = issue_pass(&mut change, key, user, minutes, "lost").await;
    let pass = issued.unwrap().0.shown();
    change.commit().await.unwrap();
    let browser = Browser::new();
    let handle = stage.begin(&browser).await;
    let fields = [("username", name), ("temporary_pass", pass.as_str())];
    let answer = send(stage, &(browser, handle), "/pass", &fields).await;
    assert_eq!(answer.status(), 303);
}

/// Two copies of one cookie are used, the second after the first.
async fn copy_device(stage: &Stage, name: &str) {
    let world = &stage.world;
    let user = with_totp(world, name).await;
    let mut owner = Guest::with(FIREFOX);
    owner.both(world, name, user, true).await;
    let mut thief = owner.clone();
    world.clock.advance(Duration::from_secs(3600));
    thief.password(world, name, Demand::NONE).await;
    world.clock.advance(Duration::from_secs(3600));
    owner.password(world, name, Demand::NONE).await;
    owner.password(world, name, Demand::NONE).await;
}

async fn happen(stage: &Stage, happens: Happens, user: UserId, name: &str) {
    let world = &stage.world;
    match happens {
        Happens::AppAddedAtSignIn => add_app_at_sign_in(stage, name).await,
        Happens::AppAdded => add_app(stage, name).await,
        Happens::AppRemoved => {
            let browser = at_home(stage, name).await;
            phone_of(world, user).await;
            let id = totp::authenticators(&world.db, user).await.unwrap()[0].id;
            remove(
                stage,
                &browser,
                &format!("/account/security/totp/{id}/remove"),
            )
            .await;
        }
        Happens::PasskeyAdded => drop(key(world, user, Kind::Passkey).await),
        Happens::SecurityKeyAdded => drop(key(world, user, Kind::SecurityKey).await),
        Happens::KeyRemoved => {
            let browser = at_home(stage, name).await;
            key(world, user, Kind::SecurityKey).await;
            let id = webauthn::list(&world.db, user).await.unwrap()[0].id;
            remove(
                stage,
                &browser,
                &format!("/account/security/keys/{id}/remove"),
            )
            .await;
        }
        Happens::CodesMade => {
            let browser = at_home(stage, name).await;
            let made = stage.post(&browser, "/account/security/recovery-codes", &[]);
            assert_eq!(made.send().await.unwrap().status(), 200);
        }
        Happens::CodeUsed => use_code(stage, user, name).await,
        Happens::PassUsed => use_pass(stage, user, name).await,
        Happens::AllRemoved => {
            phone_of(world, user).await;
            let mut change = change(world).await;
            let post = &world.state.post;
            let removed = lifecycle::remove_factors(&mut change, post, user, "lost").await;
            assert_eq!(removed.unwrap(), 1);
            change.commit().await.unwrap();
        }
        Happens::DeviceCopied => copy_device(stage, name).await,
    }
}

on_both_engines! {
    async fn every_change_of_what_a_person_signs_in_with_is_told_to_them_by_mail_once(world: World) {
        let stage = Stage::open(world.with_mail().await);
        for (number, (happens, subject)) in HAPPENS.into_iter().enumerate() {
            let name = format!("user-{number}");
            let user = match happens {
                Happens::DeviceCopied => UserId::new(stage.world.now()),
                _ => stage.user(&name).await,
            };
            happen(&stage, happens, user, &name).await;
            let to = format!("{name}@example.test");
            let letters = stage.world.letters().await.into_iter().filter(|letter| letter.to == to);
            let subjects: Vec<String> = letters.map(|letter| letter.subject).collect();
            let told = subjects.iter().filter(|one| *one == subject).count();
            let expected = match happens {
                // What was to be removed had been added before, with a letter.
                Happens::KeyRemoved => 2,
                _ => 1,
            };
            assert_eq!((told, subjects.len()), (1, expected), "{happens:?}: {subjects:?}");
        }
    }

    async fn removing_factors_where_there_are_none_tells_nobody_and_ends_no_trust(world: World) {
        let world = world.with_mail().await;
        let ada = crate::stage::user(&world, "ada").await;
        let mut change = change(&world).await;
        let post = &world.state.post;
        assert_eq!(lifecycle::remove_factors(&mut change, post, ada, "lost").await.unwrap(), 0);
        change.commit().await.unwrap();
        assert!(world.letters().await.is_empty());
    }
}
