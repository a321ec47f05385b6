//! Log lines on standard error: for people, or a JSON object a line.
//!
//! Only this program's own lines follow the setting. Those of the crates below it
//! are kept from `warn` up, because HTTP and database crates write headers and
//! statements at lower levels, and those hold tokens and people's data.

use std::panic::PanicHookInfo;

use tracing_subscriber::{
    Layer as _, filter::Targets, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

use super::config::{LogSettings, value::LogFormat};

/// Starts logging; a second call changes nothing.
pub fn start(settings: &LogSettings) {
    let filter = Targets::new()
        .with_default(tracing::Level::WARN)
        .with_target("doorward", settings.level.0);
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let registry = tracing_subscriber::registry();
    let started = match settings.format {
        LogFormat::Json => {
            let lines = lines.json().flatten_event(true).with_span_list(false);
            registry.with(lines.with_filter(filter)).try_init()
        }
        LogFormat::Text => registry
            .with(lines.with_ansi(false).with_filter(filter))
            .try_init(),
    };
    match started {
        Ok(()) => std::panic::set_hook(Box::new(log_panic)),
        Err(_) => tracing::debug!("logging had been started before"),
    }
}

/// A panic becomes a log line like every other, in the request's span when there is one.
fn log_panic(panic: &PanicHookInfo<'_>) {
    let message = panic.payload_as_str().unwrap_or("(no message)");
    let place = panic
        .location()
        .map(ToString::to_string)
        .unwrap_or_default();
    tracing::error!(said = message, place, "panicked");
}
