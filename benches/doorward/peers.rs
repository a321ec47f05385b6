//! Other people's servers, installed by `benches/peers/install` and run side by side.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::applications::DISCOVERY;
use crate::connection::Connection;
use crate::watched::Watched;

pub struct Peer {
    pub name: &'static str,
    pub address: String,
    pub speaks: Speaks,
    child: Child,
}

/// What a peer can be asked.
#[derive(Clone, Copy)]
pub enum Speaks {
    /// SCIM, below a path.
    Scim(&'static str),
    /// OpenID Connect, with the endpoints that its discovery document names.
    OpenIdConnect,
}

impl Peer {
    /// Starts the peer of a name.
    pub async fn start(name: &str) -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .expect("a port")
            .port();
        let installed = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/peers");
        let (name, speaks, mut command) = match name {
            "scim2-server" => (
                "scim2-server",
                Speaks::Scim(""),
                scim2_server(&installed, port),
            ),
            "scimmy" => (
                "scimmy",
                Speaks::Scim("/scim"),
                on_node("scimmy", &installed, port),
            ),
            "oidc-provider" => (
                "oidc-provider",
                Speaks::OpenIdConnect,
                on_node("oidc-provider", &installed, port),
            ),
            other => panic!("{other}: scim2-server, scimmy or oidc-provider"),
        };
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{name}: {error}; run benches/peers/install"));
        let peer = Self {
            name,
            address: format!("127.0.0.1:{port}"),
            speaks,
            child,
        };
        peer.wait().await;
        peer
    }

    async fn wait(&self) {
        let path = match self.speaks {
            Speaks::Scim(base) => format!("{base}/ServiceProviderConfig"),
            Speaks::OpenIdConnect => DISCOVERY.to_owned(),
        };
        for _ in 0..1000 {
            if let Ok(mut connection) = Connection::open(&self.address).await
                && connection.get(&path).await.status == 200
            {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        panic!("{} does not answer", self.name);
    }

    pub fn watched(&self) -> Watched {
        Watched(self.child.id())
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn scim2_server(installed: &Path, port: u16) -> Command {
    let mut command = Command::new(installed.join("scim2-server/bin/scim2-server"));
    command.args(["--port", &port.to_string()]);
    command
}

/// A peer of our own few lines around somebody's library.
fn on_node(name: &str, installed: &Path, port: u16) -> Command {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("benches/peers")
        .join(name)
        .join("server.mjs");
    let mut command = Command::new("node");
    command
        .arg(here)
        .arg(installed.join(name))
        .arg(port.to_string());
    command
}
