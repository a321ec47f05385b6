//! A world of its own for each test: a database, a clock that the test moves, and a server on
//! a port of its own.
#![allow(
    dead_code,
    missing_docs,
    reason = "each test binary uses its part of it"
)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

pub mod everything;
pub mod mmdb;

use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use doorward::domain::credentials::webauthn::WebauthnRules;
use doorward::domain::mail::Outgoing;
use doorward::domain::signin::Lifetimes;
use doorward::foundation::clock::{Clock, Timestamp};
use doorward::foundation::crypto::password::{Cost, PasswordPool};
use doorward::foundation::crypto::random;
use doorward::foundation::crypto::seal::MasterKey;
use doorward::foundation::db::{Db, Fetch, composed_sql, sql};
use doorward::foundation::mail::{Letter, Mailer};
use doorward::foundation::outbound::{Outbound, Rules};
use doorward::http::web::{Basics, Brand, Offer, State, TrustedProxies, letters};
use tokio::net::TcpListener;
use tokio::sync::OnceCell;
use url::Url;

/// Hashes that cost next to nothing: what they are worth is tested where they are made.
pub const SMALL_HASHES: Cost = Cost {
    memory_kib: 64,
    passes: 1,
    lanes: 1,
};

/// The two databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// What a test works with.
pub struct World {
    pub engine: Engine,
    pub db: Db,
    pub clock: Clock,
    pub state: State,
    /// `http://localhost:PORT`, where [`World::serve`] answers; it is the issuer.
    pub base: String,
    listener: std::net::TcpListener,
    _folder: tempfile::TempDir,
}

/// A server that answers until the test ends.
pub struct Server {
    pub base: String,
    pub http: reqwest::Client,
}

impl World {
    pub async fn new(engine: Engine) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let db = fresh_database(engine, &folder).await;
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("its address").port();
        let base = format!("http://localhost:{port}");
        let clock = Clock::manual(start_of_tests());
        let state = State::new(basics(&db, &clock, &base))
            .await
            .expect("the state");
        Self {
            engine,
            db,
            clock,
            state,
            base,
            listener,
            _folder: folder,
        }
    }

    /// The same world over other basics: another public URL, another pool.
    pub async fn with(mut self, change: impl FnOnce(&mut Basics)) -> Self {
        let mut basics = basics(&self.db, &self.clock, &self.base);
        basics.master_key = self.state.master_key.clone();
        change(&mut basics);
        self.state = State::new(basics).await.expect("the state");
        self
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The same world with a mail server: what is sent waits to be read by [`World::letters`].
    pub async fn with_mail(self) -> Self {
        self.with(|basics| {
            basics.mailer = Mailer::new("file:letters", "doorward@example.com").expect("a mailer");
        })
        .await
    }

    /// The letters that wait to be sent, written as they would be now, oldest first.
    pub async fn letters(&self) -> Vec<Letter> {
        let waiting = sql("select payload from jobs where kind = 'mail.send' order by id");
        let rows = (&self.db).fetch_all(waiting).await.expect("the jobs");
        let mut letters = Vec::new();
        for row in rows {
            let outgoing: Outgoing = row.json("payload").expect("a letter");
            let key = &self.state.master_key;
            let addressed = outgoing.addressed(key, &self.db, self.now()).await;
            if let Some(addressed) = addressed.expect("a letter that opens") {
                letters.push(letters::write(&self.state, &addressed).expect("a letter"));
            }
        }
        letters
    }

    /// Serves `router` at [`World::base`]. The client follows no redirect and keeps no cookie.
    pub fn serve(&self, router: Router) -> Server {
        let listener = self.listener.try_clone().expect("the port");
        listener.set_nonblocking(true).expect("a listener");
        let listener = TcpListener::from_std(listener).expect("a listener");
        tokio::spawn(async move {
            let service = router.into_make_service_with_connect_info::<std::net::SocketAddr>();
            axum::serve(listener, service).await.expect("the server");
        });
        let http = reqwest::Client::builder()
            .tls_certs_only([])
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .resolve("localhost", ([127, 0, 0, 1], 0).into())
            .build()
            .expect("a client");
        Server {
            base: self.base.clone(),
            http,
        }
    }
}

