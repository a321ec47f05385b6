//! A provisioning source: a connection with its secrets, before a running server.

use std::time::Duration;

use doorward::domain::audit::{Actor, Change};
use doorward::domain::connections::secrets::{self, Issued};
use doorward::domain::connections::{self, Connection, ConnectionId, Kind};
use doorward::http::web::around;
use doorward::http::{oidc, scim};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use crate::support::{Server, World};

pub const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
pub const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
pub const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
pub const YEAR: Duration = Duration::from_secs(365 * 86_400);

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub text: String,
    pub body: Value,
}

impl Answer {
    /// The body, if this is the status.
    #[track_caller]
    pub fn ok(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self.body
    }

    /// The detail of a SCIM refusal, if this is the status.
    #[track_caller]
    pub fn detail(self, status: u16) -> String {
        self.ok(status)["detail"].as_str().unwrap().to_owned()
    }

    /// The OAuth error, if this is the status.
    #[track_caller]
    pub fn error(self, status: u16) -> String {
        self.ok(status)["error"].as_str().unwrap().to_owned()
    }
}

/// The server that sources speak with.
pub fn serve(world: &World) -> Server {
    let routes = scim::routes().merge(oidc::routes(&world.state));
    world.serve(around(routes, world.state.clone()))
}

pub async fn change(world: &World) -> Change {
    Change::begin(&world.db, Actor::CommandLine, world.now())
        .await
        .unwrap()
}

pub struct Source<'w> {
    pub world: &'w World,
    pub server: Server,
    pub connection: Connection,
    pub issued: Issued,
    /// What it shows at the SCIM door.
    pub bearer: String,
}

impl<'w> Source<'w> {
    /// A source of the kind generic, on the server of the world.
    pub async fn new(world: &'w World, name: &str) -> Self {
        Self::of_kind(world, name, Kind::Generic).await
    }

    pub async fn of_kind(world: &'w World, name: &str, kind: Kind) -> Self {
        let mut change = change(world).await;
        let connection = connections::create(&mut change, name, kind).await.unwrap();
        let issued = secrets::issue(&mut change, &connection, YEAR)
            .await
            .unwrap();
        change.commit().await.unwrap();
        world.state.refresh().await.unwrap();
        Self {
            world,
            server: serve(world),
            bearer: issued.token.reveal().to_owned(),
            connection,
            issued,
        }
    }

    pub fn id(&self) -> ConnectionId {
        self.connection.id
    }

    pub async fn set(&self, name: &str, value: &str) {
        let mut change = change(self.world).await;
        let pair = (name.to_owned(), value.to_owned());
        connections::set(&mut change, self.id(), &[pair])
            .await
            .unwrap();
        change.commit().await.unwrap();
        self.world.state.refresh().await.unwrap();
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}/scim/v2{path}", self.server.base);
        self.server
            .http
            .request(method, url)
            .bearer_auth(&self.bearer)
    }

    pub async fn get(&self, path: &str) -> Answer {
        answer(self.request(Method::GET, path)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        answer(self.request(Method::DELETE, path)).await
    }

    pub async fn send(&self, method: Method, path: &str, body: Value) -> Answer {
        let request = self
            .request(method, path)
            .header("content-type", "application/scim+json");
        answer(request.body(body.to_string())).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, body).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, body).await
    }

    pub async fn patch(&self, path: &str, operations: Value) -> Answer {
        let body = json!({ "schemas": [PATCH], "Operations": operations });
        self.send(Method::PATCH, path, body).await
    }

    /// The ids that a filter finds.
    pub async fn find(&self, kind: &str, filter: &str) -> Vec<String> {
        let request = self.request(Method::GET, kind).query(&[("filter", filter)]);
        let found = answer(request).await.ok(200);
        let all = found["Resources"].as_array().cloned().unwrap_or_default();
        all.iter().map(id).collect()
    }

    pub async fn user(&self, user_name: &str) -> String {
        let body = json!({ "schemas": [USER], "userName": user_name });
        id(&self.post("/Users", body).await.ok(201))
    }

    pub async fn group(&self, name: &str, members: &[&str]) -> Answer {
        let members: Vec<_> = members.iter().map(|id| json!({ "value": id })).collect();
        let body = json!({ "schemas": [GROUP], "displayName": name, "members": members });
        self.post("/Groups", body).await
    }

    /// Asks the token endpoint.
    pub async fn ask(&self, form: &[(&str, &str)]) -> Answer {
        let url = format!("{}/oauth2/token", self.server.base);
        answer(self.server.http.post(url).form(form)).await
    }

    /// Asks for an access token with the client's secret in the form.
    pub async fn ask_with(&self, secret: &str) -> Answer {
        self.ask(&[
            ("grant_type", "client_credentials"),
            ("client_id", self.issued.client_id.as_str()),
            ("client_secret", secret),
        ])
        .await
    }

    pub fn secret(&self) -> &str {
        self.issued.client_secret.as_ref().unwrap().reveal()
    }

    /// A good access token.
    pub async fn access_token(&self) -> String {
        let answer = self.ask_with(self.secret()).await.ok(200);
        answer["access_token"].as_str().unwrap().to_owned()
    }

    /// What the SCIM door says to a token.
    pub async fn knock(&self, bearer: &str) -> u16 {
        let url = format!("{}/scim/v2/Users?count=0", self.server.base);
        let request = self.server.http.get(url).bearer_auth(bearer);
        request.send().await.unwrap().status().as_u16()
    }
}

pub async fn answer(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let status = response.status();
    let text = response.text().await.unwrap();
    let body = serde_json::from_str(&text).unwrap_or(Value::Null);
    Answer { status, text, body }
}

#[track_caller]
pub fn id(resource: &Value) -> String {
    resource["id"].as_str().unwrap().to_owned()
}
