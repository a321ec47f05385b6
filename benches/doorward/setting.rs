//! What the operations find: people, a large group, applications, and keys, made as an operator
//! and a provisioning client would make them.

use doorward::domain::audit::{Actor, Change};
use doorward::domain::clients::{self, Metadata, NewClient};
use doorward::foundation::clock::Clock;
use doorward::foundation::crypto::jose::Algorithm;
use doorward::foundation::db::Db;
use serde_json::{Value, json};

use crate::connection::Connection;
use crate::options::Options;
use crate::program::Program;

pub const REDIRECT: &str = "http://127.0.0.1:9/callback";
pub const SCOPE: &str = "openid profile email offline_access";
pub const PASSWORD: &str = "correct horse battery staple";

pub struct Setting {
    pub engine: &'static str,
    pub program: Program,
    pub scim_key: String,
    pub users: Vec<User>,
    pub group: String,
    pub es256: Client,
    pub rs256: Client,
}

pub struct User {
    pub id: String,
    pub name: String,
}

pub struct Client {
    pub id: String,
    pub secret: String,
}

impl Setting {
    pub async fn prepare(program: Program, engine: &'static str, options: &Options) -> Self {
        let made = program.run(
            &[
                "api-key",
                "create",
                "--name",
                "bench",
                "--scope",
                "scim",
                "--expires-in",
                "30d",
                "--json",
            ],
            "",
        );
        let scim_key = text(&made["key"]);
        let es256 = client(&program, Algorithm::Es256).await;
        let rs256 = client(&program, Algorithm::Rs256).await;
        let mut connection = Connection::open(&program.address)
            .await
            .expect("a connection");
        let users = people(&mut connection, &scim_key, options).await;
        for user in users.iter().take(options.connections) {
            program.run(
                &["user", "set-password", &user.name, "--password-stdin"],
                PASSWORD,
            );
        }
        let group = group(&mut connection, &scim_key, &users[options.connections..]).await;
        eprintln!(
            "{engine}: {} people, and a group of {}",
            users.len(),
            users.len() - options.connections
        );
        Self {
            engine,
            program,
            scim_key,
            users,
            group,
            es256,
            rs256,
        }
    }
}

/// Registered as the command line does it, but for the algorithm, which it does not ask for.
async fn client(program: &Program, algorithm: Algorithm) -> Client {
    let mut metadata = Metadata::new(vec![REDIRECT.to_owned()]);
    metadata.id_token_signed_response_alg = algorithm;
    let new = NewClient {
        name: format!("Application with {algorithm:?}"),
        confidential: true,
        metadata,
        scope: SCOPE.parse().expect("a scope"),
    };
    let db = Db::open(&program.database_url())
        .await
        .expect("the database");
    let now = Clock::system().now();
    let mut change = Change::begin(&db, Actor::CommandLine, now)
        .await
        .expect("a change");
    let made = clients::register(&mut change, new).await.expect("a client");
    change.commit().await.expect("a client");
    Client {
        id: made.id.to_string(),
        secret: made.secret.expect("a secret").reveal().to_owned(),
    }
}

async fn people(connection: &mut Connection, key: &str, options: &Options) -> Vec<User> {
    let mut users = Vec::new();
    // Beside the many: one for each connection, who signs in and is moved in and out of the group.
    for number in 0..options.users + options.connections {
        let body = person(&format!("person.{number}@example.com"));
        let made = connection
            .json("POST", "/scim/v2/Users", key, &body)
            .await
            .expect(201)
            .json();
        users.push(User {
            id: text(&made["id"]),
            name: text(&made["userName"]),
        });
    }
    users
}

/// As Entra ID sends one.
pub fn person(user_name: &str) -> Value {
    json!({
        "schemas": [
            "urn:ietf:params:scim:schemas:core:2.0:User",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
        ],
        "userName": user_name,
        "externalId": user_name,
        "active": true,
        "displayName": "Grace Hopper",
        "title": "Rear admiral",
        "name": {"givenName": "Grace", "familyName": "Hopper", "formatted": "Grace Hopper"},
        "emails": [{"type": "work", "value": user_name, "primary": true}],
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
            "department": "Compilers", "employeeNumber": "19061209",
        },
    })
}

/// The group, filled a thousand members at a time, as a provisioning client fills one.
async fn group(connection: &mut Connection, key: &str, members: &[User]) -> String {
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "displayName": "Everyone",
        "externalId": "everyone",
    });
    let made = connection
        .json("POST", "/scim/v2/Groups", key, &body)
        .await
        .expect(201)
        .json();
    let id = text(&made["id"]);
    for some in members.chunks(1000) {
        let ids: Vec<&str> = some.iter().map(|user| user.id.as_str()).collect();
        change_members(connection, key, &id, "Add", &ids).await;
    }
    id
}

pub async fn change_members(
    connection: &mut Connection,
    key: &str,
    group: &str,
    op: &str,
    ids: &[&str],
) {
    let values: Vec<Value> = ids.iter().map(|id| json!({"value": id})).collect();
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": op, "path": "members", "value": values}],
    });
    let path = format!("/scim/v2/Groups/{group}");
    let answer = connection.json("PATCH", &path, key, &body).await;
    assert!(
        matches!(answer.status, 200 | 204),
        "PATCH members: {}",
        answer.status
    );
}

pub fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} should be text"))
        .to_owned()
}
