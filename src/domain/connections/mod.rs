//! Owns provisioning sources: which there are, how each is treated, what it proves itself
//! with, and the snapshot of them that every request reads. Its bearer secrets are API keys
//! and its OAuth client is a client; the keys and clients are owned by those modules. Does
//! not own what a source provisions (`directory`), nor what it did (`ledger`).

pub mod access_token;
mod registry;
pub mod secrets;
mod settings;
mod store;
pub mod trust;

use serde_json::json;

pub use registry::Registry;
pub use settings::{
    BareMembersRemove, Brake, InvalidSetting, Kind, Settings, UnknownKind, UnknownMembers,
};

pub use super::audit::ConnectionId;
pub use trust::{Trust, TrustedIssuer, TrustedIssuerId};

use super::{
    api_keys,
    audit::{Change, Event},
    clients,
};
use crate::foundation::{
    clock::Timestamp,
    db::{Error, Fetch},
};

/// The path of the SCIM door.
pub const SCIM_PATH: &str = "/scim/v2";
const MOST_NAME_CHARS: usize = 100;

/// A provisioning source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// Its id.
    pub id: ConnectionId,
    /// What people call it.
    pub name: String,
    /// What stands at its other end.
    pub kind: Kind,
    /// How it is treated.
    pub settings: Settings,
    /// Since when it may do nothing.
    pub disabled_at: Option<Timestamp>,
    /// Access tokens that were issued before are refused.
    pub tokens_since: Timestamp,
    /// Foreign issuers that may speak for it.
    pub trusted: Vec<TrustedIssuer>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// The address of the SCIM door of an issuer: what provisioning clients are given, and the
/// audience of their access tokens.
pub fn scim_url(issuer: &str) -> String {
    format!("{issuer}{SCIM_PATH}")
}

impl Connection {
    /// Whether it may do anything at all.
    pub fn is_enabled(&self) -> bool {
        self.disabled_at.is_none()
    }

    /// Whether its requests are answered as if, and change nothing.
    pub fn dry_run(&self) -> bool {
        self.settings.dry_run
    }
}

/// Why a connection is not made or changed.
#[derive(Debug, thiserror::Error)]
pub enum NotChanged {
    /// There is none of that id.
    #[error("there is no connection {0}")]
    NoSuchConnection(ConnectionId),
    /// Another has the name.
    #[error("another connection has the name {0:?}")]
    NameTaken(String),
    /// The name is empty, too long, or holds control characters.
    #[error("the name of a connection has 1 to {MOST_NAME_CHARS} characters")]
    Name,
    /// A setting cannot be set so.
    #[error(transparent)]
    Setting(#[from] InvalidSetting),
    /// It has no OAuth client: the built-in connection.
    #[error(
        "connection {0} has no secrets of its own: its secrets are API keys without a connection"
    )]
    NoSecrets(ConnectionId),
    /// It does not trust such an issuer.
    #[error("the connection does not trust {0}")]
    NotTrusted(TrustedIssuerId),
    /// The issuer is no address.
    #[error("an issuer is an https address without query and fragment")]
    Issuer,
    /// Issuer, subject or audience is empty, too long, or holds control characters.
    #[error("issuer, subject and audience have 1 to 500 characters each")]
    Trust,
    /// The built-in connection is what API keys act for.
    #[error("the built-in connection cannot be disabled: revoke its API keys")]
    BuiltIn,
    /// An API key of it is not made or rotated.
    #[error(transparent)]
    ApiKey(#[from] api_keys::NotChanged),
    /// The client of it is not made or changed.
    #[error(transparent)]
    Client(#[from] clients::Refused),
    /// The database cannot answer.
    #[error(transparent)]
    Database(#[from] Error),
}

/// Makes a connection with the settings of its kind. Its secrets are made apart.
///
/// # Errors
/// The name cannot be used.
pub async fn create(change: &mut Change, name: &str, kind: Kind) -> Result<Connection, NotChanged> {
    let name = name.trim();
    let chars = name.chars().count();
    if chars == 0 || chars > MOST_NAME_CHARS || name.chars().any(char::is_control) {
        return Err(NotChanged::Name);
    }
    let now = change.now();
    let connection = Connection {
        id: ConnectionId::new(now),
        name: name.to_owned(),
        kind,
        settings: kind.preset(),
        disabled_at: None,
        tokens_since: now,
        trusted: Vec::new(),
        created_at: now,
    };
    store::insert(change, &connection).await.map_err(|error| {
        if error.violates("connections.name") {
            NotChanged::NameTaken(name.to_owned())
        } else {
            NotChanged::Database(error)
        }
    })?;
    store::advance_revision(change).await?;
    change.record(
        Event::new("connection.created")
            .subject("connection", connection.id)
            .detail(json!({ "name": name, "kind": kind.word() })),
    );
    Ok(connection)
}

/// Sets settings by their names.
///
/// # Errors
/// There is no such connection, or a value does not suit its setting.
pub async fn set(
    change: &mut Change,
    id: ConnectionId,
    pairs: &[(String, String)],
) -> Result<Connection, NotChanged> {
    let found = store::lock(change, id).await?;
    let mut connection = found.ok_or(NotChanged::NoSuchConnection(id))?;
    for (name, value) in pairs {
        connection.settings.set(name, value)?;
    }
    store::update_settings(change, id, &connection.settings).await?;
    store::advance_revision(change).await?;
    let values: serde_json::Map<_, _> = pairs
        .iter()
        .map(|(name, value)| (name.clone(), value.as_str().into()))
        .collect();
    change.record(
        Event::new("connection.set")
            .subject("connection", id)
            .detail(values.into()),
    );
    Ok(connection)
}

/// Ends all that a connection may do, at once, or allows it again. Access tokens that it had
/// are not brought back; its secrets are good again.
///
/// # Errors
/// There is no such connection, or it is the built-in one.
pub async fn set_enabled(
    change: &mut Change,
    id: ConnectionId,
    enabled: bool,
) -> Result<(), NotChanged> {
    if id.is_built_in() {
        return Err(NotChanged::BuiltIn);
    }
    let found = store::lock(change, id).await?;
    let connection = found.ok_or(NotChanged::NoSuchConnection(id))?;
    if connection.is_enabled() == enabled {
        change.unrecorded("it was so already");
        return Ok(());
    }
    let disabled_at = (!enabled).then(|| change.now());
    store::set_disabled(change, id, disabled_at).await?;
    secrets::end_tokens(change, id).await?;
    let action = if enabled {
        "connection.enabled"
    } else {
        "connection.disabled"
    };
    change.record(Event::new(action).subject("connection", id));
    Ok(())
}

/// The connection of this id, as the database has it.
///
/// # Errors
/// When the database cannot answer.
pub async fn find(from: impl Fetch, id: ConnectionId) -> Result<Option<Connection>, Error> {
    store::one(from, id).await
}

/// All connections, the oldest first; for people to look at. Requests ask the [`Registry`].
///
/// # Errors
/// When the database cannot answer.
pub async fn list(from: impl Fetch) -> Result<Vec<Connection>, Error> {
    store::all(from).await
}
