//! The real binary, serving.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use serde_json::Value as Json;

use crate::support::{Engine, empty_database_url};

pub struct Installation {
    pub folder: tempfile::TempDir,
    pub database: String,
}

/// A server that ends with the test, at the latest.
pub struct Running {
    pub child: Child,
    pub address: SocketAddr,
    errors: BufReader<std::process::ChildStderr>,
}

impl Installation {
    pub async fn new(engine: Engine) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = empty_database_url(engine, &folder).await;
        Self { folder, database }
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_doorward"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .env("DOORWARD_DATABASE_URL", &self.database)
            .env("DOORWARD_LISTEN", "127.0.0.1:0")
            .env("DOORWARD_LOG_FORMAT", "json")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub fn serve(&self) -> Running {
        serve(self.command(&["serve"]))
    }
}

#[allow(
    clippy::zombie_processes,
    reason = "`Running` ends it, at the latest when it is dropped"
)]
/// Starts a server and waits until it says that it is ready.
pub fn serve(mut command: Command) -> Running {
    let mut child = command.spawn().unwrap();
    let mut errors = BufReader::new(child.stderr.take().unwrap());
    loop {
        let mut line = String::new();
        assert_ne!(
            errors.read_line(&mut line).unwrap(),
            0,
            "it ended: {:?}",
            child.wait()
        );
        let said: Json = serde_json::from_str(&line).unwrap_or_else(|_| panic!("not JSON: {line}"));
        if said["message"] == "ready" {
            let address = said["address"].as_str().unwrap().parse().unwrap();
            return Running {
                child,
                address,
                errors,
            };
        }
    }
}

impl Running {
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        stream
    }

    /// One request on a connection of its own; the whole answer.
    pub fn get(&self, path: &str) -> String {
        let mut stream = self.connect();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args(["-s", name, &self.child.id().to_string()])
            .status();
        assert!(sent.unwrap().success());
    }

    /// Waits for the end; the status and everything that was logged.
    pub fn ended(mut self) -> (ExitStatus, Vec<Json>) {
        let mut rest = String::new();
        self.errors.read_to_string(&mut rest).unwrap();
        let lines = rest
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        (self.child.wait().unwrap(), lines)
    }

    pub fn stop(self) -> Vec<Json> {
        self.signal("TERM");
        let (status, lines) = self.ended();
        assert!(status.success(), "{status}");
        lines
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs one story with the real binary over each database.
#[macro_export]
macro_rules! with_an_installation {
    ($(async fn $name:ident($installation:ident: Installation) $body:block)+) => { $(
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            async fn story($installation: $crate::running::Installation) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                story($crate::running::Installation::new($crate::support::Engine::Sqlite).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                story($crate::running::Installation::new($crate::support::Engine::Postgres).await).await;
            }
        }
    )+ };
}
