//! A provisioning client for the tests.

use doorward::domain::api_keys::{self, NewApiKey};
use doorward::domain::audit::{Actor, Change};
use doorward::domain::directory::{self, NewUser, Profile, User};
use doorward::foundation::db::sql;
use doorward::http::scim;
use doorward::http::web::around;
use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use crate::support::{Server, World};

pub const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
pub const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
pub const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
pub const SEARCH: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";
pub const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

pub struct Scim {
    pub server: Server,
    pub token: String,
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
    pub body: Value,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map(|value| value.to_str().unwrap())
            .unwrap_or_default()
    }

    /// The body, if this is the status.
    #[track_caller]
    pub fn ok(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self.body
    }

    /// Asserts a refusal in the form of RFC 7644, section 3.12, and gives its detail.
    #[track_caller]
    pub fn refused(self, status: u16, scim_type: Option<&str>) -> String {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        assert_eq!(self.header("content-type"), "application/scim+json");
        assert_eq!(
            self.body["schemas"],
            json!(["urn:ietf:params:scim:api:messages:2.0:Error"])
        );
        assert_eq!(self.body["status"], json!(status.to_string()));
        assert_eq!(self.body["scimType"].as_str(), scim_type, "{}", self.text);
        let detail = self.body["detail"].as_str().unwrap().to_owned();
        assert!(!detail.is_empty());
        detail
    }
}

/// A token for the world with these scopes.
pub async fn token(world: &World, scopes: &str) -> String {
    let mut change = Change::begin(&world.db, Actor::System, world.now())
        .await
        .unwrap();
    let wanted = NewApiKey {
        name: "test".into(),
        owner: None,
        scopes: scopes.parse().unwrap(),
        lifetime: std::time::Duration::from_secs(86_400),
    };
    let issued = api_keys::create(&mut change, wanted).await.unwrap();
    change.commit().await.unwrap();
    issued.secret.reveal().to_owned()
}

/// An administrator of the server, made without SCIM.
pub async fn administrator(world: &World, user_name: &str) -> User {
    let mut change = Change::begin(&world.db, Actor::CommandLine, world.now())
        .await
        .unwrap();
    let new = NewUser {
        profile: Profile::named(user_name),
        active: true,
        administrator: true,
    };
    let user = directory::create_user(&mut change, new).await.unwrap();
    change.commit().await.unwrap();
    user
}

impl Scim {
    pub async fn new(world: &World) -> Self {
        let router = around(scim::routes(), world.state.clone());
        Self {
            server: world.serve(router),
            token: token(world, "scim").await,
        }
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}/scim/v2{path}", self.server.base)
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.server
            .http
            .request(method, self.url(path))
            .bearer_auth(&self.token)
    }

    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let response = request.send().await.unwrap();
        let status = response.status();
        let headers = response.headers().clone();
        let text = response.text().await.unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Answer {
            status,
            headers,
            text,
            body,
        }
    }

    async fn with_body(&self, method: Method, path: &str, body: &Value) -> Answer {
        let request = self
            .request(method, path)
            .header("content-type", "application/scim+json")
            .body(body.to_string());
        self.send(request).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.with_body(Method::POST, path, &body).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.with_body(Method::PUT, path, &body).await
    }

    pub async fn patch(&self, path: &str, operations: Value) -> Answer {
        let body = json!({ "schemas": [PATCH], "Operations": operations });
        self.with_body(Method::PATCH, path, &body).await
    }

    /// A list with a filter.
    pub async fn find(&self, kind: &str, filter: &str) -> Answer {
        let request = self.request(Method::GET, kind).query(&[("filter", filter)]);
        self.send(request).await
    }

    /// A new user a moment later; its id, which is greater than those before.
    pub async fn later_user(&self, world: &World, user_name: &str) -> String {
        world.clock.advance(std::time::Duration::from_millis(1));
        self.user(user_name).await
    }

    /// A new group a moment later.
    pub async fn later_group(&self, world: &World, name: &str, members: &[&str]) -> String {
        world.clock.advance(std::time::Duration::from_millis(1));
        self.group(name, members).await
    }

    /// A new user with a name only; its id.
    pub async fn user(&self, user_name: &str) -> String {
        let body = json!({ "schemas": [USER], "userName": user_name });
        id(&self.post("/Users", body).await.ok(201))
    }

    /// A new group; its id.
    pub async fn group(&self, name: &str, members: &[&str]) -> String {
        let members: Vec<Value> = members.iter().map(|id| json!({ "value": id })).collect();
        let body = json!({ "schemas": [GROUP], "displayName": name, "members": members });
        id(&self.post("/Groups", body).await.ok(201))
    }

    /// The ids of a group's members.
    pub async fn members(&self, group: &str) -> Vec<String> {
        let group = self.get(&format!("/Groups/{group}")).await.ok(200);
        let members = group["members"].as_array().cloned().unwrap_or_default();
        members
            .iter()
            .map(|member| member["value"].as_str().unwrap().to_owned())
            .collect()
    }
}

#[track_caller]
pub fn id(resource: &Value) -> String {
    resource["id"].as_str().unwrap().to_owned()
}

/// Makes the directory believe that it holds so many users and groups.
pub async fn pretend_total(world: &World, total: i64) {
    let text = "update directory_totals set total = $1 where part = ''";
    let fold = "delete from directory_totals where part <> ''";
    let mut tx = world.db.begin().await.unwrap();
    tx.execute(sql(fold)).await.unwrap();
    tx.execute(sql(text).bind(total)).await.unwrap();
    tx.commit().await.unwrap();
}

/// Adds users `user-1`, `user-2`, … in one statement.
pub async fn many_users(world: &World, number: i64) {
    let mut tx = world.db.begin().await.unwrap();
    let users = sql("with recursive numbers (n) as (
           select cast(1 as bigint) union all select n + 1 from numbers where n < $1)
         insert into users (id, user_name, user_name_key, active, active_since,
           active_by, administrator, attributes, version, created_at, updated_at)
         select '00000000-0000-7000-8000-' || substr(cast(1000000000000 + n as text), 2),
           'user-' || cast(n as text), 'user-' || cast(n as text), true, 1,
           'test', false, '{\"title\":\"t\",\"emails\":[{\"value\":\"u@x\"}]}', 1, n, n
           from numbers");
    tx.execute(users.bind(number)).await.unwrap();
    let total = sql("insert into directory_totals (kind, part, total) values ('user', 'many', $1)");
    tx.execute(total.bind(number)).await.unwrap();
    let emails = sql(
        "insert into user_emails (user_id, position, kind, address_key)
         select id, 0, 'work', user_name_key || '@x' from users where active_by = 'test'",
    );
    tx.execute(emails).await.unwrap();
    let names = sql(
        "insert into external_ids (connection_id, resource_kind, resource_id, external_id)
         select '00000000-0000-7000-8000-000000000001', 'user', id, 'e-' || user_name
           from users where active_by = 'test'",
    );
    tx.execute(names).await.unwrap();
    tx.commit().await.unwrap();
}

/// Adds a group of all users there are.
pub async fn everyones_group(world: &World, scim: &Scim, name: &str) -> String {
    let group = scim.group(name, &[]).await;
    let mut tx = world.db.begin().await.unwrap();
    let statement = sql("insert into group_users (group_id, user_id) select $1, id from users");
    tx.execute(statement.bind(group.as_str())).await.unwrap();
    tx.commit().await.unwrap();
    group
}