fn basics(db: &Db, clock: &Clock, base: &str) -> Basics {
    Basics {
        db: db.clone(),
        clock: clock.clone(),
        public_url: Url::parse(base).expect("a URL"),
        master_key: MasterKey::generate(),
        passwords: PasswordPool::new(SMALL_HASHES).expect("a cost within bounds"),
        lifetimes: Lifetimes::default(),
        mfa: doorward::domain::mfa::Rules::default(),
        account: doorward::domain::account::Rules::default(),
        tries: doorward::domain::tries::Policy::default(),
        trusted_proxies: TrustedProxies::none(),
        outbound: outbound(Rules::strict()),
        offer: Offer::default(),
        brand: Brand::default(),
        keys: doorward::domain::signing_keys::Rules::default(),
        tokens: doorward::domain::grants::TokenRules::default(),
        mailer: Mailer::new("", "doorward@example.com").expect("no mail server"),
        password_policy: doorward::domain::credentials::Policy::default(),
        webauthn: WebauthnRules::default(),
        atlas: None,
    }
}

/// The client for calls to other servers.
pub fn outbound(rules: Rules) -> Outbound {
    Outbound::new(rules).expect("the outbound client")
}

pub fn start_of_tests() -> Timestamp {
    Timestamp::parse_rfc3339("2026-11-21T09:00:00Z").expect("a date")
}

/// An empty database with the newest schema.
async fn fresh_database(engine: Engine, folder: &tempfile::TempDir) -> Db {
    match engine {
        Engine::Sqlite => {
            let path = folder.path().join("doorward.db");
            std::fs::copy(sqlite_template().await, &path).expect("a copy of the template");
            open(&format!("sqlite:{}", path.display())).await
        }
        Engine::Postgres => {
            let db = empty_database(engine, folder).await;
            db.migrate().await.expect("the schema");
            db
        }
    }
}

/// A database with no schema at all.
pub async fn empty_database(engine: Engine, folder: &tempfile::TempDir) -> Db {
    open(&empty_database_url(engine, folder).await).await
}

/// The address of a database with no schema at all: for tests that start the program.
pub async fn empty_database_url(engine: Engine, folder: &tempfile::TempDir) -> String {
    match engine {
        Engine::Sqlite => format!("sqlite:{}", folder.path().join("doorward.db").display()),
        Engine::Postgres => {
            let cluster = std::env::var("DOORWARD_TEST_POSTGRES").expect(
                "DOORWARD_TEST_POSTGRES must hold the address of a cluster: see tests/postgres",
            );
            static NUMBER: AtomicU32 = AtomicU32::new(0);
            let schema = format!(
                "test_{:016x}_{}",
                u64::from_le_bytes(random::bytes()),
                NUMBER.fetch_add(1, Ordering::Relaxed)
            );
            let admin = open(&cluster).await;
            let mut tx = admin.begin().await.expect("a transaction");
            tx.execute(composed_sql(format!("create schema {schema}")))
                .await
                .expect("a schema");
            tx.commit().await.expect("a schema");
            admin.close().await;
            let separator = if cluster.contains('?') { '&' } else { '?' };
            format!("{cluster}{separator}options[search_path]={schema}")
        }
    }
}

async fn open(url: &str) -> Db {
    Db::open(url).await.expect("a database")
}

/// Migrating once and copying the file is faster than migrating for each test.
async fn sqlite_template() -> std::path::PathBuf {
    static TEMPLATE: OnceCell<(tempfile::TempDir, std::path::PathBuf)> = OnceCell::const_new();
    let (_, path) = TEMPLATE
        .get_or_init(|| async {
            let folder = tempfile::tempdir().expect("a temporary folder");
            let path = folder.path().join("template.db");
            let db = open(&format!("sqlite:{}", path.display())).await;
            db.migrate().await.expect("the schema");
            db.close().await;
            (folder, path)
        })
        .await;
    path.clone()
}

/// Runs one story on SQLite and on PostgreSQL.
#[macro_export]
macro_rules! on_both_engines {
    ($($(#[$meta:meta])* async fn $name:ident($world:ident : World) $body:block)+) => { $(
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            async fn story($world: $crate::support::World) $body

            $(#[$meta])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                story($crate::support::World::new($crate::support::Engine::Sqlite).await).await;
            }

            $(#[$meta])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                story($crate::support::World::new($crate::support::Engine::Postgres).await).await;
            }
        }
    )+ };
}
