//! Workload identity federation: the token of a foreign issuer in place of a secret.

use std::time::Duration;

use doorward::domain::connections::trust::{distrust, trust};
use doorward::domain::connections::{NotChanged, Trust};
use doorward::foundation::crypto::jose::{Algorithm, SigningKey};
use serde_json::{Value, json};

use crate::issuer::{Issuer, reaching_this_machine};
use crate::on_both_engines;
use crate::source::{Answer, Source, change};
use crate::support::World;

const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const SUBJECT: &str = "1f9a-service-principal";
const AUDIENCE: &str = "api://doorward";

async fn trusting(world: &World, source: &Source<'_>, issuer: &str) {
    let mut now = change(world).await;
    let wanted = Trust {
        issuer: issuer.to_owned(),
        subject: SUBJECT.to_owned(),
        audience: AUDIENCE.to_owned(),
    };
    trust(&mut now, source.id(), wanted).await.unwrap();
    now.commit().await.unwrap();
    world.state.refresh().await.unwrap();
}

fn claims(world: &World, issuer: &Issuer, changes: &[(&str, Value)]) -> Value {
    let now = world.now().seconds();
    let mut claims = json!({
        "iss": issuer.issuer, "sub": SUBJECT, "aud": AUDIENCE, "iat": now, "nbf": now, "exp": now + 3900,
    });
    for (name, value) in changes {
        claims[*name] = value.clone();
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(*name);
        }
    }
    claims
}

async fn present(source: &Source<'_>, assertion: &str) -> Answer {
    source
        .ask(&[
            ("grant_type", "client_credentials"),
            ("client_id", source.issued.client_id.as_str()),
            ("client_assertion_type", JWT_BEARER),
            ("client_assertion", assertion),
            ("scope", "scim"),
        ])
        .await
}

on_both_engines! {
    async fn a_trusted_issuers_token_is_good_as_often_as_it_is_shown_while_it_lives(world: World) {
        let world = reaching_this_machine(world).await;
        let entra = Issuer::start().await;
        let source = Source::new(&world, "Entra").await;
        trusting(&world, &source, &entra.issuer).await;
        let token = entra.key.sign("JWT", &claims(&world, &entra, &[])).unwrap();
        for _ in 0..2 {
            let answer = present(&source, &token).await.ok(200);
            assert_eq!(source.knock(answer["access_token"].as_str().unwrap()).await, 200);
        }
        assert_eq!(entra.asked(), 1, "the keys are kept");
        world.clock.advance(Duration::from_secs(3900));
        assert_eq!(present(&source, &token).await.error(401), "invalid_client");
    }

    async fn zitadel_cve_2026_55669_issuer_subject_audience_and_times_are_all_checked(world: World) {
        let world = reaching_this_machine(world).await;
        let entra = Issuer::start().await;
        let source = Source::new(&world, "Entra").await;
        trusting(&world, &source, &entra.issuer).await;
        let now = world.now().seconds();
        for (name, value) in [
            ("iss", json!("https://login.example/other/v2.0")),
            ("iss", json!(format!("{}/", entra.issuer))),
            ("iss", Value::Null),
            ("sub", json!("somebody-else")),
            ("sub", json!("")),
            ("sub", Value::Null),
            ("aud", json!("api://other")),
            ("aud", json!([AUDIENCE, "api://other"])),
            ("aud", Value::Null),
            ("exp", json!(now)),
            ("exp", Value::Null),
            ("exp", json!("9999999999")),
            ("exp", json!(now + 3 * 86_400)),
            ("nbf", json!(now + 120)),
            ("iat", json!(now + 120)),
            ("iat", Value::Null),
        ] {
            let claims = claims(&world, &entra, &[(name, value.clone())]);
            let token = entra.key.sign("JWT", &claims).unwrap();
            assert_eq!(present(&source, &token).await.error(401), "invalid_client", "{name} {value}");
        }
        let forger = SigningKey::generate(Algorithm::Rs256).unwrap();
        let forged = forger.sign("JWT", &claims(&world, &entra, &[])).unwrap();
        assert_eq!(present(&source, &forged).await.error(401), "invalid_client");
    }

    async fn the_token_speaks_for_the_connection_that_trusts_it_and_for_no_other(world: World) {
        let world = reaching_this_machine(world).await;
        let entra = Issuer::start().await;
        let source = Source::new(&world, "Entra").await;
        let other = Source::new(&world, "Okta").await;
        trusting(&world, &source, &entra.issuer).await;
        let token = entra.key.sign("JWT", &claims(&world, &entra, &[])).unwrap();
        assert_eq!(present(&other, &token).await.error(401), "invalid_client");
        assert_eq!(entra.asked(), 0, "nobody is asked whom no one trusts");
        let nameless = source.ask(&[
            ("grant_type", "client_credentials"),
            ("client_assertion_type", JWT_BEARER),
            ("client_assertion", &token),
        ]).await;
        assert_eq!(nameless.error(401), "invalid_client");
        present(&source, &token).await.ok(200);
    }

    async fn a_trust_that_ended_opens_nothing(world: World) {
        let world = reaching_this_machine(world).await;
        let entra = Issuer::start().await;
        let source = Source::new(&world, "Entra").await;
        trusting(&world, &source, &entra.issuer).await;
        let trusted = world.state.connections.get(source.id()).unwrap().trusted[0].clone();
        let mut now = change(&world).await;
        distrust(&mut now, source.id(), trusted.id).await.unwrap();
        let again = distrust(&mut now, source.id(), trusted.id).await;
        assert!(matches!(again, Err(NotChanged::NotTrusted(_))));
        now.commit().await.unwrap();
        world.state.refresh().await.unwrap();
        let token = entra.key.sign("JWT", &claims(&world, &entra, &[])).unwrap();
        assert_eq!(present(&source, &token).await.error(401), "invalid_client");
    }

    async fn metadata_of_another_issuer_is_not_believed(world: World) {
        let world = reaching_this_machine(world).await;
        let entra = Issuer::start().await;
        entra.claim_to_be("https://login.example/tenant/v2.0");
        let source = Source::new(&world, "Entra").await;
        trusting(&world, &source, &entra.issuer).await;
        let token = entra.key.sign("JWT", &claims(&world, &entra, &[])).unwrap();
        assert_eq!(present(&source, &token).await.error(401), "invalid_client");
        assert_eq!(entra.asked(), 0);
    }

    async fn an_issuer_in_this_network_is_not_asked(world: World) {
        let entra = Issuer::start().await;
        let source = Source::new(&world, "Entra").await;
        trusting(&world, &source, &entra.issuer).await;
        let token = entra.key.sign("JWT", &claims(&world, &entra, &[])).unwrap();
        assert_eq!(present(&source, &token).await.error(401), "invalid_client");
        assert_eq!(entra.asked(), 0);
    }

    async fn what_is_no_issuer_cannot_be_trusted(world: World) {
        let source = Source::new(&world, "Entra").await;
        for (issuer, subject) in [
            ("login.microsoftonline.com", "s"),
            ("ftp://login.example", "s"),
            ("https://login.example/?tenant=1", "s"),
            ("https://login.example/#x", "s"),
            ("https://login.example", ""),
            ("https://login.example", "a\nb"),
        ] {
            let mut now = change(&world).await;
            let wanted = Trust { issuer: issuer.into(), subject: subject.into(), audience: "a".into() };
            assert!(trust(&mut now, source.id(), wanted).await.is_err(), "{issuer} {subject}");
        }
    }
}
