//! Signing in with a passkey, and all that must not do it (oidc.md 2.D, 48).

use std::time::Duration;

use doorward::domain::credentials::enrolled;
use doorward::domain::credentials::webauthn::{self, Kind};
use doorward::domain::signin::{Acr, KeyOutcome, Outcome, session_of};
use doorward::domain::{access, lifecycle, tries};
use doorward::foundation::db::{Fetch, sql};
use futures_util::future::join_all;
use serde_json::json;

use crate::authenticator::{BE, BS, UP, UV};
use crate::key_stage::{At, add_to, ask_new, here, is_refused, is_session, key};
use crate::stage::{self, ALL_SESSIONS, count};
use crate::{authenticator::Authenticator, on_both_engines};

on_both_engines! {
    async fn a_passkey_alone_is_two_factors_that_cannot_be_phished(world: World) {
        let ada = stage::user(&world, "ada").await;
        let mut passkey = key(&world, ada, Kind::Passkey).await;
        assert!(enrolled(&world.db, ada).await.unwrap().passkey);
        let at = At::new(&world).await;
        let asked = at.ask(&world).await;
        assert_eq!(asked["publicKey"]["userVerification"], "required");
        assert_eq!(asked["publicKey"]["allowCredentials"], json!([]));
        let outcome = at.answer(&world, &passkey.get(&asked)).await;
        let KeyOutcome::Decided(Outcome::Session(completed)) = outcome else {
            panic!("{outcome:?}");
        };
        let session = session_of(&world.db, &completed.secret, world.now()).await.unwrap().unwrap();
        assert_eq!((session.user, session.acr), (ada, Acr::PhishingResistant));
        assert_eq!(session.amr, ["pop", "user", "mfa"]);
        let known = webauthn::list(&world.db, ada).await.unwrap();
        assert_eq!(known[0].last_used_at, Some(world.now()));
    }

    async fn a_challenge_is_answered_once(world: World) {
        let ada = stage::user(&world, "ada").await;
        let mut passkey = key(&world, ada, Kind::Passkey).await;
        let browser = stage::Browser::new();
        let at = At::of(&world, &browser).await;
        let asked = at.ask(&world).await;
        let answer = passkey.get(&asked);
        assert!(is_session(&at.answer(&world, &answer).await));
        // The same sign-in is over; the challenge is gone in every other.
        assert!(matches!(at.answer(&world, &answer).await, KeyOutcome::Decided(Outcome::Gone(_))));
        let again = At::of(&world, &browser).await;
        passkey.counter += 1;
        assert!(matches!(again.answer(&world, &passkey.get(&asked)).await, KeyOutcome::Expired));
    }

    async fn a_wrong_answer_uses_the_challenge_up_too(world: World) {
        let ada = stage::user(&world, "ada").await;
        let mut passkey = key(&world, ada, Kind::Passkey).await;
        let at = At::new(&world).await;
        let asked = at.ask(&world).await;
        passkey.flags = UP;
        assert!(is_refused(&at.answer(&world, &passkey.get(&asked)).await));
        passkey.flags = UP | UV;
        assert!(matches!(at.answer(&world, &passkey.get(&asked)).await, KeyOutcome::Expired));
        assert_eq!(count(&world, "select count(*) as n from webauthn_ceremonies").await, 0);
    }

    async fn the_challenge_of_another_sign_in_is_none(world: World) {
        let ada = stage::user(&world, "ada").await;
        let mut passkey = key(&world, ada, Kind::Passkey).await;
        let (mine, yours) = (At::new(&world).await, At::new(&world).await);
        let asked = yours.ask(&world).await;
        assert!(matches!(mine.answer(&world, &passkey.get(&asked)).await, KeyOutcome::Expired));
        let own = yours.answer(&world, &passkey.get(&asked)).await;
        assert!(is_session(&own), "and it is not used up by that: {own:?}");
    }

    async fn a_challenge_lives_for_five_minutes_and_is_swept(world: World) {
        let ada = stage::user(&world, "ada").await;
        let mut passkey = key(&world, ada, Kind::Passkey).await;
        let at = At::new(&world).await;
        let asked = at.ask(&world).await;
        world.clock.advance(Duration::from_secs(5 * 60));
        assert!(matches!(at.answer(&world, &passkey.get(&asked)).await, KeyOutcome::Expired));
        let mut change = stage::change(&world).await;
        assert_eq!(webauthn::sweep(&mut change, 10).await.unwrap(), 1);
        change.commit().await.unwrap();
    }

    async fn a_sign_in_keeps_no_more_challenges_than_a_person_can_need(world: World) {
        let at = At::new(&world).await;
        for _ in 0..24 {
            at.ask(&world).await;
        }
        let desk = crate::key_stage::desk(&world);
        let party = crate::key_stage::party(&world);
        let more = doorward::domain::signin::passkey_challenge(desk, at.visit(), party).await;
        assert!(matches!(more, Err(webauthn::CeremonyError::TooMany)), "{more:?}");
        At::new(&world).await.ask(&world).await;
    }

    async fn keycloak_cve_2026_8830_every_check_of_an_assertion_is_made_here(world: World) {
        let ada = stage::user(&world, "ada").await;
        let mut passkey = key(&world, ada, Kind::Passkey).await;
        let own = passkey.origin.clone();
        for origin in ["https://evil.example", "http://localhost", "http://localhost.evil.example", "https://localhost:1"] {
            passkey.origin = origin.to_owned();
            let at = At::new(&world).await;
            let asked = at.ask(&world).await;
            assert!(is_refused(&at.answer(&world, &passkey.get(&asked)).await), "{origin}");
        }
        passkey.origin = own;
        for framed in [json!({"crossOrigin": true}), json!({"crossOrigin": false, "topOrigin": "https://evil.example"})] {
            passkey.client_data = framed.clone();
            let at = At::new(&world).await;
            let asked = at.ask(&world).await;
            assert!(is_refused(&at.answer(&world, &passkey.get(&asked)).await), "{framed}");
        }
        passkey.client_data = json!({});
        for flags in [0, UP, UV] {
            passkey.flags = flags;
            let at = At::new(&world).await;
            let asked = at.ask(&world).await;
            assert!(is_refused(&at.answer(&world, &passkey.get(&asked)).await), "flags {flags}");
        }
        passkey.flags = UP | UV;
        let at = At::new(&world).await;
        let mut asked = at.ask(&world).await;
        asked["publicKey"]["rpId"] = json!("evil.example");
        assert!(is_refused(&at.answer(&world, &passkey.get(&asked)).await), "another relying party");
        let at = At::new(&world).await;
        let asked = at.ask(&world).await;
        let answer = passkey.answer_get(&asked["publicKey"], "webauthn.create");
        assert!(is_refused(&at.answer(&world, &answer).await), "a get answered with a create");
        assert_eq!(count(&world, ALL_SESSIONS).await, 0);
        let now = world.now();
        assert!(tries::failed_tries(&world.db, ada, now).await.unwrap().is_empty(), "nothing of it is a guess");
        let at = At::new(&world).await;
        let asked = at.ask(&world).await;
        assert!(is_session(&at.answer(&world, &passkey.get(&asked)).await), "and the right one works");
    }

    async fn a_signature_of_another_key_is_refused(world: World) {
        let ada = stage::user(&world, "ada").await;
        let passkey = key(&world, ada, Kind::Passkey).await;
        let mut forged = Authenticator::new(&world.base);
        forged.id = passkey.id.clone();
        forged.user_handle = passkey.user_handle.clone();
        forged.counter = 9;
        let at = At::new(&world).await;
        let asked = at.ask(&world).await;
        assert!(is_refused(&at.answer(&world, &forged.get(&asked)).await));
        let known = webauthn::list(&world.db, ada).await.unwrap();
        assert_eq!(known[0].suspended_at, None, "a stranger cannot suspend it");
    }

    async fn a_creation_is_no_sign_in_and_its_challenge_neither(world: World) {
        let ada = stage::user(&world, "ada").await;
        let mut passkey = key(&world, ada, Kind::Passkey).await;
        let at = At::new(&world).await;
        let mut asked = ask_new(&world, &webauthn::Binding::sign_in(&at.handle), ada, Kind::Passkey).await;
        assert!(is_refused(&at.answer(&world, &passkey.create(&asked)).await));
        asked["publicKey"]["rpId"] = asked["publicKey"]["rp"]["id"].clone();
        assert!(matches!(at.answer(&world, &passkey.get(&asked)).await, KeyOutcome::Expired));
    }

    async fn checklist_48_the_user_handle_must_be_the_owners(world: World) {
        let (ada, bob) = (stage::user(&world, "ada").await, stage::user(&world, "bob").await);
        let mut adas = key(&world, ada, Kind::Passkey).await;
        let bobs = key(&world, bob, Kind::Passkey).await;
        for handle in [None, bobs.user_handle.clone(), Some(String::new()), Some("AAAA".to_owned())] {
            let at = At::new(&world).await;
            let asked = at.ask(&world).await;
            let right = std::mem::replace(&mut adas.user_handle, handle.clone());
            let outcome = at.answer(&world, &adas.get(&asked)).await;
            assert!(is_refused(&outcome), "{handle:?}: {outcome:?}");
            adas.user_handle = right;
        }
    }

    async fn a_counter_that_goes_back_suspends_the_passkey(world: World) {
        let ada = stage::user(&world, "ada").await;
        let mut passkey = key(&world, ada, Kind::Passkey).await;
        passkey.counter = 7;
        let at = At::new(&world).await;
        let asked = at.ask(&world).await;
        assert!(is_session(&at.answer(&world, &passkey.get(&asked)).await));
        for (counter, suspended) in [(7, true), (8, true)] {
            passkey.counter = counter;
            let at = At::new(&world).await;
            let asked = at.ask(&world).await;
            assert!(is_refused(&at.answer(&world, &passkey.get(&asked)).await), "{counter}");
            let known = webauthn::list(&world.db, ada).await.unwrap();
            assert_eq!(known[0].suspended_at.is_some(), suspended);
        }
        assert!(!enrolled(&world.db, ada).await.unwrap().passkey, "it counts no more");
        let mut from = &world.db;
        let events = from.fetch_all(sql("select subject_id from audit_events where action = 'webauthn.suspended'")).await.unwrap();
        assert_eq!(events.len(), 1);
        assert_eq!(events[0].get::<String>("subject_id").unwrap(), ada.to_string());
    }

    async fn a_synchronised_passkey_has_no_counter_and_that_is_fine(world: World) {
        let ada = stage::user(&world, "ada").await;
        let mut authenticator = Authenticator::new(&world.base);
        authenticator.flags = UP | UV | BE | BS;
        let mut passkey = add_to(&world, ada, Kind::Passkey, authenticator).await;
        assert!(webauthn::list(&world.db, ada).await.unwrap()[0].backed_up);
        passkey.counter = 0;
        for _ in 0..3 {
            let at = At::new(&world).await;
            let asked = at.ask(&world).await;
            assert!(is_session(&at.answer(&world, &passkey.get(&asked)).await));
        }
    }

    async fn the_backup_state_is_kept_up_to_date_and_the_eligibility_cannot_change(world: World) {
        let ada = stage::user(&world, "ada").await;
        let mut authenticator = Authenticator::new(&world.base);
        authenticator.flags = UP | UV | BE;
        let mut passkey = add_to(&world, ada, Kind::Passkey, authenticator).await;
        for (flags, accepted, backed_up) in [
            (UP | UV | BE, true, false),
            (UP | UV | BE | BS, true, true),
            (UP | UV | BE, true, false),
            (UP | UV, false, false),
            (UP | UV | BS, false, false),
        ] {
            passkey.flags = flags;
            passkey.counter += 1;
            let at = At::new(&world).await;
            let asked = at.ask(&world).await;
            assert_eq!(is_session(&at.answer(&world, &passkey.get(&asked)).await), accepted, "{flags:#x}");
            assert_eq!(webauthn::list(&world.db, ada).await.unwrap()[0].backed_up, backed_up, "{flags:#x}");
        }
    }

    async fn whoever_may_not_use_access_is_refused_in_the_same_words(world: World) {
        let (ada, bob) = (stage::user(&world, "ada").await, stage::user(&world, "bob").await);
        let mut adas = key(&world, ada, Kind::Passkey).await;
        let mut bobs = key(&world, bob, Kind::Passkey).await;
        let mut change = stage::change(&world).await;
        lifecycle::deactivate(&mut change, ada).await.unwrap();
        change.commit().await.unwrap();
        let mut change = stage::change(&world).await;
        lifecycle::block(&mut change, bob, "lost phone", None).await.unwrap();
        change.commit().await.unwrap();
        for passkey in [&mut adas, &mut bobs] {
            let at = At::new(&world).await;
            let asked = at.ask(&world).await;
            assert!(is_refused(&at.answer(&world, &passkey.get(&asked)).await));
        }
        assert!(!access::may_use(&world.db, bob, world.now()).await.unwrap().is_allowed());
        assert_eq!(count(&world, ALL_SESSIONS).await, 0);
    }

    async fn a_removed_passkey_is_told_to_be_forgotten(world: World) {
        let ada = stage::user(&world, "ada").await;
        let mut passkey = key(&world, ada, Kind::Passkey).await;
        let id = webauthn::list(&world.db, ada).await.unwrap()[0].id;
        let mut change = stage::change(&world).await;
        webauthn::remove(&mut change, &world.state.post, ada, id).await.unwrap().expect("it was there");
        change.commit().await.unwrap();
        let at = At::new(&world).await;
        let asked = at.ask(&world).await;
        let outcome = at.answer(&world, &passkey.get(&asked)).await;
        assert!(matches!(outcome, KeyOutcome::Unknown(id) if id == passkey.named()));
    }

    async fn a_security_key_opens_no_sign_in(world: World) {
        let ada = stage::user(&world, "ada").await;
        let mut security_key = key(&world, ada, Kind::SecurityKey).await;
        let at = At::new(&world).await;
        let asked = at.ask(&world).await;
        assert!(is_refused(&at.answer(&world, &security_key.get(&asked)).await));
    }

    async fn thirty_two_answers_to_one_challenge_become_one_session(world: World) {
        let ada = stage::user(&world, "ada").await;
        let mut passkey = key(&world, ada, Kind::Passkey).await;
        let at = At::new(&world).await;
        let asked = at.ask(&world).await;
        let answer = passkey.get(&asked);
        let answers = (0..32).map(|_| at.answer(&world, &answer));
        let outcomes = join_all(answers).await;
        assert_eq!(outcomes.iter().filter(|outcome| is_session(outcome)).count(), 1, "{outcomes:?}");
        assert_eq!(count(&world, ALL_SESSIONS).await, 1);
    }

    async fn thirty_two_answers_with_one_counter_become_one_session(world: World) {
        let ada = stage::user(&world, "ada").await;
        let mut passkey = key(&world, ada, Kind::Passkey).await;
        let mut all = Vec::new();
        for _ in 0..32 {
            let at = At::new(&world).await;
            let asked = at.ask(&world).await;
            let answer = passkey.get(&asked);
            all.push((at, answer));
        }
        let outcomes = join_all(all.iter().map(|(at, answer)| at.answer(&world, answer))).await;
        assert_eq!(outcomes.iter().filter(|outcome| is_session(outcome)).count(), 1);
    }

    async fn what_is_no_answer_is_refused_and_never_an_error(world: World) {
        let at = At::new(&world).await;
        let long = "x".repeat(60_000);
        let nested = "[".repeat(20_000);
        for text in ["", "{}", "null", "{\"id\":1}", "\u{0}", long.as_str(), nested.as_str()] {
            assert!(is_refused(&at.answer(&world, text).await), "{text:.20}");
        }
        let _ = here();
    }
}
