//! The rows of the table: what one connection does again and again.

use crate::applications::{Applications, Client, DISCOVERY, Endpoints, REDIRECT, SCOPE};
use crate::connection::{Answer, Connection};
use crate::measure::BESIDE;
use crate::people::person;
use crate::setting::{PASSWORD, Setting, text};

pub const ALL: [&str; 24] = [
    "discovery",
    "JWKS",
    "client credentials, ES256",
    "authorize and code exchange, ES256",
    "authorize and code exchange, RS256",
    "refresh, ES256",
    "refresh, RS256",
    "userinfo",
    "introspection",
    "SCIM get by id",
    "SCIM filter userName eq",
    "SCIM filter externalId eq",
    "SCIM filter emails eq",
    "SCIM page of 100",
    "SCIM page of 100 by cursor",
    "SCIM group without its members",
    "SCIM create",
    "SCIM PATCH: one member in or out of the large group",
    "SCIM the large group, whole",
    "password sign-in",
    "discovery, beside sign-ins",
    "refresh, ES256, beside sign-ins",
    "authorize and code exchange, ES256, beside sign-ins",
    "SCIM get by id, beside sign-ins",
];

/// Whether a program can do what a row asks for.
pub fn can(setting: &Setting, operation: &str) -> bool {
    if operation.ends_with(BESIDE) || operation == "password sign-in" {
        let applications = setting.applications.as_ref();
        return applications.is_some_and(|applications| applications.passwords);
    }
    if !operation.starts_with("SCIM ") {
        return setting.applications.is_some();
    }
    let scim = setting.scim.as_ref();
    scim.is_some_and(|scim| scim.cursors || !operation.ends_with("by cursor"))
}

// The example of RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// One connection and what it holds.
pub struct Lane<'a> {
    setting: &'a Setting,
    operation: &'a str,
    connection: Connection,
    number: usize,
    turn: usize,
    access: String,
    refresh: String,
    cursor: String,
}

impl<'a> Lane<'a> {
    pub async fn open(setting: &'a Setting, operation: &'a str, number: usize) -> Self {
        let connection = Connection::open(&setting.address)
            .await
            .expect("a connection");
        let mut lane = Self {
            setting,
            operation,
            connection,
            number,
            turn: 0,
            access: String::new(),
            refresh: String::new(),
            cursor: String::new(),
        };
        if ["authorize", "refresh", "userinfo", "introspection"]
            .iter()
            .any(|kind| operation.starts_with(kind))
        {
            lane.sign_in().await;
            lane.code_flow().await;
        }
        lane
    }

