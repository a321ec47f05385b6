//! What the operations find: people, a large group, and keys, made as an operator
//! and a provisioning client would make them.

use serde_json::{Value, json};

use crate::applications::Applications;
use crate::connection::Connection;
use crate::loader;
use crate::operations::Lane;
use crate::options::Options;
use crate::peers::{Peer, Speaks};
use crate::people::{People, TEMPLATE, User, person};
use crate::program::Program;
use crate::watched::Watched;

pub const PASSWORD: &str = "correct horse battery staple";

/// A server that is measured, and what is in it.
pub struct Setting {
    pub name: String,
    pub address: String,
    pub watched: Watched,
    /// Not of a peer that only signs in.
    pub scim: Option<Scim>,
    /// Not of a peer that only provisions.
    pub applications: Option<Applications>,
    _server: Server,
}

pub struct Scim {
    /// Where its resources are.
    pub path: &'static str,
    pub key: String,
    pub people: People,
    pub group: String,
    /// Whether it gives pages by cursor.
    pub cursors: bool,
}

#[expect(dead_code, reason = "held so that it runs")]
enum Server {
    Own(Program),
    Peer(Peer),
}

impl Setting {
    pub async fn prepare(program: Program, name: String, count: usize, options: &Options) -> Self {
        let key = key(&program);
        let mut connection = Connection::open(&program.address)
            .await
            .expect("a connection");
        let applications = Applications::register(&program, &mut connection).await;
        let mut scim = Scim {
            path: "/scim/v2",
            key,
            people: People::new(Vec::new(), 0),
            group: String::new(),
            cursors: true,
        };
        let mut made = Vec::new();
        // One for each connection, who signs in and is moved in and out of the group.
        for number in 0..options.connections {
            let user = scim.make(&mut connection, &signer(number)).await;
            program.run(
                &["user", "set-password", &user.name, "--password-stdin"],
                PASSWORD,
            );
            made.push(user);
        }
        let template = scim.make(&mut connection, TEMPLATE).await;
        made.push(template.clone());
        scim.group = scim.make_group(&mut connection).await;
        let url = program.database_url();
        loader::people(&url, &template, count - 1).await;
        scim.people = People::new(made, count - 1);
        let last = scim.people.at(scim.people.count() - 1);
        loader::check(&mut connection, &scim.key, &template, &last).await;
        let members = options.group.min(count - 1);
        loader::members(&url, &scim.group, members).await;
        eprintln!(
            "{name}: {} people, and a group of {members}",
            scim.people.count(),
        );
        Self {
            name,
            address: program.address.clone(),
            watched: program.watched(),
            scim: Some(scim),
            applications: Some(applications),
            _server: Server::Own(program),
        }
    }

    /// Signs somebody in, and copies what that left behind.
    pub async fn with_tokens(self, url: &str, count: usize) -> Self {
        drop(Lane::open(&self, "authorize and code exchange, ES256", 0).await);
        loader::grants(url, count).await;
        eprintln!("{}: {count} grants", self.name);
        self
    }

    /// A peer, with what Doorward is given too as far as it has a place for it.
    pub async fn of_peer(peer: Peer, options: &Options) -> Self {
        let mut connection = Connection::open(&peer.address).await.expect("a connection");
        let (mut scim, mut applications) = (None, None);
        match peer.speaks {
            Speaks::Scim(path) => {
                scim = Some(Scim::of_peer(path, peer.name, &mut connection, options).await);
            }
            Speaks::OpenIdConnect => {
                applications = Some(Applications::of_peer(&mut connection).await);
            }
        }
        Self {
            name: peer.name.to_owned(),
            address: peer.address.clone(),
            watched: peer.watched(),
            scim,
            applications,
            _server: Server::Peer(peer),
        }
    }

    /// The name that the connection of a number signs in with.
    pub fn signer(&self, number: usize) -> String {
        let people = self.scim.as_ref().map(|scim| &scim.people);
        people.map_or_else(|| signer(number), |people| people.at(number).name)
    }
}

fn signer(number: usize) -> String {
    format!("signer.{number}@example.com")
}

impl Scim {
    /// The same people and the same group in a peer, by requests.
    async fn of_peer(
        path: &'static str,
        name: &str,
        connection: &mut Connection,
        options: &Options,
    ) -> Self {
        let mut scim = Self {
            path,
            key: "none".to_owned(),
            people: People::new(Vec::new(), 0),
            group: String::new(),
            cursors: false,
        };
        let mut made = Vec::new();
        for number in 0..options.connections + options.peer_users {
            let name = match number.checked_sub(options.connections) {
                None => signer(number),
                Some(number) => format!("person.{number}@example.com"),
            };
            made.push(scim.make(connection, &name).await);
        }
        scim.group = scim.make_group(connection).await;
        for some in made[options.connections..].chunks(1000) {
            let ids: Vec<&str> = some.iter().map(|user| user.id.as_str()).collect();
            let group = scim.group.clone();
            scim.change_members(connection, &group, "add", &ids).await;
        }
        eprintln!("{name}: {} people", made.len());
        scim.people = People::new(made, 0);
        scim
    }
}

fn key(program: &Program) -> String {
    let words = [
        "api-key",
        "create",
        "--name",
        "bench",
        "--scope",
        "scim",
        "--expires-in",
        "30d",
        "--json",
    ];
    text(&program.run(&words, "")["key"])
}

impl Scim {
    async fn make(&self, connection: &mut Connection, name: &str) -> User {
        let path = format!("{}/Users", self.path);
        let made = connection
            .json("POST", &path, &self.key, &person(name))
            .await
            .expect(201)
            .json();
        User {
            id: text(&made["id"]),
            name: text(&made["userName"]),
        }
    }

    async fn make_group(&self, connection: &mut Connection) -> String {
        let body = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
            "displayName": "Everyone",
            "externalId": "everyone",
        });
        let path = format!("{}/Groups", self.path);
        let made = connection
            .json("POST", &path, &self.key, &body)
            .await
            .expect(201)
            .json();
        text(&made["id"])
    }

    pub async fn change_members(
        &self,
        connection: &mut Connection,
        group: &str,
        op: &str,
        ids: &[&str],
    ) {
        let operation = match (op, ids) {
            // As the RFC wants it: not every peer knows Entra's way.
            ("remove", [id]) => json!({"op": op, "path": format!("members[value eq \"{id}\"]")}),
            _ => {
                let values: Vec<Value> = ids.iter().map(|id| json!({"value": id})).collect();
                json!({"op": op, "path": "members", "value": values})
            }
        };
        let body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [operation],
        });
        let path = format!("{}/Groups/{group}?excludedAttributes=members", self.path);
        let answer = connection.json("PATCH", &path, &self.key, &body).await;
        assert!(
            matches!(answer.status, 200 | 204),
            "PATCH members: {}: {:?}",
            answer.status,
            answer.body
        );
    }
}

pub fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} should be text"))
        .to_owned()
}
