//! The server program: built, started, watched from outside, stopped.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::connection::Connection;
use crate::options::Options;
use crate::watched::Watched;

/// The program of `DOORWARD_BIN`, or the one that Cargo built beside this driver.
pub fn binary() -> PathBuf {
    std::env::var_os("DOORWARD_BIN").map_or_else(
        || PathBuf::from(env!("CARGO_BIN_EXE_doorward")),
        PathBuf::from,
    )
}

/// Where a server keeps its rows.
pub enum Database {
    Sqlite,
    /// The cluster, and whether it was started here.
    Postgres {
        server: String,
        own: bool,
    },
}

/// An empty folder and an empty database.
pub struct Place {
    folder: tempfile::TempDir,
    database_url: Option<String>,
}

impl Database {
    pub fn all(options: &Options) -> Vec<Self> {
        let wanted = |name: &str| {
            options
                .engine
                .as_deref()
                .is_none_or(|engine| engine == name)
        };
        let mut all = Vec::new();
        if wanted("sqlite") {
            all.push(Self::Sqlite);
        }
        if wanted("postgres") {
            let given = std::env::var("DOORWARD_TEST_POSTGRES").ok();
            all.push(Self::Postgres {
                own: given.is_none(),
                server: given.unwrap_or_else(|| {
                    postgres_script("start", "");
                    postgres_script("url", "")
                }),
            });
        }
        all
    }

    pub fn engine(&self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres { .. } => "postgres",
        }
    }

    pub fn fresh(&self) -> Place {
        let folder = tempfile::tempdir().expect("a folder");
        let database_url = match self {
            Self::Sqlite => None,
            Self::Postgres { server, .. } => Some(postgres_script("fresh", server)),
        };
        Place {
            folder,
            database_url,
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Self::Postgres { own: true, .. } = self {
            postgres_script("stop", "");
        }
    }
}

fn postgres_script(command: &str, server: &str) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/postgres");
    let ran = Command::new(script)
        .arg(command)
        .env("DOORWARD_TEST_POSTGRES", server)
        .stderr(Stdio::inherit())
        .output()
        .expect("tests/postgres");
    assert!(ran.status.success(), "tests/postgres {command} failed");
    String::from_utf8_lossy(&ran.stdout).trim().to_owned()
}

/// A server that runs.
pub struct Program {
    binary: PathBuf,
    place: Option<Place>,
    child: Child,
    pub address: String,
    started: Duration,
}

impl Program {
    pub async fn start(binary: &Path, place: Place) -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .expect("a port")
            .port();
        let address = format!("127.0.0.1:{port}");
        let began = Instant::now();
        let child = command(binary, &place, &address)
            .arg("serve")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let mut program = Self {
            binary: binary.to_owned(),
            place: Some(place),
            child,
            address,
            started: Duration::ZERO,
        };
        program.started = program.first_answer(began).await;
        program
    }

    async fn first_answer(&mut self, began: Instant) -> Duration {
        loop {
            if let Ok(mut connection) = Connection::open(&self.address).await
                && connection.get("/readyz").await.status == 200
            {
                return began.elapsed();
            }
            let ended = self.child.try_wait().expect("its state");
            assert!(ended.is_none(), "the program ended at once: {ended:?}");
            assert!(
                began.elapsed() < Duration::from_secs(60),
                "no answer in a minute"
            );
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Runs a command of the same program on the same data.
    pub fn run(&self, words: &[&str], input: &str) -> serde_json::Value {
        let place = self.place.as_ref().expect("a running program");
        let mut child = command(&self.binary, place, &self.address)
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the command starts");
        let mut stdin = child.stdin.take().expect("its input");
        stdin.write_all(input.as_bytes()).expect("its input");
        drop(stdin);
        let done = child.wait_with_output().expect("its output");
        assert!(done.status.success(), "{words:?} failed");
        serde_json::from_slice(&done.stdout).unwrap_or_default()
    }

    pub fn database_url(&self) -> String {
        let place = self.place.as_ref().expect("a running program");
        let embedded = || {
            format!(
                "sqlite:{}",
                place.folder.path().join("doorward.db").display()
            )
        };
        place.database_url.clone().unwrap_or_else(embedded)
    }

    pub fn watched(&self) -> Watched {
        Watched(self.child.id())
    }

    /// Stops it as an operator would, and gives back its place.
    fn stop(mut self) -> Place {
        let _ = Command::new("kill")
            .arg(self.child.id().to_string())
            .status();
        let _ = self.child.wait();
        self.place.take().expect("its place")
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(binary: &Path, place: &Place, address: &str) -> Command {
    let mut command = Command::new(binary);
    let port = address.rsplit(':').next().unwrap_or_default();
    command
        .env("DOORWARD_DATA_DIR", place.folder.path())
        .env("DOORWARD_LISTEN", address)
        .env("DOORWARD_PUBLIC_URL", format!("http://localhost:{port}"))
        .env("DOORWARD_RATE_LIMITS", "off")
        .env_remove("DOORWARD_DATABASE_URL");
    if let Some(url) = &place.database_url {
        command.env("DOORWARD_DATABASE_URL", url);
    }
    command
}

/// Times to the first answer: on empty places, and on ones that were served before.
pub async fn start_times(binary: &Path, database: &Database) -> [Vec<Duration>; 2] {
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..5 {
        let program = Program::start(binary, database.fresh()).await;
        times[0].push(program.started);
        let program = Program::start(binary, program.stop()).await;
        times[1].push(program.started);
    }
    times
}
