use std::time::Duration;

use doorward::domain::access;
use doorward::domain::directory::UserId;
use doorward::domain::lifecycle;
use doorward::domain::signin::{
    self, Acr, Destination, EndReason, Found, Method, Place, Proven, Session, complete, find,
    session_of,
};
use doorward::foundation::crypto::token::Secret;
use doorward::foundation::db::{Fetch, sql};

use crate::on_both_engines;
use crate::stage::{ALL_SESSIONS, Browser, LIVE_SESSIONS, REQUEST, begin, change, count, user};
use crate::support::World;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);

fn proven(user: UserId) -> Proven {
    Proven {
        user,
        methods: vec![Method::Password],
        place: Place {
            address: Some("192.0.2.7".to_owned()),
            browser: Some("a browser".to_owned()),
        },
        previous: None,
    }
}

/// A session of the user, by its secret.
async fn session_for(world: &World, user: UserId) -> Secret {
    let browser = Browser::new();
    let handle = begin(world, &browser).await;
    let mut change = change(world).await;
    let digest = browser.secret.digest();
    let completed = complete(
        &mut change,
        &handle,
        &digest,
        &proven(user),
        world.state.lifetimes,
    )
    .await;
    change.commit().await.unwrap();
    completed.unwrap().expect("a session").secret
}

async fn opened(world: &World, secret: &Secret) -> Option<Session> {
    session_of(&world.db, secret, world.now()).await.unwrap()
}

async fn seen(world: &World, secret: &Secret) {
    let session = opened(world, secret).await.expect("a session");
    signin::seen(&world.db, &session, world.state.lifetimes, world.now())
        .await
        .unwrap();
}

