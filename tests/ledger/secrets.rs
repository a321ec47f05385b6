use doorward::foundation::db::{Fetch as _, sql};
use serde_json::json;

use crate::client::{ENTERPRISE, USER};
use crate::on_both_engines;
use crate::source::source;
use crate::support::World;

const CANARY: &str = "c4nary-Secret-of-the-test";

/// Every text of the ledger.
async fn everything(world: &World) -> String {
    let mut from = &world.db;
    let rows = from
        .fetch_all(sql(
            "select coalesce(resource_id, '') as i, coalesce(resource_name, '') as n,
               coalesce(detail, '') as d, coalesce(before_document, '') as b,
               coalesce(after_document, '') as a from ledger_entries",
        ))
        .await
        .unwrap();
    assert!(!rows.is_empty());
    let mut all = String::new();
    for row in rows {
        for column in ["i", "n", "d", "b", "a"] {
            all += &row.get::<String>(column).unwrap();
        }
    }
    all
}

on_both_engines! {
    async fn no_password_is_ever_kept_however_it_came(world: World) {
        let source = source(&world, &[]).await;
        let scim = &source.scim;
        let body = json!({ "schemas": [USER], "userName": "ann", "password": CANARY });
        let user = crate::client::id(&scim.post("/Users", body.clone()).await.ok(201));
        scim.put(&format!("/Users/{user}"), body.clone()).await.ok(200);
        scim.post("/Users", body).await.refused(409, Some("uniqueness"));
        let one = format!("/Users/{user}");
        for operation in [
            json!({ "op": "replace", "path": "password", "value": CANARY }),
            json!({ "op": "Replace", "path": format!("{USER}:Password"), "value": CANARY }),
            json!({ "op": "replace", "value": { "password": CANARY } }),
            json!({ "op": "replace", "path": "password", "value": [CANARY] }),
            json!({ "op": "replace", "path": "passwort", "value": CANARY }),
            json!({ "op": "replace", "value": { "pass": CANARY } }),
            json!({ "op": "replace", "value": { ENTERPRISE: { "password": CANARY } } }),
            json!({ "op": "fly", "path": "password", "value": CANARY }),
        ] {
            scim.patch(&one, json!([operation])).await;
        }
        let text = scim.request(reqwest::Method::POST, "/Users")
            .header("content-type", "application/json").body(format!("{{\"password\":\"{CANARY}\""));
        scim.send(text).await.refused(400, Some("invalidSyntax"));
        let kept = everything(&world).await;
        assert!(!kept.contains(CANARY), "{kept}");
        assert!(kept.contains("A password was set."), "{kept}");
    }
}
