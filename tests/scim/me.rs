//! Item 64: `/Me`.

use doorward::domain::api_keys::{self, NewApiKey};
use doorward::domain::audit::{Actor, Change};
use doorward::domain::directory::UserId;
use reqwest::Method;
use serde_json::json;

use crate::client::{Scim, administrator};
use crate::on_both_engines;
use crate::support::World;

/// A key that belongs to a user.
async fn key_of(world: &World, owner: UserId) -> String {
    let mut change = Change::begin(&world.db, Actor::CommandLine, world.now())
        .await
        .unwrap();
    let wanted = NewApiKey {
        name: "mine".into(),
        owner: Some(owner),
        scopes: "scim".parse().unwrap(),
        lifetime: std::time::Duration::from_secs(86_400),
    };
    let issued = api_keys::create(&mut change, wanted).await.unwrap();
    change.commit().await.unwrap();
    issued.secret.reveal().to_owned()
}

on_both_engines! {
    async fn item_64_the_key_of_a_user_sees_the_user_with_its_permanent_address(world: World) {
        let mut scim = Scim::new(&world).await;
        let id = scim.user("ann").await;
        scim.token = key_of(&world, id.parse().unwrap()).await;
        let answer = scim.get("/Me").await;
        let location = scim.url(&format!("/Users/{id}"));
        assert_eq!(answer.header("content-location"), location);
        assert_eq!(answer.header("etag"), "W/\"1\"");
        let me = answer.ok(200);
        assert_eq!((&me["id"], &me["meta"]["location"]), (&json!(id), &json!(location)));
        assert_eq!(me, scim.get(&format!("/Users/{id}")).await.ok(200));
        let chosen = scim.get("/Me?attributes=userName").await.ok(200);
        assert_eq!((&chosen["userName"], chosen.get("meta")), (&json!("ann"), None));
        let request = scim.request(Method::GET, "/Me").header("if-none-match", "W/\"1\"");
        assert_eq!(scim.send(request).await.status, 304);
    }

    async fn item_64_a_key_of_nobody_has_no_me(world: World) {
        let scim = Scim::new(&world).await;
        scim.get("/Me").await.refused(404, None);
        let stranger = scim.server.http.get(scim.url("/Me"));
        scim.send(stranger).await.refused(401, None);
    }

    async fn item_64_me_is_read_and_not_changed(world: World) {
        let mut scim = Scim::new(&world).await;
        let id = scim.user("ann").await;
        scim.token = key_of(&world, id.parse().unwrap()).await;
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            let request = scim.request(method, "/Me").body(json!({ "userName": "x" }).to_string());
            scim.send(request).await.refused(501, None);
        }
        let stranger = scim.server.http.delete(scim.url("/Me"));
        scim.send(stranger).await.refused(401, None);
        assert_eq!(scim.get("/Me").await.ok(200)["userName"], "ann");
    }

    async fn an_administrator_does_not_see_itself_through_provisioning(world: World) {
        let mut scim = Scim::new(&world).await;
        let admin = administrator(&world, "root").await;
        scim.token = key_of(&world, admin.id).await;
        scim.get("/Me").await.refused(404, None);
    }
}
