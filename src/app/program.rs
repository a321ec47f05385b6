//! A program that is ready to serve, and its end.

use std::{net::SocketAddr, sync::Arc};

use futures_util::FutureExt as _;
use tokio::net::TcpListener;

use super::{
    config::Settings,
    letters,
    listener::{self, Stopped, Wire},
    logouts,
    router::{router, router_of_clients},
    start::{StartError, migrate, open_database, state},
    tls::Identity,
    worker::Worker,
};
use crate::{foundation::clock::Clock, http::web::State};

/// A program that is ready to serve.
pub struct Program {
    /// What the doors share.
    pub state: State,
    listener: TcpListener,
    of_clients: Option<TcpListener>,
    tls: Option<Tls>,
}

/// How the server speaks TLS itself.
struct Tls {
    identity: Arc<Identity>,
    wire: Wire,
    wire_of_clients: Wire,
}

impl Program {
    /// Prepares everything: the address, the database and its schema, the keys.
    ///
    /// # Errors
    /// The first thing that stands in the way.
    pub async fn prepare(settings: &Settings, clock: Clock) -> Result<Self, StartError> {
        let tls = Identity::of(settings)?.map(Tls::new).transpose()?;
        // First of all: a second server on the same address changes nothing.
        let listener = bind(settings.listen).await?;
        let of_clients = match settings.mtls.listen.given() {
            Some(address) => Some(bind(address).await?),
            None => None,
        };
        let db = open_database(settings).await?;
        migrate(settings, &db).await?;
        let state = state(settings, db, clock).await?;
        Ok(Self {
            state,
            listener,
            of_clients,
            tls,
        })
    }

    /// Where it listens (the port, when the setting left it to the system).
    pub fn address(&self) -> Option<SocketAddr> {
        self.listener.local_addr().ok()
    }

    /// Where it listens for clients that show certificates, if it does.
    pub fn address_of_clients(&self) -> Option<SocketAddr> {
        self.of_clients.as_ref()?.local_addr().ok()
    }

    /// Serves until `stop` resolves. Then: no more connections, requests under way end,
    /// background work is handed back, the database is closed.
    pub async fn run(self, settings: &Settings, stop: impl Future<Output = ()>) {
        let worker = Worker::new(self.state.clone(), settings)
            .with(letters::send)
            .with(letters::answer_forgotten)
            .with(logouts::tell)
            .with(logouts::follow)
            .start();
        let state = self.state.clone();
        match self.serve(stop).await {
            Stopped::AllEnded => tracing::info!("every request that had begun was answered"),
            Stopped::SomeCutOff => tracing::warn!("requests that took too long were cut off"),
        }
        worker.stop().await;
        state.db.close().await;
        tracing::info!("stopped");
    }

    async fn serve(self, stop: impl Future<Output = ()>) -> Stopped {
        let stop = stop.shared();
        let (wire, wire_of_clients) = match &self.tls {
            Some(tls) => (tls.wire.clone(), tls.wire_of_clients.clone()),
            None => (Wire::Plain, Wire::Plain),
        };
        let everybody = listener::serve(
            self.listener,
            wire,
            router(self.state.clone()),
            stop.clone(),
        );
        let clients = async {
            let Some(listener) = self.of_clients else {
                return Stopped::AllEnded;
            };
            let router = router_of_clients(self.state.clone());
            listener::serve(listener, wire_of_clients, router, stop).await
        };
        let renewed = async {
            match &self.tls {
                Some(tls) => tls.identity.keep_up().await,
                None => std::future::pending().await,
            }
        };
        let served = async { tokio::join!(everybody, clients) };
        tokio::select! {
            biased;
            (one, other) = served => one.and(other),
            () = renewed => Stopped::AllEnded,
        }
    }
}

impl Tls {
    fn new(identity: Arc<Identity>) -> Result<Self, StartError> {
        Ok(Self {
            wire: Wire::Tls(identity.acceptor(false)?),
            wire_of_clients: Wire::Tls(identity.acceptor(true)?),
            identity,
        })
    }
}

async fn bind(address: SocketAddr) -> Result<TcpListener, StartError> {
    let bound = TcpListener::bind(address).await;
    bound.map_err(|source| StartError::Listen {
        address: address.to_string(),
        source,
    })
}
