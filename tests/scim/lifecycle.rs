//! Active and inactive: what a source says, and what it ends.

use std::time::Duration;

use doorward::domain::audit::{Actor, Change};
use doorward::domain::directory::{self, UserId};
use doorward::domain::{access, credentials};
use serde_json::{Value, json};

use crate::client::{Scim, USER, id, token};
use crate::on_both_engines;
use crate::support::World;

async fn may_sign_in(world: &World, path: &str) -> bool {
    let user: UserId = path.rsplit('/').next().unwrap().parse().unwrap();
    let may = access::may_use(&world.db, user, world.now()).await.unwrap();
    may.is_allowed()
}

async fn own_key(world: &World, owner: UserId) -> String {
    use doorward::domain::api_keys::{self, NewApiKey};
    let mut change = Change::begin(&world.db, Actor::System, world.now())
        .await
        .unwrap();
    let wanted = NewApiKey {
        name: "own".into(),
        owner: Some(owner),
        scopes: "scim".parse().unwrap(),
        lifetime: Duration::from_secs(86_400),
    };
    let issued = api_keys::create(&mut change, wanted).await.unwrap();
    change.commit().await.unwrap();
    issued.secret.reveal().to_owned()
}

on_both_engines! {
    async fn entras_text_false_deactivates_and_the_user_stays_visible(world: World) {
        let scim = Scim::new(&world).await;
        let ann = scim.user("ann").await;
        let path = format!("/Users/{ann}");
        let off = json!([{ "op": "Replace", "path": "active", "value": "False" }]);
        let after = scim.patch(&path, off).await.ok(200);
        assert_eq!(after["active"], false);
        assert_eq!(after["meta"]["version"], "W/\"2\"");
        let user: UserId = ann.parse().unwrap();
        let may = access::may_use(&world.db, user, world.now()).await.unwrap();
        assert!(!may.is_allowed());
        assert_eq!(scim.get(&path).await.ok(200)["active"], false, "item 67");
        let found = scim.find("/Users", "userName eq \"ann\"").await.ok(200);
        assert_eq!(found["Resources"][0]["active"], false, "item 67");
        let on = json!([{ "op": "Replace", "value": { "active": "True" } }]);
        assert_eq!(scim.patch(&path, on).await.ok(200)["active"], true, "fault 17");
        let may = access::may_use(&world.db, user, world.now()).await.unwrap();
        assert!(may.is_allowed());
    }

    async fn a_deactivation_ends_the_users_api_keys_and_an_activation_resurrects_none(world: World) {
        let scim = Scim::new(&world).await;
        for (number, off) in [
            json!([{ "op": "replace", "path": "active", "value": false }]),
            json!([{ "op": "replace", "value": { "active": "False" } }]),
        ].iter().enumerate() {
            let ann = scim.user(&format!("ann{number}")).await;
            let key = own_key(&world, ann.parse().unwrap()).await;
            let ask = || scim.send(scim.server.http.get(scim.url("/Users")).bearer_auth(&key));
            ask().await.ok(200);
            let path = format!("/Users/{ann}");
            scim.patch(&path, off.clone()).await.ok(200);
            ask().await.refused(401, None);
            let on = json!([{ "op": "replace", "path": "active", "value": true }]);
            scim.patch(&path, on).await.ok(200);
            ask().await.refused(401, None);
        }
    }

    async fn a_replacement_deactivates_too_and_one_that_does_not_say_leaves_it(world: World) {
        let scim = Scim::new(&world).await;
        let ann = scim.user("ann").await;
        let path = format!("/Users/{ann}");
        let put = |active: Option<Value>| {
            let mut body = json!({ "schemas": [USER], "userName": "ann" });
            if let Some(active) = active {
                body["active"] = active;
            }
            scim.put(&path, body)
        };
        assert_eq!(put(None).await.ok(200)["active"], true);
        assert_eq!(put(Some(json!(false))).await.ok(200)["active"], false);
        assert_eq!(put(None).await.ok(200)["active"], false);
        assert_eq!(put(Some(json!(null))).await.ok(200)["active"], false);
        assert_eq!(put(Some(json!("true"))).await.ok(200)["active"], true);
        for clear in [json!({ "op": "remove", "path": "active" }),
                      json!({ "op": "replace", "path": "active", "value": null }),
                      json!({ "op": "replace", "path": "active", "value": "" })] {
            assert_eq!(put(Some(json!(true))).await.ok(200)["active"], true);
            assert_eq!(scim.patch(&path, json!([clear])).await.ok(200).get("active"), None, "{clear}");
            assert!(may_sign_in(&world, &path).await, "{clear}");
        }
    }

    async fn a_change_and_a_deactivation_in_one_request_are_one_change(world: World) {
        let scim = Scim::new(&world).await;
        let ann = scim.user("ann").await;
        scim.user("ben").await;
        let path = format!("/Users/{ann}");
        let ops = json!([{ "op": "replace", "path": "active", "value": false },
                         { "op": "replace", "path": "userName", "value": "ben" }]);
        scim.patch(&path, ops).await.refused(409, Some("uniqueness"));
        assert_eq!(scim.get(&path).await.ok(200)["active"], true);
        let ops = json!([{ "op": "replace", "path": "active", "value": false },
                         { "op": "replace", "path": "title", "value": "gone" }]);
        let after = scim.patch(&path, ops).await;
        assert_eq!(after.header("etag"), after.body["meta"]["version"]);
        assert_eq!((&after.body["active"], &after.body["title"]), (&json!(false), &json!("gone")));
    }

    async fn an_active_that_is_removed_is_unassigned_and_neither_disables_nor_enables(world: World) {
        let scim = Scim::new(&world).await;
        let path = format!("/Users/{}", scim.user("ann").await);
        let patch = async |op: &str, value: Option<bool>| {
            world.clock.advance(Duration::from_secs(1));
            scim.patch(&path, json!([{ "op": op, "path": "active", "value": value }])).await.ok(200)
        };
        let total = async |filter: &str| scim.find("/Users", filter).await.ok(200)["totalResults"].clone();
        for holds in [true, false] {
            patch("replace", Some(holds)).await;
            let removed = patch("remove", None).await;
            assert_eq!(removed.get("active"), None, "its effect is seen");
            assert_eq!(scim.get(&path).await.ok(200), removed);
            assert_eq!(patch("remove", None).await, removed, "and is there once");
            assert_eq!(may_sign_in(&world, &path).await, holds, "what was said last still holds");
            for (filter, found) in [("active eq true", 0), ("active eq false", 0), ("active ne true", 1), ("active ne false", 1),
                                    ("active pr", 0), ("not (active pr)", 1), ("active eq null", 1),
                                    ("userName eq \"ann\" and active eq true", 0)] {
                assert_eq!(total(filter).await, found, "{filter}");
            }
            let title = json!([{ "op": "replace", "path": "title", "value": format!("{holds}") }]);
            assert_eq!(scim.patch(&path, title).await.ok(200).get("active"), None);
            let put = scim.put(&path, json!({ "schemas": [USER], "userName": "ann" })).await.ok(200);
            assert_eq!(put.get("active"), None);
            assert_eq!(may_sign_in(&world, &path).await, holds);
            assert_eq!(patch("add", Some(holds)).await["active"], holds, "said again");
            assert_eq!(total(&format!("active eq {holds}")).await, 1);
            patch("remove", None).await;
            assert_eq!(patch("replace", Some(!holds)).await["active"], !holds);
            assert_eq!(may_sign_in(&world, &path).await, !holds);
        }
    }

    async fn a_user_may_be_created_inactive(world: World) {
        let scim = Scim::new(&world).await;
        let body = json!({ "schemas": [USER], "userName": "ann", "active": "False" });
        let created = scim.post("/Users", body).await.ok(201);
        assert_eq!(created["active"], false);
        let user: UserId = id(&created).parse().unwrap();
        let may = access::may_use(&world.db, user, world.now()).await.unwrap();
        assert!(!may.is_allowed());
    }

    async fn fault_26_a_user_of_whom_nothing_is_said_is_active(world: World) {
        let scim = Scim::new(&world).await;
        let ann = scim.user("ann").await;
        assert_eq!(scim.get(&format!("/Users/{ann}")).await.ok(200)["active"], true);
    }

    async fn a_password_that_arrives_is_the_users_password(world: World) {
        let scim = Scim::new(&world).await;
        let body = json!({ "schemas": [USER], "userName": "ann", "password": "correct horse" });
        let ann = id(&scim.post("/Users", body).await.ok(201));
        let path = format!("/Users/{ann}");
        assert!(knows(&world, "ann", "correct horse").await);
        for ops in [json!([{ "op": "replace", "path": "password", "value": "battery one" }]),
                    json!([{ "op": "Replace", "value": { "password": "battery one" } }])] {
            scim.patch(&path, ops).await.ok(200);
            assert!(knows(&world, "ann", "battery one").await);
            assert!(!knows(&world, "ann", "correct horse").await);
        }
        let body = json!({ "schemas": [USER], "userName": "ann", "password": "battery two" });
        scim.put(&path, body).await.ok(200);
        assert!(knows(&world, "ann", "battery two").await);
        let silent = json!({ "schemas": [USER], "userName": "ann" });
        scim.put(&path, silent).await.ok(200);
        assert!(knows(&world, "ann", "battery two").await, "not said is not cleared");
    }

    async fn a_key_of_a_deleted_user_is_gone_with_the_user(world: World) {
        let scim = Scim::new(&world).await;
        let ann = scim.user("ann").await;
        let key = own_key(&world, ann.parse().unwrap()).await;
        assert_eq!(scim.delete(&format!("/Users/{ann}")).await.status, 204);
        scim.send(scim.server.http.get(scim.url("/Users")).bearer_auth(&key)).await.refused(401, None);
        let still = token(&world, "scim").await;
        scim.send(scim.server.http.get(scim.url("/Users")).bearer_auth(&still)).await.ok(200);
        let gone = directory::find_user(&world.db, ann.parse().unwrap()).await.unwrap();
        assert_eq!(gone, None);
    }
}

async fn knows(world: &World, name: &str, typed: &str) -> bool {
    let candidate = credentials::candidate(&world.db, name).await.unwrap();
    credentials::verify(&world.state.passwords, candidate.as_ref(), typed)
        .await
        .unwrap()
        .is_some()
}
