//! Registering an application.

use serde_json::json;

use super::{ClientId, InvalidMetadata, Metadata, Scope, scope, store};
use crate::domain::audit::{Change, Event};
use crate::foundation::crypto::token::Secret;
use crate::foundation::db;
use crate::foundation::id::new_uuid;

/// What a secret begins with, so that scanners and people recognise it.
const SECRET_PREFIX: &str = "dwcs_";
const LONGEST_NAME: usize = 200;

/// An application to be registered.
pub struct NewClient {
    /// What people read on the consent page.
    pub name: String,
    /// Whether it can keep a secret.
    pub confidential: bool,
    /// What it registers.
    pub metadata: Metadata,
    /// The most that it may ask for.
    pub scope: Scope,
}

/// A registered application, with the secret that is shown this once.
pub struct Registered {
    /// Its identifier.
    pub id: ClientId,
    /// Its secret, unless it is public.
    pub secret: Option<Secret>,
}

/// Why an application was not registered.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// People have to recognise it.
    #[error("a name of 1 to {LONGEST_NAME} characters is needed")]
    Name,
    /// A word of the scope means nothing to this server.
    #[error("unknown scope {0:?}")]
    Scope(String),
    /// What it registers does not fit together.
    #[error(transparent)]
    Metadata(#[from] InvalidMetadata),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// Registers an application.
pub async fn register(change: &mut Change, new: NewClient) -> Result<Registered, Refused> {
    let name = new.name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control)
    {
        return Err(Refused::Name);
    }
    let known = |word: &str| scope::KNOWN.iter().any(|(known, _)| *known == word);
    if let Some(word) = new.scope.words().find(|word| !known(word)) {
        return Err(Refused::Scope(word.to_owned()));
    }
    new.metadata.check(new.confidential)?;
    let id = ClientId::new(change.now());
    store::insert_client(change, &id, &new).await?;
    let secret = new.confidential.then(|| Secret::generate(SECRET_PREFIX));
    if let Some(secret) = &secret {
        let secret_id = new_uuid(change.now()).hyphenated().to_string();
        store::insert_secret(change, &id, &secret_id, &secret.digest()).await?;
    }
    store::advance_revision(change).await?;
    change.record(
        Event::new("client.registered")
            .subject("client", &id)
            .detail(json!({
                "name": name,
                "redirect_uris": new.metadata.redirect_uris,
                "scope": new.scope,
            })),
    );
    Ok(Registered { id, secret })
}
