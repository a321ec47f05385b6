//! What the services are told when they take away too many, what they then do by their
//! documentation, and what the ledger says of it.

use std::time::Duration;

use doorward::domain::audit::{Actor, Change};
use doorward::domain::ledger;
use serde_json::{Value, json};

use crate::client::{Answer, USER};
use crate::entra::sample_user;
use crate::on_both_engines;
use crate::support::World;
use crate::vendor::{Vendor, may_sign_in};

/// One user may go in an hour.
async fn braked(world: &World, vendor: &Vendor) {
    vendor.set(world, "brake.share_percent", "1").await;
    vendor.set(world, "brake.at_least", "1").await;
}

async fn release(world: &World, vendor: &Vendor) {
    let mut change = Change::begin(&world.db, Actor::CommandLine, world.now())
        .await
        .unwrap();
    ledger::release(&mut change, vendor.connection)
        .await
        .unwrap();
    change.commit().await.unwrap();
}

/// The refusal that makes a client wait: Okta reads whole seconds and no date, and retries
/// for as long as it is told.
#[track_caller]
fn told_to_wait(answer: Answer) -> Duration {
    let wait: u64 = answer.header("retry-after").parse().unwrap();
    assert!((1..=3_660).contains(&wait), "{wait}");
    let detail = answer.refused(429, None);
    assert!(
        detail.contains("until an administrator releases"),
        "{detail}"
    );
    Duration::from_secs(wait)
}

fn okta_profile(name: &str, active: bool) -> Value {
    json!({ "schemas": [USER], "userName": name, "active": active,
            "name": { "givenName": "Test", "familyName": "User" } })
}

on_both_engines! {
    async fn entra_disables_one_too_many_and_goes_on_when_it_is_released(world: World) {
        let entra = Vendor::entra(&world).await;
        braked(&world, &entra).await;
        let mut users = Vec::new();
        for name in ["ann", "ben", "cyd"] {
            users.push(entra.made("/Users", sample_user(name)).await);
        }
        world.clock.advance(Duration::from_secs(60));
        let off = json!([{ "op": "Replace", "path": "active", "value": "False" }]);
        entra.patch(&users[0], off.clone()).await.ok(200);
        told_to_wait(entra.patch(&users[1], off.clone()).await);
        told_to_wait(entra.delete(&users[2]).await);
        assert!(may_sign_in(&world, &users[1]).await);
        // The rest of the cycle goes on, and asks again 40 minutes later.
        let title = json!([{ "op": "Replace", "path": "title", "value": "Lead" }]);
        entra.patch(&users[1], title).await.ok(200);
        entra.made("/Users", sample_user("dan")).await;
        release(&world, &entra).await;
        world.clock.advance(Duration::from_secs(40 * 60));
        assert_eq!(entra.patch(&users[1], off).await.ok(200)["active"], false);
        let rows = entra.ledger(&world).await;
        let rows: Vec<_> = rows.iter().map(|(method, name, came)| (method.as_str(), name.as_str(), *came)).collect();
        assert_eq!(rows, [("DELETE", "cyd", "held"), ("PATCH", "ann", "applied"), ("PATCH", "ben", "applied"),
                          ("PATCH", "ben", "applied"), ("PATCH", "ben", "held"), ("POST", "ann", "applied"),
                          ("POST", "ben", "applied"), ("POST", "cyd", "applied"), ("POST", "dan", "applied")]);
    }

    async fn okta_waits_as_long_as_it_is_told_and_is_let_through(world: World) {
        let okta = Vendor::okta(&world).await;
        braked(&world, &okta).await;
        let network = okta.made("/Users", okta_profile("network", true)).await;
        let wizard = okta.made("/Users", okta_profile("wizard", true)).await;
        let other = okta.made("/Users", okta_profile("other", true)).await;
        world.clock.advance(Duration::from_secs(60));
        // The network's applications deactivate without a path, the wizard's by PUT.
        let off = json!([{ "op": "replace", "value": { "active": false } }]);
        okta.patch(&network, off.clone()).await.ok(200);
        let wait = told_to_wait(okta.put(&wizard, okta_profile("wizard", false)).await);
        told_to_wait(okta.patch(&other, off).await);
        world.clock.advance(wait);
        assert_eq!(okta.put(&wizard, okta_profile("wizard", false)).await.ok(200)["active"], false);
        let rows = okta.ledger(&world).await;
        let rows: Vec<_> = rows.iter().map(|(method, name, came)| (method.as_str(), name.as_str(), *came)).collect();
        assert_eq!(rows[..2], [("PATCH", "network", "applied"), ("PATCH", "other", "held")]);
        assert_eq!(rows[5..], [("PUT", "wizard", "applied"), ("PUT", "wizard", "held")]);
    }

    async fn onelogin_suspends_and_deletes_one_too_many(world: World) {
        let onelogin = Vendor::onelogin(&world).await;
        braked(&world, &onelogin).await;
        let ann = onelogin.made("/Users", okta_profile("ann", true)).await;
        let ben = onelogin.made("/Users", okta_profile("ben", true)).await;
        world.clock.advance(Duration::from_secs(60));
        assert_eq!(onelogin.delete(&ann).await.status, 204);
        let answer = onelogin.put(&format!("{ben}?"), okta_profile("ben", false)).await;
        assert_eq!((answer.status.as_u16(), answer.header("content-type")), (429, "application/json"));
        assert!(may_sign_in(&world, &ben).await);
    }

    async fn what_a_vendor_is_refused_stands_in_the_ledger_with_its_reason(world: World) {
        let entra = Vendor::entra(&world).await;
        let ann = entra.made("/Users", sample_user("ann")).await;
        entra.post("/Users", sample_user("ANN")).await.refused(409, Some("uniqueness"));
        entra.patch(&ann, json!([{ "op": "Add", "path": "unheardOf", "value": "x" }])).await.refused(400, Some("invalidPath"));
        entra.patch(&ann, json!([])).await.ok(200);
        assert_eq!(entra.delete(&ann).await.status, 204);
        entra.delete(&ann).await.refused(404, None);
        let rows = entra.ledger(&world).await;
        let rows: Vec<_> = rows.iter().map(|(method, _, came)| (method.as_str(), *came)).collect();
        assert_eq!(rows, [("DELETE", "refused"), ("DELETE", "applied"), ("PATCH", "refused"),
                          ("PATCH", "unchanged"), ("POST", "refused"), ("POST", "applied")]);
    }
}