on_both_engines! {
    async fn a_session_says_who_when_how_and_from_where(world: World) {
        let ada = user(&world, "ada").await;
        let secret = session_for(&world, ada).await;
        let session = opened(&world, &secret).await.expect("a session");
        assert_eq!(session.user, ada);
        assert_eq!(session.auth_time, world.now());
        assert_eq!(session.amr, ["pwd"]);
        assert_eq!(session.acr, Acr::SingleFactor);
        assert_eq!(session.address.as_deref(), Some("192.0.2.7"));
        assert_eq!(session.browser.as_deref(), Some("a browser"));
    }

    async fn the_secret_is_stored_as_a_digest_and_the_sid_opens_nothing(world: World) {
        let ada = user(&world, "ada").await;
        let secret = session_for(&world, ada).await;
        let session = opened(&world, &secret).await.unwrap();
        let mut from = &world.db;
        let row = from.fetch_one(sql("select * from sessions")).await.unwrap();
        for column in ["id", "secret_digest", "user_id", "amr", "acr", "browser"] {
            assert_ne!(row.get::<String>(column).unwrap(), secret.reveal(), "{column}");
        }
        assert!(opened(&world, &Secret::from(session.id.to_string())).await.is_none());
        let stored: String = row.get("secret_digest").unwrap();
        assert!(opened(&world, &Secret::from(stored)).await.is_none());
    }

    async fn a_session_goes_idle_unless_it_is_used(world: World) {
        let ada = user(&world, "ada").await;
        let (used, left) = (session_for(&world, ada).await, session_for(&world, ada).await);
        let idle = world.state.lifetimes.idle;
        world.clock.advance(idle - MINUTE);
        seen(&world, &used).await;
        world.clock.advance(MINUTE);
        assert!(opened(&world, &used).await.is_some());
        assert!(opened(&world, &left).await.is_none());
    }

    async fn a_session_ends_at_its_end_however_much_it_is_used(world: World) {
        let ada = user(&world, "ada").await;
        let secret = session_for(&world, ada).await;
        let mut left = world.state.lifetimes.absolute;
        while left > HOUR {
            world.clock.advance(HOUR);
            left -= HOUR;
            seen(&world, &secret).await;
        }
        world.clock.advance(left);
        assert!(opened(&world, &secret).await.is_none());
    }

    async fn the_last_use_is_written_at_most_once_a_minute(world: World) {
        let ada = user(&world, "ada").await;
        let secret = session_for(&world, ada).await;
        let began = world.now();
        world.clock.advance(MINUTE - Duration::from_millis(1));
        seen(&world, &secret).await;
        assert_eq!(opened(&world, &secret).await.unwrap().last_seen_at, began);
        world.clock.advance(Duration::from_millis(1));
        seen(&world, &secret).await;
        assert_eq!(opened(&world, &secret).await.unwrap().last_seen_at, world.now());
    }

    async fn an_ended_session_stays_ended_and_says_why(world: World) {
        let ada = user(&world, "ada").await;
        let secret = session_for(&world, ada).await;
        let id = opened(&world, &secret).await.unwrap().id;
        let mut ending = change(&world).await;
        assert!(signin::end_session(&mut ending, id, EndReason::SignedOut).await.unwrap());
        assert!(!signin::end_session(&mut ending, id, EndReason::Administrator).await.unwrap());
        ending.commit().await.unwrap();
        assert!(opened(&world, &secret).await.is_none());
        let mut from = &world.db;
        let row = from.fetch_one(sql("select end_reason from sessions")).await.unwrap();
        assert_eq!(row.get::<String>("end_reason").unwrap(), "signed_out");
    }

    async fn ending_the_sessions_of_a_user_leaves_those_of_others(world: World) {
        let (ada, bob) = (user(&world, "ada").await, user(&world, "bob").await);
        session_for(&world, ada).await;
        session_for(&world, ada).await;
        let bobs = session_for(&world, bob).await;
        let mut ending = change(&world).await;
        let ended = signin::end_sessions_of_user(&mut ending, ada, EndReason::Administrator).await;
        ending.commit().await.unwrap();
        assert_eq!(ended.unwrap(), 2);
        assert!(opened(&world, &bobs).await.is_some());
        assert!(signin::sessions_of_user(&world.db, ada, world.now()).await.unwrap().is_empty());
        assert_eq!(signin::sessions_of_user(&world.db, bob, world.now()).await.unwrap().len(), 1);
    }

    async fn a_sign_in_is_completed_once_and_only_by_its_browser(world: World) {
        let ada = user(&world, "ada").await;
        let (own, other) = (Browser::new(), Browser::new());
        let handle = begin(&world, &own).await;
        let lifetimes = world.state.lifetimes;
        let mut change = change(&world).await;
        let foreign = complete(&mut change, &handle, &other.secret.digest(), &proven(ada), lifetimes).await;
        assert!(foreign.unwrap().is_none());
        let first = complete(&mut change, &handle, &own.secret.digest(), &proven(ada), lifetimes).await;
        assert_eq!(first.unwrap().unwrap().destination, Destination::Authorize(REQUEST.to_owned()));
        let again = complete(&mut change, &handle, &own.secret.digest(), &proven(ada), lifetimes).await;
        assert!(again.unwrap().is_none());
        change.commit().await.unwrap();
        assert_eq!(count(&world, ALL_SESSIONS).await, 1);
    }

    async fn a_sign_in_that_takes_too_long_is_not_completed(world: World) {
        let ada = user(&world, "ada").await;
        let browser = Browser::new();
        let handle = begin(&world, &browser).await;
        world.clock.advance(world.state.lifetimes.sign_in);
        let digest = browser.secret.digest();
        assert_eq!(find(&world.db, &handle, &digest, world.now()).await.unwrap(), Found::Expired);
        let mut change = change(&world).await;
        let late = complete(&mut change, &handle, &digest, &proven(ada), world.state.lifetimes).await;
        assert!(late.unwrap().is_none());
    }

    async fn the_handle_and_the_browser_are_stored_as_digests(world: World) {
        let browser = Browser::new();
        let handle = begin(&world, &browser).await;
        let mut from = &world.db;
        let row = from.fetch_one(sql("select handle_digest, browser_digest from sign_ins")).await.unwrap();
        assert_eq!(row.get::<String>("handle_digest").unwrap(), handle.digest().as_str());
        assert_ne!(row.get::<String>("handle_digest").unwrap(), handle.reveal());
        assert_ne!(row.get::<String>("browser_digest").unwrap(), browser.secret.reveal());
    }

    async fn a_cut_of_access_ends_sessions_and_forgets_half_given_proofs(world: World) {
        let ada = user(&world, "ada").await;
        let secret = session_for(&world, ada).await;
        let browser = Browser::new();
        let handle = begin(&world, &browser).await;
        let digest = browser.secret.digest();
        let mut noting = change(&world).await;
        assert!(signin::note_proof(&mut noting, &handle, &digest, ada, signin::Method::Password).await.unwrap());
        noting.commit().await.unwrap();

        let mut cutting = change(&world).await;
        lifecycle::deactivate(&mut cutting, ada).await.unwrap();
        cutting.commit().await.unwrap();
        assert!(opened(&world, &secret).await.is_none());
        let found = find(&world.db, &handle, &digest, world.now()).await.unwrap();
        assert!(matches!(found, Found::Open(open) if open.proofs.is_empty()));

        let mut reviving = change(&world).await;
        lifecycle::activate(&mut reviving, ada).await.unwrap();
        reviving.commit().await.unwrap();
        assert!(access::may_use(&world.db, ada, world.now()).await.unwrap().is_allowed());
        assert!(opened(&world, &secret).await.is_none(), "activation resurrects nothing");
    }

    async fn what_has_ended_is_swept_away_in_batches_and_nothing_else(world: World) {
        let ada = user(&world, "ada").await;
        for _ in 0..3 {
            session_for(&world, ada).await;
        }
        world.clock.advance(HOUR * 24 * 40);
        let live = session_for(&world, ada).await;
        let mut sweeping = change(&world).await;
        assert_eq!(signin::sweep_sessions(&mut sweeping, 2).await.unwrap(), 2);
        assert_eq!(signin::sweep_sessions(&mut sweeping, 2).await.unwrap(), 1);
        assert_eq!(signin::sweep_sessions(&mut sweeping, 2).await.unwrap(), 0);
        assert_eq!(signin::sweep_sign_ins(&mut sweeping, 100).await.unwrap(), 3);
        sweeping.commit().await.unwrap();
        assert_eq!(count(&world, LIVE_SESSIONS).await, 1);
        assert!(opened(&world, &live).await.is_some());
    }

    async fn a_login_hint_is_a_short_line_or_nothing(world: World) {
        let browser = Browser::new();
        let long = "x".repeat(257);
        for (hint, kept) in [("ada", true), ("a\nb", false), ("a\u{0}", false), (long.as_str(), false)] {
            let mut change = change(&world).await;
            let new = signin::NewSignIn {
                browser: browser.secret.digest(),
                destination: Destination::ACCOUNT,
                application: None,
                login_hint: Some(hint.to_owned()),
                demand: signin::Demand::NONE,
                session: None,
            };
            let handle = signin::begin(&mut change, &new, world.state.lifetimes).await.unwrap();
            change.commit().await.unwrap();
            let found = find(&world.db, &handle, &browser.secret.digest(), world.now()).await.unwrap();
            let Found::Open(open) = found else { panic!("{found:?}") };
            assert_eq!(open.login_hint.is_some(), kept, "{hint:?}");
        }
    }
}
