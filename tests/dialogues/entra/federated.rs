//! The gallery's *Federated_Identity*: Entra ID shows a token of its own in place of a secret
//! (workload identity federation), and provisions with what it gets for it.

use doorward::domain::audit::{Actor, Change};
use doorward::domain::connections::{Trust, trust};
use doorward::foundation::crypto::jose::{Algorithm, SigningKey};
use serde_json::{Value, json};

use super::{sample_group, sample_user};
use crate::client::Answer;
use crate::issuer::{Issuer, reaching_this_machine};
use crate::on_both_engines;
use crate::support::World;
use crate::vendor::{Vendor, id_in};

/// The object id of the tenant's provisioning service: the same in each of its tokens.
const SUBJECT: &str = "5f1c1a2e-0c5e-4d3a-9d5c-3f7b1b5c2d11";
const AUDIENCES: [&str; 2] = [
    "api://8e7d3c1a-93f6-4a8b-8d21-6a0f5c9e1b42",
    "8e7d3c1a-93f6-4a8b-8d21-6a0f5c9e1b42",
];

async fn trusting(world: &World, entra: &Vendor, issuer: &Issuer, audience: &str) {
    let mut change = Change::begin(&world.db, Actor::CommandLine, world.now())
        .await
        .unwrap();
    let wanted = Trust {
        issuer: issuer.issuer.clone(),
        subject: SUBJECT.to_owned(),
        audience: audience.to_owned(),
    };
    trust::trust(&mut change, entra.connection, wanted)
        .await
        .unwrap();
    change.commit().await.unwrap();
    world.state.refresh().await.unwrap();
}

/// A token as Entra ID writes it, with the claims that a server of ours does not need.
fn assertion(world: &World, issuer: &Issuer, audience: &str) -> Value {
    let now = world.now().seconds();
    json!({ "aud": audience, "iss": issuer.issuer, "iat": now, "nbf": now, "exp": now + 3900,
            "aio": "k2RgYAAA", "azp": AUDIENCES[1], "azpacr": "2", "oid": SUBJECT, "sub": SUBJECT,
            "rh": "0.AAAA", "tid": "72f988bf", "uti": "abc", "ver": "2.0" })
}

async fn token(entra: &Vendor, assertion: &str) -> Answer {
    let url = format!("{}/oauth2/token", entra.scim.server.base);
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    let request = entra.scim.server.http.post(url).form(&[
        ("grant_type", "client_credentials"),
        ("client_id", &entra.client.0),
        ("client_assertion_type", kind),
        ("client_assertion", assertion),
        ("scope", "scim"),
    ]);
    entra.scim.send(request).await
}

on_both_engines! {
    async fn federated_identity_test_for_both_forms_of_the_audience(world: World) {
        let world = reaching_this_machine(world).await;
        let issuer = Issuer::start().await;
        for (number, audience) in AUDIENCES.into_iter().enumerate() {
            let name = format!("user{number}");
            let mut entra = Vendor::named(&world, &name).await;
            trusting(&world, &entra, &issuer, audience).await;
            let signed = issuer.key.sign("JWT", &assertion(&world, &issuer, audience)).unwrap();
            let answer = token(&entra, &signed).await.ok(200);
            let minutes = answer["expires_in"].as_i64().unwrap() / 60;
            assert!((60..=360).contains(&minutes), "{minutes} minutes");
            assert_eq!(answer["token_type"], "Bearer");
            entra.scim.token = answer["access_token"].as_str().unwrap().to_owned();
            // What the service does with it: discovery, the test of the connection, a cycle.
            entra.get("/Schemas").await.ok(200);
            let nobody = "userName eq \"2b6c1a7e-8f0e-4c8e-9a52-0a6a2f1d9e33\"";
            assert_eq!(entra.find("/Users", nobody).await.ok(200)["totalResults"], 0);
            let user = entra.made("/Users", sample_user(&name)).await;
            let group = entra.made("/Groups", sample_group(&format!("group{number}"))).await;
            let add = json!([{ "op": "Add", "path": "members", "value": [{ "value": id_in(&user) }] }]);
            entra.patch(&group, add).await.ok(200);
            let off = json!([{ "op": "Replace", "path": "active", "value": "False" }]);
            assert_eq!(entra.patch(&user, off).await.ok(200)["active"], false);
            let came: Vec<_> = entra.ledger(&world).await.into_iter().map(|row| row.2).collect();
            assert_eq!(came, ["applied"; 4]);
        }
    }

    async fn a_token_of_another_tenant_or_service_is_no_identity(world: World) {
        let world = reaching_this_machine(world).await;
        let issuer = Issuer::start().await;
        let entra = Vendor::entra(&world).await;
        trusting(&world, &entra, &issuer, AUDIENCES[0]).await;
        for (claim, value) in [("sub", "another-service"), ("aud", AUDIENCES[1]), ("iss", "http://127.0.0.1:1/tenant/v2.0")] {
            let mut claims = assertion(&world, &issuer, AUDIENCES[0]);
            claims[claim] = json!(value);
            let answer = token(&entra, &issuer.key.sign("JWT", &claims).unwrap()).await;
            assert_eq!((answer.status.as_u16(), &answer.body["error"]), (401, &json!("invalid_client")), "{claim}");
        }
        let stranger = SigningKey::generate(Algorithm::Rs256).unwrap();
        let forged = stranger.sign("JWT", &assertion(&world, &issuer, AUDIENCES[0])).unwrap();
        assert_eq!(token(&entra, &forged).await.status, 401);
    }

    async fn the_tenants_keys_are_rolled_over(world: World) {
        let world = reaching_this_machine(world).await;
        let issuer = Issuer::start().await;
        let entra = Vendor::entra(&world).await;
        trusting(&world, &entra, &issuer, AUDIENCES[0]).await;
        let old = issuer.key.sign("JWT", &assertion(&world, &issuer, AUDIENCES[0])).unwrap();
        token(&entra, &old).await.ok(200);
        let next = SigningKey::generate(Algorithm::Rs256).unwrap();
        issuer.publish(&[&issuer.key, &next]);
        world.clock.advance(std::time::Duration::from_secs(600));
        let new = next.sign("JWT", &assertion(&world, &issuer, AUDIENCES[0])).unwrap();
        token(&entra, &new).await.ok(200);
    }
}
