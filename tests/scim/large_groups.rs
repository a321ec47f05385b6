//! Groups whose members are streamed.

use serde_json::{Value, json};

use crate::client::{GROUP, Scim, administrator, everyones_group, many_users};
use crate::on_both_engines;

fn values(group: &Value) -> Vec<String> {
    let members = group["members"].as_array().unwrap();
    members
        .iter()
        .map(|member| member["value"].as_str().unwrap().to_owned())
        .collect()
}

on_both_engines! {
    async fn a_large_group_shows_each_member_once(world: World) {
        let scim = Scim::new(&world).await;
        many_users(&world, 3_500).await;
        administrator(&world, "root").await;
        let inner = scim.later_group(&world, "inner", &[]).await;
        let large = everyones_group(&world, &scim, "large").await;
        let add = json!([{ "op": "add", "path": "members", "value": [{ "value": inner }] }]);
        let answer = scim.patch(&format!("/Groups/{large}"), add).await;
        assert_eq!(answer.status, 204, "a large group is not shown for one member");
        let answer = scim.get(&format!("/Groups/{large}")).await;
        assert_eq!(answer.header("content-type"), "application/scim+json");
        let etag = answer.header("etag").to_owned();
        let group = answer.ok(200);
        assert_eq!(etag, group["meta"]["version"]);
        let mut members = values(&group);
        assert_eq!(members.len(), 3_501);
        assert_eq!(members.pop(), Some(inner.clone()));
        assert!(members.is_sorted());
        members.dedup();
        assert_eq!(members.len(), 3_500);
        let first = &group["members"][0];
        assert_eq!(first["type"], "User");
        assert_eq!(first["$ref"], scim.url(&format!("/Users/{}", members[0])));
        assert_eq!(group["schemas"], json!([GROUP]));
        let same = scim.request(reqwest::Method::GET, &format!("/Groups/{large}")).header("if-none-match", &etag);
        assert_eq!(scim.send(same).await.status, 304);
    }

    async fn a_list_with_large_groups_shows_all_members_of_all(world: World) {
        let scim = Scim::new(&world).await;
        many_users(&world, 1_200).await;
        let ann = scim.later_user(&world, "ann").await;
        let small = scim.later_group(&world, "a", &[&ann]).await;
        world.clock.advance(std::time::Duration::from_millis(1));
        let first = everyones_group(&world, &scim, "b").await;
        scim.later_group(&world, "c", &[]).await;
        world.clock.advance(std::time::Duration::from_millis(1));
        let second = everyones_group(&world, &scim, "d").await;
        for path in ["/Groups?attributes=displayName,members.value", "/Groups?sortBy=displayName"] {
            let list = scim.get(path).await.ok(200);
            assert_eq!(list["totalResults"], 4);
            let all = list["Resources"].as_array().unwrap();
            let count = |number: usize| all[number]["members"].as_array().map_or(0, Vec::len);
            assert_eq!([count(0), count(1), count(2), count(3)], [1, 1_201, 0, 1_201], "{path}");
            assert_eq!(all[0]["id"], small.as_str());
            assert_eq!(all[1]["id"], first.as_str());
            assert_eq!(all[3]["id"], second.as_str());
            let entry = all[1]["members"][0].as_object().unwrap();
            assert_eq!(entry.contains_key("type"), !path.contains("value"), "{path}");
        }
        let list = scim.get("/Groups?excludedAttributes=members").await.ok(200);
        assert!(!list.to_string().contains("members"));
        let body = json!({ "schemas": [crate::client::SEARCH], "filter": "displayName sw \"b\" or userName eq \"ann\"" });
        let mixed = scim.post("/.search", body).await.ok(200);
        assert_eq!(mixed["Resources"][0]["userName"], "ann");
        assert_eq!(values(&mixed["Resources"][1]).len(), 1_201);
    }

    async fn the_totals_follow_what_comes_and_goes(world: World) {
        use doorward::domain::audit::{Actor, Change};
        use doorward::domain::directory;
        let scim = Scim::new(&world).await;
        administrator(&world, "root").await;
        let mut ids = Vec::new();
        for number in 0..5 {
            ids.push(scim.later_user(&world, &format!("u{number}")).await);
        }
        let group = scim.later_group(&world, "g", &[]).await;
        scim.delete(&format!("/Users/{}", ids[0])).await.ok(204);
        let fold = async |limit| {
            let mut change = Change::begin(&world.db, Actor::System, world.now()).await.unwrap();
            change.unrecorded("a test");
            let folded = directory::fold_totals(&mut change, limit).await.unwrap();
            change.commit().await.unwrap();
            folded
        };
        let totals = async || (
            directory::total_users(&world.db).await.unwrap(),
            directory::total_groups(&world.db).await.unwrap(),
        );
        assert_eq!(totals().await, (4, 1));
        assert_eq!(fold(3).await, 3);
        assert_eq!(totals().await, (4, 1));
        assert_eq!(fold(100).await, 3);
        assert_eq!(fold(100).await, 0);
        assert_eq!(totals().await, (4, 1));
        scim.delete(&format!("/Users/{}", ids[1])).await.ok(204);
        scim.delete(&format!("/Groups/{group}")).await.ok(204);
        assert_eq!(totals().await, (3, 0));
        fold(100).await;
        assert_eq!(totals().await, (3, 0));
        assert_eq!(scim.get("/Users?count=1").await.ok(200)["totalResults"], 3);
        let refused = json!({ "schemas": [crate::client::USER], "userName": "u4" });
        scim.post("/Users", refused).await.refused(409, Some("uniqueness"));
        assert_eq!(totals().await, (3, 0), "what is refused counts for nothing");
    }
}
