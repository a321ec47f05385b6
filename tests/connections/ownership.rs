//! Two sources do not fight: each has its own names for what is there, and what one wrote
//! first the other does not change.

use doorward::domain::directory::{self, Owned};
use serde_json::{Value, json};

use crate::on_both_engines;
use crate::source::{ENTERPRISE, GROUP, Source, USER, change, id};
use crate::support::World;

async fn two(world: &World) -> (Source<'_>, Source<'_>) {
    (
        Source::new(world, "Entra").await,
        Source::new(world, "HR").await,
    )
}

fn replace(path: &str, value: Value) -> Value {
    json!([{ "op": "replace", "path": path, "value": value }])
}

on_both_engines! {
    async fn each_connection_has_its_own_external_id_and_finds_by_its_own(world: World) {
        let (entra, hr) = two(&world).await;
        let user = json!({ "schemas": [USER], "userName": "ann", "externalId": "e-1" });
        let ann = id(&entra.post("/Users", user).await.ok(201));
        let path = format!("/Users/{ann}");
        assert_eq!(entra.get(&path).await.ok(200)["externalId"], "e-1");
        assert!(hr.get(&path).await.ok(200).get("externalId").is_none());
        assert!(hr.find("/Users", "externalId eq \"e-1\"").await.is_empty());
        hr.patch(&path, replace("externalId", json!("h-7"))).await.ok(200);
        assert_eq!(hr.get(&path).await.ok(200)["externalId"], "h-7");
        assert_eq!(entra.get(&path).await.ok(200)["externalId"], "e-1");
        assert_eq!(entra.find("/Users", "externalId eq \"e-1\"").await, [ann.as_str()]);
        assert_eq!(hr.find("/Users", "externalId eq \"h-7\"").await, [ann.as_str()]);
        let listed = hr.get("/Users").await.ok(200);
        assert_eq!(listed["Resources"][0]["externalId"], "h-7");
        hr.patch(&path, json!([{ "op": "remove", "path": "externalId" }])).await.ok(200);
        assert!(hr.find("/Users", "externalId eq \"h-7\"").await.is_empty());
        assert_eq!(entra.find("/Users", "externalId eq \"e-1\"").await, [ann.as_str()]);
        entra.delete(&path).await.ok(204);
        assert!(entra.find("/Users", "externalId eq \"e-1\"").await.is_empty());
    }

    async fn a_group_has_an_external_id_for_each_connection_too(world: World) {
        let (entra, hr) = two(&world).await;
        let group = json!({ "schemas": [GROUP], "displayName": "All", "externalId": "g-1" });
        let all = id(&entra.post("/Groups", group).await.ok(201));
        assert!(hr.find("/Groups", "externalId eq \"g-1\"").await.is_empty());
        assert_eq!(entra.find("/Groups", "externalId eq \"g-1\"").await, [all.as_str()]);
        let listed = hr.get("/Groups").await.ok(200);
        assert!(listed["Resources"][0].get("externalId").is_none());
    }

    async fn another_connection_may_not_change_what_one_wrote_first(world: World) {
        let (entra, hr) = two(&world).await;
        let user = json!({
            "schemas": [USER, ENTERPRISE], "userName": "ann", "title": "Engineer",
            ENTERPRISE: { "department": "R&D" },
        });
        let ann = id(&entra.post("/Users", user).await.ok(201));
        let path = format!("/Users/{ann}");
        let department = format!("{ENTERPRISE}:department");
        for (attribute, value) in [
            ("title", json!("Boss")),
            ("userName", json!("anne")),
            (department.as_str(), json!("Sales")),
            ("active", json!(false)),
        ] {
            let refused = hr.patch(&path, replace(attribute, value)).await.detail(403);
            assert!(refused.contains(attribute) || refused.contains(&attribute.to_lowercase()), "{refused}");
            assert!(refused.to_lowercase().contains(&entra.id().to_string()), "{refused}");
        }
        let refused = hr.patch(&path, json!([{ "op": "remove", "path": "title" }])).await;
        assert_eq!(refused.status, 403);
        let after = entra.get(&path).await.ok(200);
        assert_eq!(after["title"], "Engineer");
        assert_eq!(after["active"], true);
        assert_eq!(after["meta"]["version"], "W/\"1\"", "nothing was half done");
        entra.patch(&path, replace("title", json!("Lead"))).await.ok(200);
    }

    async fn an_equal_value_is_no_change_and_what_nobody_wrote_can_be_taken(world: World) {
        let (entra, hr) = two(&world).await;
        let user = json!({ "schemas": [USER], "userName": "ann", "title": "Engineer" });
        let path = format!("/Users/{}", id(&entra.post("/Users", user).await.ok(201)));
        hr.patch(&path, replace("title", json!("Engineer"))).await.ok(200);
        hr.patch(&path, replace("nickName", json!("Annie"))).await.ok(200);
        let department = format!("{ENTERPRISE}:department");
        hr.patch(&path, replace(&department, json!("R&D"))).await.ok(200);
        entra.patch(&path, replace("nickName", json!("A."))).await.ok(403);
        entra.patch(&path, replace(&department, json!("Sales"))).await.ok(403);
        let number = format!("{ENTERPRISE}:employeeNumber");
        entra.patch(&path, replace(&number, json!("7"))).await.ok(200);
        // What has no value any more is nobody's.
        hr.patch(&path, json!([{ "op": "remove", "path": "nickName" }])).await.ok(200);
        entra.patch(&path, replace("nickName", json!("A."))).await.ok(200);
        hr.patch(&path, replace("nickName", json!("Annie"))).await.ok(403);
    }

    async fn a_put_leaves_alone_what_another_owns_and_it_did_not_name(world: World) {
        let (entra, hr) = two(&world).await;
        let user = json!({
            "schemas": [USER, ENTERPRISE], "userName": "ann", "title": "Engineer",
            ENTERPRISE: { "department": "R&D" },
        });
        let path = format!("/Users/{}", id(&entra.post("/Users", user).await.ok(201)));
        hr.patch(&path, replace("nickName", json!("Annie"))).await.ok(200);
        let put = json!({ "schemas": [USER], "userName": "ann", "locale": "de" });
        let after = hr.put(&path, put).await.ok(200);
        assert_eq!(after["title"], "Engineer");
        assert_eq!(after[ENTERPRISE]["department"], "R&D");
        assert_eq!(after["locale"], "de");
        assert!(after.get("nickName").is_none(), "its own is cleared, as a PUT does");
        let changing = json!({ "schemas": [USER], "userName": "ann", "title": "Boss" });
        hr.put(&path, changing).await.ok(403);
    }

    async fn only_the_creator_deletes(world: World) {
        let (entra, hr) = two(&world).await;
        let ann = entra.user("ann").await;
        let all = id(&entra.group("All", &[&ann]).await.ok(201));
        for path in [format!("/Users/{ann}"), format!("/Groups/{all}")] {
            let refused = hr.delete(&path).await.detail(403);
            assert!(refused.contains(&entra.id().to_string()), "{refused}");
            entra.get(&path).await.ok(200);
        }
        entra.delete(&format!("/Users/{ann}")).await.ok(204);
        entra.delete(&format!("/Groups/{all}")).await.ok(204);
    }

    async fn the_members_of_a_group_are_its_sources(world: World) {
        let (entra, hr) = two(&world).await;
        let (ann, bob) = (entra.user("ann").await, hr.user("bob").await);
        let all = id(&entra.group("All", &[&ann]).await.ok(201));
        let path = format!("/Groups/{all}");
        let add = |id: &str| json!([{ "op": "add", "path": "members", "value": [{ "value": id }] }]);
        assert!(hr.patch(&path, add(&bob)).await.detail(403).to_lowercase().contains("members"));
        hr.patch(&path, replace("displayName", json!("Everyone"))).await.ok(403);
        hr.patch(&path, add(&ann)).await.ok(200);
        entra.patch(&path, add(&bob)).await.ok(200);
        let put = json!({ "schemas": [GROUP], "displayName": "All" });
        hr.put(&path, put).await.ok(200);
        let members = entra.get(&path).await.ok(200)["members"].as_array().unwrap().len();
        assert_eq!(members, 2, "a PUT without members does not clear another's");
    }

    async fn the_built_in_connection_owns_nothing_and_is_refused_nothing(world: World) {
        let mut built_in = Source::new(&world, "Entra").await;
        let path = format!("/Users/{}", built_in.user("ann").await);
        built_in.patch(&path, replace("title", json!("Engineer"))).await.ok(200);
        let own = built_in.bearer.clone();
        built_in.bearer = key_without_connection(&world).await;
        built_in.patch(&path, replace("title", json!("Boss"))).await.ok(200);
        built_in.patch(&path, replace("nickName", json!("A."))).await.ok(200);
        built_in.bearer = own;
        built_in.patch(&path, replace("nickName", json!("Annie"))).await.ok(200);
        built_in.bearer = key_without_connection(&world).await;
        built_in.delete(&path).await.ok(204);
    }

    async fn a_release_lets_another_connection_take_over(world: World) {
        let (entra, hr) = two(&world).await;
        let path = format!("/Users/{}", entra.user("ann").await);
        let all = format!("/Groups/{}", id(&entra.group("All", &[]).await.ok(201)));
        hr.patch(&path, replace("active", json!(false))).await.ok(403);
        assert_eq!(directory::count_created(&world.db, entra.id()).await.unwrap(), 1);
        let mut now = change(&world).await;
        now.unrecorded("a test");
        for owned in [Owned::User, Owned::Group] {
            assert_eq!(directory::release(&mut now, entra.id(), owned, 100).await.unwrap(), 1);
            assert_eq!(directory::release(&mut now, entra.id(), owned, 100).await.unwrap(), 0);
        }
        now.commit().await.unwrap();
        assert_eq!(directory::count_created(&world.db, entra.id()).await.unwrap(), 0);
        hr.patch(&path, replace("active", json!(false))).await.ok(200);
        entra.patch(&path, replace("active", json!(true))).await.ok(403);
        hr.delete(&path).await.ok(204);
        hr.delete(&all).await.ok(204);
    }
}

async fn key_without_connection(world: &World) -> String {
    use doorward::domain::api_keys::{self, NewApiKey};
    let mut now = change(world).await;
    let wanted = NewApiKey {
        name: "script".into(),
        owner: None,
        scopes: "scim".parse().unwrap(),
        lifetime: crate::source::YEAR,
    };
    let issued = api_keys::create(&mut now, wanted).await.unwrap();
    now.commit().await.unwrap();
    issued.secret.reveal().to_owned()
}