    fn applications(&self) -> &'a Applications {
        let applications = self.setting.applications.as_ref();
        applications.expect("a program with applications")
    }

    fn endpoints(&self) -> &'a Endpoints {
        &self.applications().endpoints
    }

    fn client(&self) -> &'a Client {
        let applications = self.applications();
        if self.operation.ends_with("RS256") {
            &applications.rs256
        } else {
            &applications.es256
        }
    }

    /// Does the operation once.
    pub async fn step(&mut self) {
        self.turn += 1;
        match self.operation {
            "discovery" => self.fetch(DISCOVERY).await,
            "JWKS" => self.fetch(&self.endpoints().keys).await,
            "client credentials, ES256" => self.act_for_itself().await,
            "authorize and code exchange, ES256" | "authorize and code exchange, RS256" => {
                self.code_flow().await
            }
            "refresh, ES256" | "refresh, RS256" => self.renew().await,
            "userinfo" => drop(
                self.connection
                    .get_as(&self.endpoints().userinfo, &self.access)
                    .await
                    .expect(200),
            ),
            "introspection" => self.introspect().await,
            "password sign-in" => self.sign_in().await,
            _ => self.provision().await,
        }
    }

    async fn fetch(&mut self, path: &str) {
        self.connection.get(path).await.expect(200);
    }

    async fn act_for_itself(&mut self) {
        let client = self.client();
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_id", &client.id),
            ("client_secret", &client.secret),
        ];
        let answer = self.connection.form(&self.endpoints().token, &fields).await;
        let token = text(&answer.expect(200).json()["access_token"]);
        assert_eq!(token.split('.').count(), 3, "a signed token");
    }

    async fn provision(&mut self) {
        let scim = self.setting.scim.as_ref().expect("a program with SCIM");
        let (key, path) = (&scim.key, scim.path);
        // A stride that visits all people in no order of theirs.
        let place = (self.number * 7919 + self.turn * 4099) % scim.people.count();
        let user = scim.people.at(place);
        let connection = &mut self.connection;
        let address = match self.operation {
            "SCIM get by id" => format!("{path}/Users/{}", user.id),
            "SCIM filter userName eq" => filtered(path, "userName", &user.name),
            "SCIM filter externalId eq" => filtered(path, "externalId", &user.name),
            "SCIM filter emails eq" => filtered(path, "emails.value", &user.name),
            "SCIM page of 100" => {
                // Nobody walks further than this by numbers: there are cursors for that.
                let start = 1 + (self.turn * 100) % (scim.people.count().min(10_000) - 100);
                format!("{path}/Users?startIndex={start}&count=100")
            }
            "SCIM page of 100 by cursor" => {
                format!("{path}/Users?count=100&cursor={}", self.cursor)
            }
            "SCIM group without its members" => {
                format!("{path}/Groups/{}?excludedAttributes=members", scim.group)
            }
            "SCIM the large group, whole" => format!("{path}/Groups/{}", scim.group),
            "SCIM create" => {
                let body = person(&format!("{}@example.com", uuid::Uuid::from_u128(rand())));
                let path = format!("{path}/Users");
                return drop(connection.json("POST", &path, key, &body).await.expect(201));
            }
            "SCIM PATCH: one member in or out of the large group" => {
                let op = if self.turn % 2 == 1 { "add" } else { "remove" };
                let user = scim.people.at(self.number);
                return scim
                    .change_members(connection, &scim.group, op, &[&user.id])
                    .await;
            }
            other => panic!("{other}"),
        };
        let answer = connection.get_as(&address, key).await.expect(200);
        if self.operation.contains(" filter ") {
            assert_eq!(answer.json()["totalResults"], 1, "{address}");
        }
        if self.operation.ends_with("by cursor") {
            let next = answer.json();
            let next = next["nextCursor"].as_str().unwrap_or_default();
            self.cursor = form_urlencoded::byte_serialize(next.as_bytes()).collect();
        }
    }

    /// A browser that is signed in and has consented asks for a code; its application redeems it.
    async fn code_flow(&mut self) {
        let answer = self.connection.get(&self.authorize_path()).await;
        let no_code = || panic!("no code: {} {:?}", answer.status, answer.location());
        let code = code(&answer).unwrap_or_else(no_code);
        let client = self.client();
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
            ("client_id", &client.id),
            ("client_secret", &client.secret),
        ];
        let tokens = self
            .connection
            .form(&self.endpoints().token, &fields)
            .await
            .expect(200)
            .json();
        assert!(tokens["id_token"].is_string());
        self.access = text(&tokens["access_token"]);
        self.refresh = text(&tokens["refresh_token"]);
    }

    async fn renew(&mut self) {
        let client = self.client();
        let fields = [
            ("grant_type", "refresh_token"),
            ("refresh_token", self.refresh.as_str()),
            ("client_id", &client.id),
            ("client_secret", &client.secret),
        ];
        let tokens = self
            .connection
            .form(&self.endpoints().token, &fields)
            .await
            .expect(200)
            .json();
        self.refresh = text(&tokens["refresh_token"]);
    }

    /// As the client that holds the token asks of it.
    async fn introspect(&mut self) {
        let client = self.client();
        let fields = [
            ("token", self.access.as_str()),
            ("client_id", &client.id),
            ("client_secret", &client.secret),
        ];
        let path = &self.endpoints().introspect;
        let answer = self.connection.form(path, &fields).await;
        let told = answer.expect(200).json();
        assert_eq!(told["active"], true, "the token is active");
    }

    /// From a browser without a cookie to the code: pages, password, consent when it is asked for.
    async fn sign_in(&mut self) {
        self.connection.forget_cookies();
        let name = self.setting.signer(self.number);
        let mut answer = self.connection.get(&self.authorize_path()).await;
        for _ in 0..10 {
            if code(&answer).is_some() {
                return;
            }
            answer = if let Some(to) = answer.location() {
                self.connection.get(self.own_path(&to)).await
            } else if let Some(form) = answer.form("login-submit") {
                self.send(form, &[("username", &name), ("password", PASSWORD)])
                    .await
            } else if let Some(form) = answer.form("consent-allow") {
                self.send(form, &[("remember", "yes")]).await
            } else {
                panic!("an unexpected page: {} {:?}", answer.status, answer.body);
            };
        }
        panic!("the sign-in does not end");
    }

    async fn send(
        &mut self,
        form: (String, Vec<(String, String)>),
        filled: &[(&str, &str)],
    ) -> Answer {
        let (action, values) = form;
        let fields: Vec<(&str, &str)> = values
            .iter()
            .filter(|(name, _)| filled.iter().all(|(other, _)| other != name))
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .chain(filled.iter().copied())
            .collect();
        let path = self.own_path(&action).to_owned();
        self.connection.form(&path, &fields).await
    }

    fn own_path<'b>(&self, to: &'b str) -> &'b str {
        let rest = to.strip_prefix("http://localhost:").unwrap_or(to);
        rest.find('/').map_or(rest, |slash| &rest[slash..])
    }

    fn authorize_path(&self) -> String {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.client().id)
            .append_pair("redirect_uri", REDIRECT)
            .append_pair("scope", SCOPE)
            .append_pair("state", "state")
            .append_pair("nonce", "nonce")
            .append_pair("code_challenge", CHALLENGE)
            .append_pair("code_challenge_method", "S256")
            .finish();
        format!("{}?{query}", self.endpoints().authorize)
    }
}

fn filtered(path: &str, attribute: &str, value: &str) -> String {
    format!("{path}/Users?filter={attribute}%20eq%20%22{value}%22")
}

fn code(answer: &Answer) -> Option<String> {
    let to = answer.location()?;
    let query = to.strip_prefix(REDIRECT)?.strip_prefix('?')?;
    let found = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "code");
    found.map(|(_, code)| code.into_owned())
}

/// Different at every call and in every process; nothing depends on more.
fn rand() -> u128 {
    use std::hash::{BuildHasher, RandomState};
    let half = || u128::from(RandomState::new().hash_one(0));
    half() << 64 | half()
}
