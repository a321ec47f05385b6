//! Keys beside a password, and adding keys (oidc.md 2.D, 47).

use base64::Engine;
use doorward::domain::credentials::webauthn::{
    self, Attestation, Binding, Kind, RegistrationRefused, UserVerification,
};
use doorward::domain::signin::{Acr, KeyOutcome, Outcome, session_of};
use doorward::foundation::crypto::token::Secret;
use doorward::foundation::mail::Mailer;
use serde_json::{Value, json};
use webauthn_authenticator_rs::{WebauthnAuthenticator, softpasskey::SoftPasskey};

use crate::authenticator::{Authenticator, BS, UP, UV};
use crate::key_stage::{At, add_new, ask_new, here, is_refused, is_session, key};
use crate::on_both_engines;
use crate::stage::{self, count};

fn wrong(added: Result<Option<webauthn::WebauthnId>, RegistrationRefused>) -> bool {
    matches!(added, Err(RegistrationRefused::Wrong(_)))
}

fn pem(der: &[u8]) -> String {
    let text = base64::prelude::BASE64_STANDARD.encode(der);
    let lines: Vec<&str> = text
        .as_bytes()
        .chunks(64)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    format!(
        "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
        lines.join("\n")
    )
}

on_both_engines! {
    async fn a_key_beside_a_password_cannot_be_phished(world: World) {
        let ada = stage::user(&world, "ada").await;
        let mut security_key = key(&world, ada, Kind::SecurityKey).await;
        let at = At::new(&world).await;
        assert!(at.ask_second(&world).await.is_none(), "nobody has proven anything yet");
        at.password(&world, ada).await;
        let asked = at.ask_second(&world).await.unwrap();
        assert_eq!(asked["publicKey"]["allowCredentials"][0]["id"], security_key.named());
        assert_eq!(asked["publicKey"]["userVerification"], "preferred");
        let outcome = at.answer_second(&world, &security_key.get(&asked)).await;
        let KeyOutcome::Decided(Outcome::Session(completed)) = outcome else {
            panic!("{outcome:?}");
        };
        let session = session_of(&world.db, &completed.secret, world.now()).await.unwrap().unwrap();
        assert_eq!(session.acr, Acr::PhishingResistant);
        assert_eq!(session.amr, ["pwd", "pop", "mfa"]);
    }

    async fn a_strangers_authenticator_is_understood(world: World) {
        let ada = stage::user(&world, "ada").await;
        let mut stranger = SoftPasskey::new(false);
        let origin = url::Url::parse(&world.base).unwrap();
        let asked = ask_new(&world, &here(), ada, Kind::SecurityKey).await;
        let options = serde_json::from_value(asked).unwrap();
        let made = stranger.do_registration(origin.clone(), options).unwrap();
        let made = serde_json::to_string(&made).unwrap();
        assert!(add_new(&world, &here(), ada, Kind::SecurityKey, &made).await.unwrap().is_some());
        for _ in 0..2 {
            let at = At::new(&world).await;
            at.password(&world, ada).await;
            let asked = at.ask_second(&world).await.unwrap();
            let options = serde_json::from_value(asked).unwrap();
            let proven = stranger.do_authentication(origin.clone(), options).unwrap();
            let proven = serde_json::to_string(&proven).unwrap();
            assert!(is_session(&at.answer_second(&world, &proven).await));
        }
    }

    async fn a_passkey_serves_beside_a_password_and_the_password_still_counts(world: World) {
        let ada = stage::user(&world, "ada").await;
        stage::set_password(&world, ada, stage::PASSWORD, true).await;
        let mut passkey = key(&world, ada, Kind::Passkey).await;
        let at = At::new(&world).await;
        world.clock.advance(std::time::Duration::from_secs(1));
        at.password(&world, ada).await;
        let asked = at.ask_second(&world).await.unwrap();
        let outcome = at.answer_second(&world, &passkey.get(&asked)).await;
        let step = doorward::domain::signin::Step::ChoosePassword;
        assert!(matches!(outcome, KeyOutcome::Decided(Outcome::Next(next)) if next == step), "{outcome:?}");
    }

    async fn somebody_elses_key_is_no_second_factor(world: World) {
        let (ada, bob) = (stage::user(&world, "ada").await, stage::user(&world, "bob").await);
        key(&world, ada, Kind::SecurityKey).await;
        let mut bobs = key(&world, bob, Kind::SecurityKey).await;
        let at = At::new(&world).await;
        at.password(&world, ada).await;
        let asked = at.ask_second(&world).await.unwrap();
        assert!(is_refused(&at.answer_second(&world, &bobs.get(&asked)).await));
    }

    async fn the_challenge_of_a_first_factor_is_none_of_a_second(world: World) {
        let ada = stage::user(&world, "ada").await;
        let mut passkey = key(&world, ada, Kind::Passkey).await;
        let at = At::new(&world).await;
        at.password(&world, ada).await;
        let first = at.ask(&world).await;
        assert!(matches!(at.answer_second(&world, &passkey.get(&first)).await, KeyOutcome::Expired));
        let second = at.ask_second(&world).await.unwrap();
        assert!(matches!(at.answer(&world, &passkey.get(&second)).await, KeyOutcome::Expired));
    }

    async fn a_key_that_must_verify_the_person_does(world: World) {
        let world = world.with(|basics| basics.webauthn.user_verification = UserVerification::Required).await;
        let ada = stage::user(&world, "ada").await;
        let asked = ask_new(&world, &here(), ada, Kind::SecurityKey).await;
        assert_eq!(asked["publicKey"]["authenticatorSelection"]["userVerification"], "required");
        let mut unverified = Authenticator::new(&world.base);
        unverified.flags = UP;
        let answer = unverified.create(&asked);
        let added = add_new(&world, &here(), ada, Kind::SecurityKey, &answer).await;
        assert!(matches!(added, Err(RegistrationRefused::Policy(_))), "{added:?}");
        let mut security_key = key(&world, ada, Kind::SecurityKey).await;
        for (flags, accepted) in [(UP, false), (UP | UV, true)] {
            security_key.flags = flags;
            let at = At::new(&world).await;
            at.password(&world, ada).await;
            let asked = at.ask_second(&world).await.unwrap();
            assert_eq!(is_session(&at.answer_second(&world, &security_key.get(&asked)).await), accepted);
        }
    }

    async fn a_new_passkey_is_asked_to_be_found_and_to_verify_and_tells_nothing(world: World) {
        let (ada, bob) = (stage::user(&world, "ada").await, stage::user(&world, "bob").await);
        let known = key(&world, ada, Kind::SecurityKey).await;
        let asked = ask_new(&world, &here(), ada, Kind::Passkey).await;
        let options = &asked["publicKey"];
        assert_eq!(options["rp"]["id"], "localhost");
        let selection = &options["authenticatorSelection"];
        assert_eq!((&selection["residentKey"], &selection["requireResidentKey"]), (&json!("required"), &json!(true)));
        assert_eq!(selection["userVerification"], "required");
        assert_eq!(options["attestation"], "none");
        assert_eq!(options["excludeCredentials"][0]["id"], known.named());
        let algorithms: Vec<&Value> = options["pubKeyCredParams"].as_array().unwrap().iter().map(|one| &one["alg"]).collect();
        assert_eq!(algorithms, [&json!(-7), &json!(-35), &json!(-257)]);
        let handle = options["user"]["id"].as_str().unwrap().to_owned();
        assert_eq!(handle.len(), 43, "32 random bytes");
        let again = ask_new(&world, &here(), ada, Kind::Passkey).await;
        assert_eq!(again["publicKey"]["user"]["id"], handle, "one handle for one person");
        assert_ne!(again["publicKey"]["challenge"], options["challenge"]);
        let bobs = ask_new(&world, &here(), bob, Kind::Passkey).await;
        assert_ne!(bobs["publicKey"]["user"]["id"], handle);
        let key = ask_new(&world, &here(), bob, Kind::SecurityKey).await;
        assert_eq!(key["publicKey"]["authenticatorSelection"]["residentKey"], "discouraged");
        assert!(key["publicKey"]["extensions"].get("credentialProtectionPolicy").is_none());
    }

    async fn keycloak_cve_2026_8830_every_check_of_a_registration_is_made_here(world: World) {
        let ada = stage::user(&world, "ada").await;
        let try_with = async |change: &dyn Fn(&mut Authenticator, &mut Value)| {
            let mut asked = ask_new(&world, &here(), ada, Kind::Passkey).await;
            let mut authenticator = Authenticator::new(&world.base);
            change(&mut authenticator, &mut asked);
            let answer = authenticator.create(&asked);
            add_new(&world, &here(), ada, Kind::Passkey, &answer).await
        };
        assert!(wrong(try_with(&|a, _| a.origin = "https://evil.example".to_owned()).await));
        assert!(wrong(try_with(&|a, _| a.client_data = json!({"crossOrigin": true})).await));
        assert!(wrong(try_with(&|a, _| a.client_data = json!({"topOrigin": "https://evil.example"})).await));
        assert!(wrong(try_with(&|_, asked| asked["publicKey"]["rp"]["id"] = json!("evil.example")).await));
        assert!(wrong(try_with(&|a, _| a.flags = UV).await));
        assert!(wrong(try_with(&|a, _| a.flags = UP | UV | BS).await), "backed up and not eligible");
        let unverified = try_with(&|a, _| a.flags = UP).await;
        assert!(matches!(unverified, Err(RegistrationRefused::Policy(_))), "{unverified:?}");
        let guessed = try_with(&|_, asked| asked["publicKey"]["challenge"] = json!("AAAA")).await;
        assert_eq!(guessed, Err(RegistrationRefused::Expired));
        let asked = ask_new(&world, &here(), ada, Kind::Passkey).await;
        let answer = Authenticator::new(&world.base).answer_create(&asked["publicKey"], "webauthn.get");
        assert!(wrong(add_new(&world, &here(), ada, Kind::Passkey, &answer).await), "a create answered with a get");
        assert!(webauthn::list(&world.db, ada).await.unwrap().is_empty());
        assert!(try_with(&|_, _| {}).await.unwrap().is_some(), "and the right one is added");
    }

    async fn keycloak_cve_2026_37982_the_question_of_one_session_is_answered_in_it_by_its_person_for_its_kind(world: World) {
        let (ada, mallory) = (stage::user(&world, "ada").await, stage::user(&world, "mallory").await);
        let asked = ask_new(&world, &here(), ada, Kind::Passkey).await;
        let answer = Authenticator::new(&world.base).create(&asked);
        let expired = Err(RegistrationRefused::Expired);
        let elsewhere = Binding::session("another");
        assert_eq!(add_new(&world, &elsewhere, ada, Kind::Passkey, &answer).await, expired);
        let in_sign_in = Binding::sign_in(&Secret::from("a-session"));
        assert_eq!(add_new(&world, &in_sign_in, ada, Kind::Passkey, &answer).await, expired);
        assert_eq!(add_new(&world, &here(), mallory, Kind::Passkey, &answer).await, expired);
        assert_eq!(add_new(&world, &here(), ada, Kind::SecurityKey, &answer).await, expired);
        assert!(add_new(&world, &here(), ada, Kind::Passkey, &answer).await.unwrap().is_some());
        assert_eq!(add_new(&world, &here(), ada, Kind::Passkey, &answer).await, expired, "once");
    }

    async fn checklist_47_a_credential_is_one_persons(world: World) {
        let (ada, bob) = (stage::user(&world, "ada").await, stage::user(&world, "bob").await);
        let adas = key(&world, ada, Kind::Passkey).await;
        let asked = ask_new(&world, &here(), bob, Kind::Passkey).await;
        let mut copy = Authenticator::new(&world.base);
        copy.id = adas.id.clone();
        let answer = copy.create(&asked);
        assert_eq!(add_new(&world, &here(), bob, Kind::Passkey, &answer).await, Ok(None));
        let asked = ask_new(&world, &here(), ada, Kind::Passkey).await;
        let answer = copy.create(&asked);
        assert!(wrong(add_new(&world, &here(), ada, Kind::Passkey, &answer).await), "it is excluded");
        assert_eq!(count(&world, "select count(*) as n from webauthn_credentials").await, 1);
    }

    async fn keycloak_cve_2026_6856_an_authenticator_cannot_say_itself_which_model_it_is(world: World) {
        const MODEL: &str = "cb69481e-8ff7-4039-93ec-0a2729a154a8";
        let model = MODEL.parse::<uuid::Uuid>().unwrap();
        let pair = rcgen::KeyPair::generate().unwrap();
        let mut parameters = rcgen::CertificateParams::default();
        parameters.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let authority = pem(parameters.self_signed(&pair).unwrap().der());
        let world = world.with(|basics| {
            basics.webauthn.attestation = Attestation::Direct;
            basics.webauthn.authorities = Some(webauthn::Authorities::from_pem(&authority, &[model]).unwrap());
        }).await;
        let ada = stage::user(&world, "ada").await;
        for attests_itself in [true, false] {
            for kind in [Kind::Passkey, Kind::SecurityKey] {
                let asked = ask_new(&world, &here(), ada, kind).await;
                assert_eq!(asked["publicKey"]["attestation"], "direct");
                let mut liar = Authenticator::new(&world.base);
                liar.model = *model.as_bytes();
                liar.attests_itself = attests_itself;
                let answer = liar.create(&asked);
                let added = add_new(&world, &here(), ada, kind, &answer).await;
                assert!(matches!(added, Err(RegistrationRefused::Policy(_))), "{added:?}");
            }
        }
        let world = world.with(|basics| basics.webauthn.attestation = Attestation::Direct).await;
        let asked = ask_new(&world, &here(), ada, Kind::Passkey).await;
        let mut liar = Authenticator::new(&world.base);
        (liar.model, liar.attests_itself) = (*model.as_bytes(), true);
        let answer = liar.create(&asked);
        assert!(add_new(&world, &here(), ada, Kind::Passkey, &answer).await.unwrap().is_some());
        let claimed = count(&world, "select count(*) as n from webauthn_credentials where aaguid is not null").await;
        assert_eq!(claimed, 0, "where any authenticator is taken, its own word is not kept either");
    }

    async fn related_origins_are_those_of_the_list(world: World) {
        let related = url::Url::parse("https://login.example.org").unwrap();
        let world = world.with(|basics| basics.webauthn.related_origins = vec![related]).await;
        let ada = stage::user(&world, "ada").await;
        let mut passkey = key(&world, ada, Kind::Passkey).await;
        for (origin, accepted) in [
            ("https://login.example.org", true),
            ("https://login.example.org:8443", false),
            ("https://x.login.example.org", false),
            ("http://login.example.org", false),
        ] {
            passkey.origin = origin.to_owned();
            passkey.counter += 1;
            let at = At::new(&world).await;
            let asked = at.ask(&world).await;
            assert_eq!(is_session(&at.answer(&world, &passkey.get(&asked)).await), accepted, "{origin}");
        }
    }

    async fn a_key_is_renamed_and_removed_by_its_owner_only(world: World) {
        let (ada, bob) = (stage::user(&world, "ada").await, stage::user(&world, "bob").await);
        key(&world, ada, Kind::SecurityKey).await;
        let id = webauthn::list(&world.db, ada).await.unwrap()[0].id;
        let mut change = stage::change(&world).await;
        assert!(!webauthn::rename(&mut change, bob, id, "mine").await.unwrap());
        assert!(webauthn::remove(&mut change, &world.state.post, bob, id).await.unwrap().is_none());
        assert!(webauthn::rename(&mut change, ada, id, "On my key ring").await.unwrap());
        change.commit().await.unwrap();
        let told = webauthn::at_authenticators(&world.db, ada).await.unwrap().unwrap();
        assert_eq!(told.accepted.len(), 1);
        let mut change = stage::change(&world).await;
        let removed = webauthn::remove(&mut change, &world.state.post, ada, id).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(removed, Some((Kind::SecurityKey, "On my key ring".to_owned())));
        let told = webauthn::at_authenticators(&world.db, ada).await.unwrap().unwrap();
        assert!(told.accepted.is_empty());
    }

    async fn their_owner_is_told_of_a_key_that_is_added_suspended_or_removed(world: World) {
        let folder = tempfile::tempdir().unwrap();
        let letters = format!("file:{}", folder.path().display());
        let world = world.with(|basics| basics.mailer = Mailer::new(&letters, "doorward@example.com").unwrap()).await;
        let told = "select count(*) as n from jobs where kind = 'mail.send'";
        let ada = stage::user(&world, "ada").await;
        let mut passkey = key(&world, ada, Kind::Passkey).await;
        assert_eq!(count(&world, told).await, 1);
        for accepted in [true, false] {
            let at = At::new(&world).await;
            let asked = at.ask(&world).await;
            assert_eq!(is_session(&at.answer(&world, &passkey.get(&asked)).await), accepted);
        }
        assert_eq!(count(&world, told).await, 2);
        let id = webauthn::list(&world.db, ada).await.unwrap()[0].id;
        let mut change = stage::change(&world).await;
        webauthn::remove(&mut change, &world.state.post, ada, id).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(count(&world, told).await, 3);
    }
}
