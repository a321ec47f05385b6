//! Known and trusted devices (checklist D, 50).

use std::time::Duration;

use doorward::domain::audit::{Actor, Change};
use doorward::domain::devices::{self, BrowserKind, Device, Seen, Shown};
use doorward::domain::directory::UserId;
use doorward::domain::lifecycle;
use doorward::domain::signin::{
    self, Completed, Demand, Desk, Destination, Method, NewSignIn, Outcome, Place, Step, Visit,
};
use doorward::foundation::clock::Timestamp;
use doorward::foundation::crypto::token::Secret;
use doorward::foundation::db::{Fetch, sql};

use crate::on_both_engines;
use crate::stage::{self, PASSWORD, change, count};
use crate::support::World;

pub const FIREFOX: &str =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0";
const CHROME: &str = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) \
                      Chrome/142.0.0.0 Safari/537.36";
pub const DAY: Duration = Duration::from_secs(24 * 60 * 60);
pub const SECOND: Step = Step::Second {
    bound: false,
    by_mail: false,
};

/// A browser that keeps the cookies of devices.
#[derive(Clone)]
pub struct Guest {
    own: Secret,
    place: Place,
    pub shown: Shown,
}

impl Guest {
    pub fn with(user_agent: &str) -> Self {
        Self {
            own: Secret::generate(""),
            place: Place {
                address: Some("192.0.2.7".to_owned()),
                browser: Some(user_agent.to_owned()),
            },
            shown: Shown {
                kind: BrowserKind::of(Some(user_agent)),
                secrets: Vec::new(),
            },
        }
    }

    pub fn visit<'a>(&'a self, handle: &'a Secret, own: &'a OwnDigest) -> Visit<'a> {
        Visit {
            handle,
            browser: &own.0,
            place: &self.place,
            address: None,
            previous: None,
            request_id: None,
            shown: &self.shown,
            trust: false,
        }
    }

    pub fn own(&self) -> OwnDigest {
        OwnDigest(self.own.digest())
    }

    pub async fn begin(&self, world: &World, demand: Demand) -> Secret {
        let mut change = change(world).await;
        let new = NewSignIn {
            browser: self.own.digest(),
            destination: Destination::ACCOUNT,
            application: None,
            login_hint: None,
            demand,
            session: None,
        };
        let handle = signin::begin(&mut change, &new, world.state.lifetimes).await;
        change.commit().await.unwrap();
        handle.unwrap()
    }

    /// Types the password; what then.
    pub async fn password(
        &mut self,
        world: &World,
        name: &str,
        demand: Demand,
    ) -> (Secret, Outcome) {
        let handle = self.begin(world, demand).await;
        let own = self.own();
        let visit = self.visit(&handle, &own);
        let outcome = signin::with_password(desk(world), visit, name, PASSWORD)
            .await
            .unwrap();
        self.keep(&outcome);
        (handle, outcome)
    }

    /// Gives the second factor; what then.
    pub async fn second(
        &mut self,
        world: &World,
        user: UserId,
        handle: &Secret,
        trust: bool,
    ) -> Outcome {
        let own = self.own();
        let visit = self.visit(handle, &own).trusting(trust);
        let actor = Actor::User(user.to_string());
        let mut change = Change::begin(&world.db, actor, world.now()).await.unwrap();
        doorward::domain::access::hold(&mut change, user)
            .await
            .unwrap();
        let noted =
            signin::note_proof(&mut change, handle, visit.browser, user, Method::Totp).await;
        assert!(noted.unwrap());
        let outcome = signin::advance(desk(world), visit, change).await.unwrap();
        self.keep(&outcome);
        outcome
    }

    /// Signs in with both, and has the browser trusted or not.
    pub async fn both(
        &mut self,
        world: &World,
        name: &str,
        user: UserId,
        trust: bool,
    ) -> Completed {
        let (handle, outcome) = self.password(world, name, Demand::NONE).await;
        assert!(
            matches!(outcome, Outcome::Next(step) if step == SECOND),
            "{outcome:?}"
        );
        session(self.second(world, user, &handle, trust).await)
    }

    /// Keeps the cookie that an answer sets.
    pub fn keep(&mut self, outcome: &Outcome) {
        let Outcome::Session(Completed {
            device: Some(device),
            ..
        }) = outcome
        else {
            return;
        };
        self.shown.secrets.retain(|(tag, _)| *tag != device.tag);
        self.shown
            .secrets
            .push((device.tag.clone(), device.secret.clone()));
    }

    async fn seen(&self, world: &World, user: UserId) -> Seen {
        devices::look(&world.db, user, &self.shown, world.now())
            .await
            .unwrap()
    }
}

