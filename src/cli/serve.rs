//! `doorward serve`

use super::{Context, Outcome, stop::Stop};
use crate::app::{Program, config::Settings, telemetry};

/// Serves until told to stop.
pub(super) async fn run(context: &Context) -> Outcome {
    let settings = &context.loaded.settings;
    telemetry::start(&settings.log);
    for name in &context.loaded.unknown_variables {
        tracing::warn!(name, "a variable of the environment is no setting");
    }
    warn_of(settings);
    // Before anything else, so that a stop during the start is a stop and not a kill.
    let mut stop = Stop::listen()?;
    let program = tokio::select! {
        prepared = Program::prepare(settings, context.clock.clone()) => prepared?,
        () = stop.wait() => return Ok(()),
    };
    let address = program
        .address()
        .map(|address| address.to_string())
        .unwrap_or_default();
    let for_certificates = program.address_of_clients();
    if let Some(address) = for_certificates {
        tracing::info!(%address, "listening for clients that show certificates");
    }
    tracing::info!(
        address,
        public_url = settings.public_url.as_str(),
        database = settings.shown_database(),
        "ready"
    );
    program.run(settings, stop.wait_once()).await;
    Ok(())
}

fn warn_of(settings: &Settings) {
    if !settings.rate_limits.0 {
        tracing::warn!(
            "RATE LIMITS ARE OFF: one address can try passwords of any number of accounts. For load and conformance runs only"
        );
    }
    if !settings.public_url.is_private() {
        tracing::warn!(
            public_url = settings.public_url.as_str(),
            "the public URL is plain http: passwords and tokens travel in the clear"
        );
    }
}
