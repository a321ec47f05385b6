//! The applications that sign people in, made as an operator would make them.

use doorward::domain::audit::{Actor, Change};
use doorward::domain::clients::{self, GrantType, Metadata, NewClient};
use doorward::foundation::clock::Clock;
use doorward::foundation::crypto::jose::Algorithm;
use doorward::foundation::db::Db;

use crate::connection::Connection;
use crate::program::Program;
use crate::setting::text;

pub const REDIRECT: &str = "http://127.0.0.1:9/callback";
pub const SCOPE: &str = "openid profile email offline_access";
pub const DISCOVERY: &str = "/.well-known/openid-configuration";
/// Whom a client that acts for itself asks a token for.
const RESOURCE: &str = "https://api.example.com";

/// What signs in: two applications, and where their server listens to them.
pub struct Applications {
    /// The server's own paths of its endpoints, as its discovery document names them.
    pub endpoints: Endpoints,
    /// Whether a sign-in compares a password.
    pub passwords: bool,
    pub es256: Client,
    pub rs256: Client,
}

pub struct Endpoints {
    pub keys: String,
    pub authorize: String,
    pub token: String,
    pub userinfo: String,
    pub introspect: String,
}

pub struct Client {
    pub id: String,
    pub secret: String,
}

impl Applications {
    /// Registers both with a server of ours.
    pub async fn register(program: &Program, connection: &mut Connection) -> Self {
        Self {
            endpoints: Endpoints::discovered(connection).await,
            passwords: true,
            es256: client(program, Algorithm::Es256).await,
            rs256: client(program, Algorithm::Rs256).await,
        }
    }

    /// Those that the peer was started with.
    pub async fn of_peer(connection: &mut Connection) -> Self {
        let client = |id: &str| Client {
            id: id.to_owned(),
            secret: "secret".to_owned(),
        };
        Self {
            endpoints: Endpoints::discovered(connection).await,
            passwords: false,
            es256: client("es256"),
            rs256: client("rs256"),
        }
    }
}

impl Endpoints {
    async fn discovered(connection: &mut Connection) -> Self {
        let document = connection.get(DISCOVERY).await.expect(200).json();
        let path = |name: &str| {
            let address: hyper::Uri = text(&document[name]).parse().expect("an address");
            address.path().to_owned()
        };
        Self {
            keys: path("jwks_uri"),
            authorize: path("authorization_endpoint"),
            token: path("token_endpoint"),
            userinfo: path("userinfo_endpoint"),
            introspect: path("introspection_endpoint"),
        }
    }
}

/// Registered as the command line does it, but for the algorithm, which it does not ask for.
async fn client(program: &Program, algorithm: Algorithm) -> Client {
    let mut metadata = Metadata::new(vec![REDIRECT.to_owned()]);
    metadata.id_token_signed_response_alg = algorithm;
    metadata.grant_types.push(GrantType::ClientCredentials);
    metadata.resources = vec![RESOURCE.to_owned()];
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
