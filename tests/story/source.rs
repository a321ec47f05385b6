//! A provisioning source: what it sends, and the world it sends it to.

use std::time::Duration;

use doorward::app::router;
use doorward::domain::api_keys::{self, NewApiKey, Scope};
use doorward::domain::audit::{Actor, Change};
use doorward::domain::directory::UserId;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Server, World};

pub const PASSWORD: &str = "a long enough password";

/// A served world with an API key for provisioning.
pub struct Stage {
    pub world: World,
    pub server: Server,
    pub bearer: String,
}

impl Stage {
    pub async fn set(world: World) -> Self {
        let server = world.serve(router(world.state.clone()));
        let bearer = api_key(&world, None).await;
        Self {
            world,
            server,
            bearer,
        }
    }

    pub async fn scim(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> (StatusCode, Value) {
        self.scim_as(&self.bearer, method, path, body).await
    }

    pub async fn scim_as(
        &self,
        bearer: &str,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> (StatusCode, Value) {
        let url = format!("{}/scim/v2{path}", self.server.base);
        let mut request = self.server.http.request(method, url).bearer_auth(bearer);
        if let Some(body) = body {
            request = request
                .header("content-type", "application/scim+json")
                .body(body.to_string());
        }
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or_default())
    }

    /// A user with a password, as a source creates one.
    pub async fn create_user(&self, user_name: &str) -> UserId {
        let (status, user) = self
            .scim(
                Method::POST,
                "/Users",
                Some(json!({
                    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
                    "userName": user_name,
                    "displayName": "Ann Example",
                    "active": true,
                    "password": PASSWORD,
                    "emails": [{ "value": user_name, "type": "work", "primary": true }],
                })),
            )
            .await;
        assert_eq!(status, StatusCode::CREATED, "{user}");
        user["id"].as_str().unwrap().parse().unwrap()
    }

    /// `active` as Entra sends it: capitalised operation, a string for a boolean.
    pub async fn set_active(&self, user: UserId, active: &str) -> StatusCode {
        let patch = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{ "op": "Replace", "path": "active", "value": active }],
        });
        self.scim(Method::PATCH, &format!("/Users/{user}"), Some(patch))
            .await
            .0
    }
}

pub async fn api_key(world: &World, owner: Option<UserId>) -> String {
    let mut change = Change::begin(&world.db, Actor::CommandLine, world.now())
        .await
        .unwrap();
    let key = NewApiKey {
        name: "Source".into(),
        owner,
        scopes: [Scope::Scim].into_iter().collect(),
        lifetime: Duration::from_secs(3600),
    };
    let issued = api_keys::create(&mut change, key).await.unwrap();
    change.commit().await.unwrap();
    issued.secret.reveal().to_owned()
}