pub struct OwnDigest(doorward::foundation::crypto::digest::Digest);

pub fn desk(world: &World) -> Desk<'_> {
    world.state.desk()
}

pub fn session(outcome: Outcome) -> Completed {
    match outcome {
        Outcome::Session(completed) => completed,
        other => panic!("{other:?}"),
    }
}

pub async fn person(world: &World, name: &str) -> UserId {
    let user = stage::user(world, name).await;
    stage::set_password(world, user, PASSWORD, false).await;
    user
}

/// A confirmed authenticator, as a row: how it is checked is not the matter here.
pub async fn with_totp(world: &World, name: &str) -> UserId {
    let user = person(world, name).await;
    add_totp(world, user).await;
    user
}

pub async fn add_totp(world: &World, user: UserId) {
    let mut change = change(world).await;
    change.unrecorded("a test");
    let statement = sql("insert into totp_authenticators
           (id, user_id, name, sealed_secret, last_step, created_at, confirmed_at)
         values ($1, $2, 'phone', 'x', 0, 1, 1)");
    change
        .execute(statement.bind(format!("of {user}")).bind(user))
        .await
        .unwrap();
    change.commit().await.unwrap();
}

async fn devices_of(world: &World, user: UserId) -> Vec<Device> {
    devices::devices_of(&world.db, user).await.unwrap()
}

async fn asks_for_the_second_factor(world: &World, guest: &mut Guest, name: &str) -> bool {
    let (_, outcome) = guest.password(world, name, Demand::NONE).await;
    matches!(outcome, Outcome::Next(step) if step == SECOND)
}

async fn trusting(world: &World, name: &str) -> (UserId, Guest) {
    let user = with_totp(world, name).await;
    let mut guest = Guest::with(FIREFOX);
    guest.both(world, name, user, true).await;
    (user, guest)
}

on_both_engines! {
    async fn a_completed_sign_in_makes_the_browser_known_and_says_what_it_is(world: World) {
        let ada = person(&world, "ada").await;
        let mut guest = Guest::with(FIREFOX);
        assert_eq!(guest.seen(&world, ada).await, Seen::Unknown);
        let (_, outcome) = guest.password(&world, "ada", Demand::NONE).await;
        let completed = session(outcome);
        let Seen::Known(device) = guest.seen(&world, ada).await else { panic!("not known") };
        assert_eq!(device.kind.to_string(), "Firefox on Windows");
        assert_eq!(device.address.as_deref(), Some("192.0.2.7"));
        assert_eq!(device.trust, None);
        let sessions = signin::sessions_of_user(&world.db, ada, world.now()).await.unwrap();
        assert_eq!(sessions[0].id, completed.session);
        assert_eq!(sessions[0].device, Some(device.id));
        // Nothing of the secret is in the database but its digest.
        let secret = guest.shown.secrets[0].1.reveal();
        let mut from = &world.db;
        let row = from.fetch_one(sql("select secret_digest from devices")).await.unwrap();
        assert_ne!(row.get::<String>("secret_digest").unwrap(), secret);
    }

    async fn half_a_sign_in_makes_no_device(world: World) {
        let ada = with_totp(&world, "ada").await;
        let mut guest = Guest::with(FIREFOX);
        assert!(asks_for_the_second_factor(&world, &mut guest, "ada").await);
        assert!(devices_of(&world, ada).await.is_empty());
        assert!(guest.shown.secrets.is_empty());
    }

    async fn checklist_50_the_secret_is_replaced_at_every_sign_in(world: World) {
        let ada = person(&world, "ada").await;
        let mut guest = Guest::with(FIREFOX);
        let mut secrets = std::collections::BTreeSet::new();
        for round in 1..=3 {
            guest.password(&world, "ada", Demand::NONE).await;
            secrets.insert(guest.shown.secrets[0].1.reveal().to_owned());
            assert_eq!(secrets.len(), round);
            assert_eq!(devices_of(&world, ada).await.len(), 1);
            world.clock.advance(DAY);
        }
    }

    async fn a_trusted_device_spares_the_second_factor_until_its_day(world: World) {
        let (ada, mut guest) = trusting(&world, "ada").await;
        let trust = devices_of(&world, ada).await[0].trust.unwrap();
        assert_eq!((trust.since, trust.until), (world.now(), world.now().plus(DAY * 30)));
        world.clock.advance(DAY * 29);
        let (_, outcome) = guest.password(&world, "ada", Demand::NONE).await;
        let completed = session(outcome);
        let sessions = signin::sessions_of_user(&world.db, ada, world.now()).await.unwrap();
        let session = sessions.iter().find(|one| one.id == completed.session).unwrap();
        // Only what was proven is said.
        assert_eq!(session.amr, ["pwd"]);
        assert_eq!(session.acr, signin::Acr::SingleFactor);
        assert_eq!(session.trusted_at, Some(trust.since));
        // Using it does not prolong it.
        world.clock.advance(DAY);
        assert!(asks_for_the_second_factor(&world, &mut guest, "ada").await);
    }

    async fn without_the_tick_the_device_is_known_and_not_trusted(world: World) {
        let ada = with_totp(&world, "ada").await;
        let mut guest = Guest::with(FIREFOX);
        guest.both(&world, "ada", ada, false).await;
        assert!(matches!(guest.seen(&world, ada).await, Seen::Known(_)));
        assert!(asks_for_the_second_factor(&world, &mut guest, "ada").await);
    }

    async fn a_tick_without_a_second_factor_trusts_nothing(world: World) {
        let ada = person(&world, "ada").await;
        let guest = Guest::with(FIREFOX);
        let handle = guest.begin(&world, Demand::NONE).await;
        let own = guest.own();
        let visit = guest.visit(&handle, &own).trusting(true);
        session(signin::with_password(desk(&world), visit, "ada", PASSWORD).await.unwrap());
        assert_eq!(devices_of(&world, ada).await[0].trust, None);
    }

    async fn a_demand_that_is_fresh_or_names_a_class_asks_also_in_a_trusted_device(world: World) {
        let (_, mut guest) = trusting(&world, "ada").await;
        let class = Some(signin::Acr::MultiFactor);
        for demand in [
            Demand { fresh: true, ..Demand::NONE },
            Demand { acr: class, ..Demand::NONE },
            Demand { at_least: class, ..Demand::NONE },
            Demand { trust: Some(Duration::ZERO), ..Demand::NONE },
        ] {
            let (_, outcome) = guest.password(&world, "ada", demand).await;
            assert!(matches!(outcome, Outcome::Next(step) if step == SECOND), "{demand:?}");
        }
    }

    async fn new_recovery_codes_and_a_removal_of_factors_end_the_trust(world: World) {
        let (ada, _) = trusting(&world, "ada").await;
        crate::factors::codes_of(&world, ada).await;
        assert_eq!(devices_of(&world, ada).await[0].trust, None);
        let (bob, _) = trusting(&world, "bob").await;
        let mut removed = change(&world).await;
        assert_eq!(lifecycle::remove_factors(&mut removed, &world.state.post, bob, "lost").await.unwrap(), 1);
        removed.commit().await.unwrap();
        assert_eq!(devices_of(&world, bob).await[0].trust, None);
        let told = count(&world, "select count(*) as n from audit_events where action = 'device.trust_ended'");
        assert_eq!(told.await, 2);
    }

    async fn a_session_that_was_spared_a_factor_is_asked_for_it_where_that_does_not_count(world: World) {
        let (ada, mut guest) = trusting(&world, "ada").await;
        world.clock.advance(DAY);
        let completed = session(guest.password(&world, "ada", Demand::NONE).await.1);
        let sessions = signin::sessions_of_user(&world.db, ada, world.now()).await.unwrap();
        let spared = sessions.into_iter().find(|one| one.id == completed.session).unwrap();
        let lacks = async |demand: Demand| {
            let rules = world.state.mfa;
            signin::session_lacks(&world.db, &spared, demand, rules, world.now()).await.unwrap()
        };
        assert_eq!(lacks(Demand::NONE).await, Step::Complete);
        for (trust, step) in [(DAY * 2, Step::Complete), (DAY, SECOND), (Duration::ZERO, SECOND)] {
            assert_eq!(lacks(Demand { trust: Some(trust), ..Demand::NONE }).await, step, "{trust:?}");
        }
        let class = Some(signin::Acr::MultiFactor);
        assert_eq!(lacks(Demand { at_least: class, ..Demand::NONE }).await, SECOND);
        world.clock.advance(DAY * 29);
        assert_eq!(lacks(Demand::NONE).await, SECOND, "trust has its day");
    }

    async fn whoever_sent_the_person_may_shorten_the_trust(world: World) {
        let (_, mut guest) = trusting(&world, "ada").await;
        let demand = Demand { trust: Some(DAY * 2), ..Demand::NONE };
        world.clock.advance(DAY);
        let (_, outcome) = guest.password(&world, "ada", demand).await;
        session(outcome);
        world.clock.advance(DAY);
        let (_, outcome) = guest.password(&world, "ada", demand).await;
        assert!(matches!(outcome, Outcome::Next(step) if step == SECOND));
        let (_, outcome) = guest.password(&world, "ada", Demand::NONE).await;
        session(outcome);
    }

    async fn trust_is_of_one_person_in_one_kind_of_browser(world: World) {
        let (ada, guest) = trusting(&world, "ada").await;
        let bob = with_totp(&world, "bob").await;
        // Another person in the same browser.
        let mut same = guest.clone();
        assert!(asks_for_the_second_factor(&world, &mut same, "bob").await);
        // Ada's secret under Bob's name.
        let secret = guest.shown.secrets[0].1.clone();
        same.shown.secrets = vec![(devices::Tag::of(bob), secret)];
        assert!(asks_for_the_second_factor(&world, &mut same, "bob").await);
        // Copied into another browser.
        let mut other = Guest::with(CHROME);
        other.shown.secrets.clone_from(&guest.shown.secrets);
        assert_eq!(other.seen(&world, ada).await, Seen::Unknown);
        assert!(asks_for_the_second_factor(&world, &mut other, "ada").await);
        // Its own browser, brought up to date.
        let newer = FIREFOX.replace("145", "150");
        let mut newer = Guest::with(&newer);
        newer.shown.secrets.clone_from(&guest.shown.secrets);
        assert!(!asks_for_the_second_factor(&world, &mut newer, "ada").await);
    }

    async fn authentik_cve_2026_54730_no_browser_spares_a_second_factor_that_was_never_given_in_it(world: World) {
        let ada = person(&world, "ada").await;
        // Known, and the wish to be trusted with it, but by the password alone.
        let mut known = Guest::with(FIREFOX);
        let handle = known.begin(&world, Demand::NONE).await;
        let own = known.own();
        let visit = known.visit(&handle, &own).trusting(true);
        let outcome = signin::with_password(desk(&world), visit, "ada", PASSWORD).await.unwrap();
        known.keep(&outcome);
        session(outcome);
        assert!(matches!(known.seen(&world, ada).await, Seen::Known(device) if device.trust.is_none()));
        add_totp(&world, ada).await;
        assert!(asks_for_the_second_factor(&world, &mut known, "ada").await);
        // Asked again and again, half-way, it still has given none.
        let handle = known.begin(&world, Demand::NONE).await;
        let own = known.own();
        let visit = known.visit(&handle, &own).trusting(true);
        let outcome = signin::with_password(desk(&world), visit, "ada", PASSWORD).await.unwrap();
        assert!(matches!(outcome, Outcome::Next(step) if step == SECOND));
        assert!(asks_for_the_second_factor(&world, &mut known, "ada").await);
        // Made up, and made out to somebody else.
        let (bob, bobs) = trusting(&world, "bob").await;
        let theirs = bobs.shown.secrets.iter().find(|(tag, _)| *tag == devices::Tag::of(bob)).unwrap();
        for secret in [Secret::generate(""), Secret::from(""), theirs.1.clone()] {
            let mut forged = Guest::with(FIREFOX);
            forged.shown.secrets = vec![(devices::Tag::of(ada), secret)];
            assert!(asks_for_the_second_factor(&world, &mut forged, "ada").await);
        }
    }

    async fn two_people_are_known_in_one_browser(world: World) {
        let (ada, mut guest) = trusting(&world, "ada").await;
        let bob = with_totp(&world, "bob").await;
        guest.both(&world, "bob", bob, true).await;
        assert_eq!(guest.shown.secrets.len(), 2);
        assert!(!asks_for_the_second_factor(&world, &mut guest, "ada").await);
        assert!(!asks_for_the_second_factor(&world, &mut guest, "bob").await);
        assert_eq!(devices_of(&world, ada).await.len(), 1);
    }

    async fn checklist_50_a_secret_that_was_replaced_ends_trust_and_sessions_of_the_device(world: World) {
        let (ada, mut owner) = trusting(&world, "ada").await;
        let mut thief = owner.clone();
        world.clock.advance(DAY);
        // The thief is first, with the password too.
        let stolen = {
            let (_, outcome) = thief.password(&world, "ada", Demand::NONE).await;
            session(outcome)
        };
        world.clock.advance(Duration::from_secs(60));
        // The owner comes with the secret that was replaced.
        assert!(matches!(owner.seen(&world, ada).await, Seen::Copied(_)));
        assert!(asks_for_the_second_factor(&world, &mut owner, "ada").await);
        let live = signin::sessions_of_user(&world.db, ada, world.now()).await.unwrap();
        assert!(live.iter().all(|one| one.id != stolen.session), "what the thief opened is closed");
        assert!(devices_of(&world, ada).await.is_empty());
        let told = count(&world, "select count(*) as n from audit_events where action = 'device.copied'");
        assert_eq!(told.await, 1);
        // Neither copy is worth anything any more, and nothing is told twice.
        assert!(asks_for_the_second_factor(&world, &mut thief, "ada").await);
        assert!(asks_for_the_second_factor(&world, &mut owner, "ada").await);
        let told = count(&world, "select count(*) as n from audit_events where action = 'device.copied'");
        assert_eq!(told.await, 1);
    }

    async fn a_secret_that_was_replaced_long_ago_is_noticed_too(world: World) {
        let (ada, mut owner) = trusting(&world, "ada").await;
        let old = owner.clone();
        for _ in 0..3 {
            world.clock.advance(DAY);
            owner.password(&world, "ada", Demand::NONE).await;
        }
        assert!(matches!(old.seen(&world, ada).await, Seen::Copied(_)));
    }

    async fn an_old_secret_without_the_password_ends_nothing(world: World) {
        let (ada, mut owner) = trusting(&world, "ada").await;
        let old = owner.clone();
        world.clock.advance(DAY);
        owner.password(&world, "ada", Demand::NONE).await;
        world.clock.advance(DAY);
        let handle = old.begin(&world, Demand::NONE).await;
        let own = old.own();
        let visit = old.visit(&handle, &own);
        let refused = signin::with_password(desk(&world), visit, "ada", "wrong").await.unwrap();
        assert!(matches!(refused, Outcome::Refused));
        assert_eq!(devices_of(&world, ada).await.len(), 1);
        assert!(!asks_for_the_second_factor(&world, &mut owner, "ada").await);
    }

    async fn trust_ends_with_the_password_with_a_block_and_with_deactivation(world: World) {
        let (ada, mut guest) = trusting(&world, "ada").await;
        stage::set_password(&world, ada, PASSWORD, false).await;
        assert!(asks_for_the_second_factor(&world, &mut guest, "ada").await);
        guest.both(&world, "ada", ada, true).await;

        let mut blocked = change(&world).await;
        lifecycle::block(&mut blocked, ada, "why", None).await.unwrap();
        lifecycle::allow(&mut blocked, ada).await.unwrap();
        blocked.commit().await.unwrap();
        assert!(asks_for_the_second_factor(&world, &mut guest, "ada").await);
        guest.both(&world, "ada", ada, true).await;

        let mut inactive = change(&world).await;
        lifecycle::deactivate(&mut inactive, ada).await.unwrap();
        lifecycle::activate(&mut inactive, ada).await.unwrap();
        inactive.commit().await.unwrap();
        assert!(asks_for_the_second_factor(&world, &mut guest, "ada").await);
        assert_eq!(devices_of(&world, ada).await.len(), 1, "it is known all the same");
    }

    async fn a_device_that_was_forgotten_is_unknown(world: World) {
        let (ada, mut guest) = trusting(&world, "ada").await;
        let (bob, _) = trusting(&world, "bob").await;
        let device = devices_of(&world, ada).await[0].id;
        let mut forgotten = change(&world).await;
        assert!(!devices::forget(&mut forgotten, bob, device).await.unwrap(), "it is not Bob's");
        assert!(devices::forget(&mut forgotten, ada, device).await.unwrap());
        forgotten.commit().await.unwrap();
        assert_eq!(guest.seen(&world, ada).await, Seen::Unknown);
        assert!(asks_for_the_second_factor(&world, &mut guest, "ada").await);
        assert_eq!(devices_of(&world, bob).await.len(), 1);
        let mut all = change(&world).await;
        assert_eq!(devices::forget_all(&mut all, bob).await.unwrap(), 1);
        all.commit().await.unwrap();
        assert!(devices_of(&world, bob).await.is_empty());
    }

    async fn checklist_50_of_32_sign_ins_at_once_one_replaces_the_secret_and_none_is_taken_for_a_thief(world: World) {
        let (ada, guest) = trusting(&world, "ada").await;
        world.clock.advance(DAY);
        let mut all = tokio::task::JoinSet::new();
        let world = std::sync::Arc::new(world);
        for _ in 0..32 {
            let (world, mut tab) = (world.clone(), guest.clone());
            all.spawn(async move {
                let (_, outcome) = tab.password(&world, "ada", Demand::NONE).await;
                session(outcome).device.is_some()
            });
        }
        let answers = all.join_all().await;
        assert_eq!(answers.iter().filter(|replaced| **replaced).count(), 1);
        let devices = devices_of(&world, ada).await;
        assert_eq!(devices.len(), 1);
        assert!(devices[0].trust.is_some());
        let told = count(&world, "select count(*) as n from audit_events where action = 'device.copied'");
        assert_eq!(told.await, 0);
    }

    async fn checklist_42_the_owner_s_browser_gets_in_while_those_of_guessers_are_stopped(world: World) {
        person(&world, "ada").await;
        let mut own = Guest::with(FIREFOX);
        session(own.password(&world, "ada", Demand::NONE).await.1);
        for _ in 0..20 {
            let guesser = Guest::with(FIREFOX);
            let (handle, digest) = (guesser.begin(&world, Demand::NONE).await, guesser.own());
            let visit = guesser.visit(&handle, &digest);
            let outcome = signin::with_password(desk(&world), visit, "ada", "a guess").await.unwrap();
            assert!(matches!(outcome, Outcome::Refused), "{outcome:?}");
        }
        // The right password does not help a browser that nobody knows, nor a copy of the name.
        let outcome = Guest::with(FIREFOX).password(&world, "ada", Demand::NONE).await.1;
        assert!(matches!(outcome, Outcome::Refused), "{outcome:?}");
        session(own.password(&world, "ada", Demand::NONE).await.1);
        // One that is forgotten waits like the others.
        let mut change = change(&world).await;
        devices::forget_all(&mut change, user_of(&world).await).await.unwrap();
        change.commit().await.unwrap();
        let outcome = own.password(&world, "ada", Demand::NONE).await.1;
        assert!(matches!(outcome, Outcome::Refused), "{outcome:?}");
    }

    async fn what_nobody_uses_is_swept_after_half_a_year(world: World) {
        let (ada, mut guest) = trusting(&world, "ada").await;
        world.clock.advance(DAY);
        guest.password(&world, "ada", Demand::NONE).await;
        world.clock.advance(devices::KEPT);
        assert_eq!(swept(&world, world.now()).await, 0);
        world.clock.advance(DAY);
        assert_eq!(swept(&world, world.now()).await, 1, "the device, and with it its secrets");
        assert!(devices_of(&world, ada).await.is_empty());
        assert_eq!(count(&world, "select count(*) as n from spent_device_secrets").await, 0);
    }

    async fn secrets_that_were_replaced_are_not_kept_for_ever(world: World) {
        let (_, mut guest) = trusting(&world, "ada").await;
        for _ in 0..10 {
            world.clock.advance(DAY * 90);
            guest.both(&world, "ada", user_of(&world).await, false).await;
            swept(&world, world.now()).await;
        }
        let kept = count(&world, "select count(*) as n from spent_device_secrets").await;
        assert!(kept <= 3, "{kept}");
    }
}

async fn user_of(world: &World) -> UserId {
    let mut from = &world.db;
    let row = from
        .fetch_one(sql("select id from users where user_name = 'ada'"))
        .await
        .unwrap();
    row.parse("id").unwrap()
}

async fn swept(world: &World, now: Timestamp) -> u64 {
    let mut change = Change::begin(&world.db, Actor::System, now).await.unwrap();
    let rows = devices::sweep(&mut change, 500).await.unwrap();
    change.commit().await.unwrap();
    rows
}
