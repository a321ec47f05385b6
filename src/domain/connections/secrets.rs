//! What a connection proves itself with: a bearer secret (an API key of it), and an OAuth
//! client with a secret. Both are made with it, and rotated together.

use std::time::Duration;

use serde_json::json;

use super::{Connection, ConnectionId, NotChanged, access_token, store};
use crate::domain::api_keys::{self, NewApiKey};
use crate::domain::audit::{Change, Event};
use crate::domain::clients::{
    self, AuthenticationMethod, Client, ClientId, KeyPlace, NewConnectionClient,
};
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::token::Secret;
use crate::foundation::db::Fetch;

/// Secrets that were just made: the only time that they are in the clear.
#[derive(Debug)]
pub struct Issued {
    /// The bearer secret.
    pub token: Secret,
    /// Its end, and that of the client's secret.
    pub expires_at: Timestamp,
    /// The OAuth client.
    pub client_id: ClientId,
    /// Its secret; none when it proves itself with a key.
    pub client_secret: Option<Secret>,
}

/// Makes the first secrets of a connection.
///
/// # Errors
/// It would live too long.
pub async fn issue(
    change: &mut Change,
    connection: &Connection,
    lifetime: Duration,
) -> Result<Issued, NotChanged> {
    let key = issue_key(change, connection, lifetime).await?;
    let registered = clients::register_for(
        change,
        NewConnectionClient {
            connection: connection.id,
            name: connection.name.clone(),
            scope: access_token::SCOPE.parse().unwrap_or_default(),
            lifetime,
        },
    )
    .await?;
    Ok(Issued {
        token: key.secret,
        expires_at: key.expires_at,
        client_id: registered.id,
        client_secret: registered.secret,
    })
}

async fn issue_key(
    change: &mut Change,
    connection: &Connection,
    lifetime: Duration,
) -> Result<api_keys::Issued, NotChanged> {
    let wanted = NewApiKey {
        name: connection.name.clone(),
        owner: None,
        scopes: [api_keys::Scope::Scim].into_iter().collect(),
        lifetime,
    };
    Ok(api_keys::create_for(change, connection.id, wanted).await?)
}

/// Makes second secrets and ends the first ones after `overlap`. Without an overlap, access
/// tokens that were given out end as well: that is what is wanted when a secret has leaked.
/// `lifetime` is for a connection whose secrets have all ended; others live as long as the
/// newest was given.
///
/// # Errors
/// There is no such connection, it has no secrets to rotate, or a rotation is under way.
pub async fn rotate(
    change: &mut Change,
    id: ConnectionId,
    overlap: Duration,
    lifetime: Duration,
) -> Result<Issued, NotChanged> {
    let connection = store::lock(change, id).await?;
    let connection = connection.ok_or(NotChanged::NoSuchConnection(id))?;
    let client = client_of(&mut *change, id).await?;
    let client = client.ok_or(NotChanged::NoSecrets(id))?;
    let key = match api_keys::newest_of(&mut *change, id).await? {
        Some(key) => match api_keys::rotate(change, key, overlap).await {
            Err(api_keys::NotChanged::Expired(_)) => {
                issue_key(change, &connection, lifetime).await?
            }
            rotated => rotated?,
        },
        None => issue_key(change, &connection, lifetime).await?,
    };
    let client_secret = if has_keys(&client) {
        None
    } else {
        let lifetime = key.expires_at.since(change.now());
        Some(clients::rotate_secret(change, &client.id, overlap, lifetime).await?)
    };
    if overlap.is_zero() {
        end_tokens(change, id).await?;
    }
    change.record(Event::new("connection.rotated").subject("connection", id));
    Ok(Issued {
        token: key.secret,
        expires_at: key.expires_at,
        client_id: client.id,
        client_secret,
    })
}

fn has_keys(client: &Client) -> bool {
    client.metadata.token_endpoint_auth_method == Some(AuthenticationMethod::PrivateKeyJwt)
}

/// Tokens carry whole seconds: those of this second end, too.
pub(super) async fn end_tokens(change: &mut Change, id: ConnectionId) -> Result<(), NotChanged> {
    let next = Timestamp::from_millis((change.now().seconds() + 1) * 1000);
    store::end_tokens(change, id, next).await?;
    Ok(store::advance_revision(change).await?)
}

/// Has the client of a connection prove itself with a key; its secret ends.
///
/// # Errors
/// There is no such connection or client, or the keys cannot be used.
pub async fn use_keys(
    change: &mut Change,
    id: ConnectionId,
    keys: KeyPlace,
) -> Result<ClientId, NotChanged> {
    let client = client_of(&mut *change, id).await?;
    let client = client.ok_or(NotChanged::NoSecrets(id))?;
    clients::use_keys(change, &client, keys).await?;
    change.record(
        Event::new("connection.keys_registered")
            .subject("connection", id)
            .detail(json!({ "client": client.id.as_str() })),
    );
    Ok(client.id)
}

/// The OAuth client of a connection.
///
/// # Errors
/// When the database cannot answer.
pub async fn client_of(from: impl Fetch, id: ConnectionId) -> Result<Option<Client>, NotChanged> {
    let all = clients::list(from).await?;
    Ok(all.into_iter().find(|client| client.connection == Some(id)))
}
