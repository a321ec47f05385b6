//! Being told to stop: SIGTERM (a service manager) or SIGINT (Ctrl-C).

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::app::StartError;

/// Listens for both signals from its making on.
pub(super) struct Stop {
    terminate: Signal,
    interrupt: Signal,
}

impl Stop {
    /// Listens from now on, so that a stop during the start is a stop and not a kill.
    pub(super) fn listen() -> Result<Self, StartError> {
        let listen = |kind| signal(kind).map_err(StartError::Signals);
        Ok(Self {
            terminate: listen(SignalKind::terminate())?,
            interrupt: listen(SignalKind::interrupt())?,
        })
    }

    /// Waits for the next signal.
    pub(super) async fn wait(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }

    /// Waits for a signal; from then on, another one ends the process at once.
    pub(super) async fn wait_once(mut self) {
        self.wait().await;
        tracing::info!("stopping");
        tokio::spawn(async move {
            self.wait().await;
            tracing::warn!("told to stop again: ending at once");
            std::process::exit(1);
        });
    }
}
