//! Decision 7: no source reads in full, deactivates, demotes or deletes an administrator of the
//! server, from the user's side or from a group's side; and nobody takes the last one away.

use doorward::domain::audit::{Actor, Change, ConnectionId};
use doorward::domain::directory::{self, Group, GroupId, Profile, Refusal, User, UserId};
use doorward::domain::lifecycle;
use doorward::foundation::db::{Fetch as _, sql};
use serde_json::json;

use crate::client::{GROUP, Scim, USER, administrator};
use crate::on_both_engines;
use crate::support::World;

async fn begin(world: &World) -> Change {
    Change::begin(&world.db, Actor::CommandLine, world.now())
        .await
        .unwrap()
}

/// A change on behalf of a source, at the floor below the doors.
async fn of_source(world: &World) -> Change {
    begin(world).await.of_connection(ConnectionId::BUILT_IN)
}

/// Puts an administrator into a group, as the console can.
async fn put_into(world: &World, group: &str, user: &User) {
    let mut tx = world.db.begin().await.unwrap();
    let statement = sql("insert into group_users (group_id, user_id) values ($1, $2)");
    tx.execute(statement.bind(group).bind(user.id))
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn is_in(world: &World, group: &str, user: &User) -> bool {
    let mut from = &world.db;
    let statement = sql("select user_id from group_users where group_id = $1 and user_id = $2");
    let found = from.fetch_optional(statement.bind(group).bind(user.id));
    found.await.unwrap().is_some()
}

async fn still(world: &World, root: &User) {
    let found = directory::find_user(&world.db, root.id).await.unwrap();
    assert_eq!(found.as_ref(), Some(root));
}

async fn group(world: &World, id: &str) -> Group {
    let id: GroupId = id.parse().unwrap();
    let found = directory::find_group(&world.db, id).await.unwrap();
    found.unwrap()
}

/// Takes one administrator away; whether that was allowed.
async fn deactivated(world: &World, user: UserId) -> bool {
    let mut change = begin(world).await;
    match lifecycle::deactivate(&mut change, user).await {
        Ok(_) => {
            change.commit().await.unwrap();
            true
        }
        Err(Refusal::LastAdministrator) => false,
        Err(other) => panic!("{other}"),
    }
}

on_both_engines! {
    async fn decision_7_an_administrator_is_out_of_reach_as_a_user(world: World) {
        let scim = Scim::new(&world).await;
        let root = administrator(&world, "root").await;
        let path = format!("/Users/{}", root.id);
        let off = json!([{ "op": "replace", "path": "active", "value": false }]);
        scim.get(&path).await.refused(404, None);
        scim.patch(&path, off).await.refused(404, None);
        scim.patch(&path, json!([{ "op": "add", "path": "password", "value": "a long enough one" }])).await.refused(404, None);
        scim.patch(&path, json!([{ "op": "replace", "path": "userName", "value": "other" }])).await.refused(404, None);
        scim.put(&path, json!({ "schemas": [USER], "userName": "root", "active": false })).await.refused(404, None);
        scim.delete(&path).await.refused(404, None);
        for filter in ["userName eq \"root\"", "userName sw \"r\"", "active eq true", "userName pr", "not (userName eq \"x\")"] {
            assert_eq!(scim.find("/Users", filter).await.ok(200)["totalResults"], 0, "{filter}");
        }
        let search = json!({ "schemas": [crate::client::SEARCH], "filter": format!("id eq \"{}\"", root.id) });
        assert_eq!(scim.post("/.search", search).await.ok(200)["totalResults"], 0);
        assert_eq!(scim.get("/Users?cursor").await.ok(200)["Resources"], json!([]));
        still(&world, &root).await;
    }

    async fn decision_7_an_administrator_is_out_of_reach_through_a_group(world: World) {
        let scim = Scim::new(&world).await;
        let root = administrator(&world, "root").await;
        let (ann, team) = (scim.user("ann").await, scim.group("team", &[]).await);
        put_into(&world, &team, &root).await;
        let (path, id) = (format!("/Groups/{team}"), root.id.to_string());
        scim.patch(&path, json!([{ "op": "add", "path": "members", "value": [{ "value": ann }] }])).await.ok(200);
        assert_eq!(scim.members(&team).await, std::slice::from_ref(&ann), "it is not shown");
        for filter in [format!("members.value eq \"{id}\""), format!("members[value eq \"{id}\"]")] {
            assert_eq!(scim.find("/Groups", &filter).await.ok(200)["totalResults"], 0, "{filter}");
        }
        for ops in [json!([{ "op": "remove", "path": "members", "value": [{ "value": id }] }]),
                    json!([{ "op": "remove", "path": format!("members[value eq \"{id}\"]") }]),
                    json!([{ "op": "replace", "path": "members", "value": [{ "value": ann }] }]),
                    json!([{ "op": "replace", "path": "members", "value": [] }]),
                    json!([{ "op": "remove", "path": "members" }])] {
            assert!(scim.patch(&path, ops.clone()).await.status.is_success(), "{ops}");
            assert!(is_in(&world, &team, &root).await, "{ops}");
        }
        scim.put(&path, json!({ "schemas": [GROUP], "displayName": "team", "members": [] })).await.ok(200);
        assert!(is_in(&world, &team, &root).await);
        let detail = scim.delete(&path).await.refused(403, None);
        assert!(detail.contains("whom provisioning does not touch") && !detail.contains("root"), "{detail}");
        let results = scim.post("/Bulk", json!({ "Operations": [{ "method": "DELETE", "path": path }] })).await.ok(200);
        assert_eq!(results["Operations"][0]["status"], "403");
        assert!(is_in(&world, &team, &root).await);
        let other = scim.group("other", &[]).await;
        let add = json!([{ "op": "add", "path": "members", "value": [{ "value": id }] }]);
        scim.patch(&format!("/Groups/{other}"), add).await.refused(400, Some("invalidValue"));
        still(&world, &root).await;
        // Whoever is no source may delete the group.
        let mut change = begin(&world).await;
        directory::delete_group(&mut change, &group(&world, &team).await).await.unwrap();
        change.commit().await.unwrap();
    }

    async fn decision_7_holds_below_the_door_as_well(world: World) {
        let root = administrator(&world, "root").await;
        administrator(&world, "second").await;
        let out_of_reach = |refused: Refusal| assert!(matches!(refused, Refusal::OutOfReach), "{refused}");
        let mut change = of_source(&world).await;
        out_of_reach(lifecycle::deactivate(&mut change, root.id).await.unwrap_err());
        out_of_reach(lifecycle::delete(&mut change, &root).await.unwrap_err());
        out_of_reach(directory::change_profile(&mut change, root.clone(), Profile::named("x")).await.unwrap_err());
        out_of_reach(directory::claim(&mut change, &mut root.clone(), "password").await.unwrap_err());
        out_of_reach(directory::state_active(&mut change, root.clone(), false).await.unwrap_err());
        drop(change);
        still(&world, &root).await;
    }

    async fn decision_7_the_last_administrator_cannot_go_on_whosever_behalf(world: World) {
        let (root, second) = (administrator(&world, "root").await, administrator(&world, "second").await);
        Scim::new(&world).await.user("ann").await;
        assert!(deactivated(&world, second.id).await);
        assert!(!deactivated(&world, root.id).await);
        let mut change = begin(&world).await;
        let refused = lifecycle::delete(&mut change, &root).await.unwrap_err();
        assert!(matches!(refused, Refusal::LastAdministrator), "{refused}");
        drop(change);
        still(&world, &root).await;
        let mut change = begin(&world).await;
        lifecycle::activate(&mut change, second.id).await.unwrap();
        change.commit().await.unwrap();
        assert!(deactivated(&world, root.id).await);
    }

    async fn decision_7_of_eight_administrators_who_go_at_once_one_stays(world: World) {
        let mut all = Vec::new();
        for number in 0..8 {
            all.push(administrator(&world, &format!("root{number}")).await.id);
        }
        let going = all.iter().map(|id| deactivated(&world, *id));
        let gone = futures_util::future::join_all(going).await;
        assert_eq!(gone.iter().filter(|gone| **gone).count(), 7);
    }
}
