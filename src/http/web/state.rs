use std::ops::Deref;
use std::sync::Arc;

use url::Url;

use crate::foundation::clock::Clock;
use crate::foundation::crypto::seal::MasterKey;
use crate::foundation::db::Db;

/// What every door needs. Clones share it.
#[derive(Clone)]
pub struct State(Arc<Parts>);

/// What the program gives to its doors.
pub struct Basics {
    /// The database, migrated.
    pub db: Db,
    /// Where the time comes from.
    pub clock: Clock,
    /// The address that people and applications reach; it is the issuer. No trailing slash is
    /// shown when it has no path.
    pub public_url: Url,
    /// What seals readable secrets.
    pub master_key: MasterKey,
}

/// The parts of [`State`].
pub struct Parts {
    /// The database.
    pub db: Db,
    /// Where the time comes from.
    pub clock: Clock,
    /// The configured address of this server, never taken from a request's `Host`.
    pub public_url: Url,
    /// [`Parts::public_url`] as text without a trailing slash: the issuer identifier.
    pub issuer: String,
    /// What seals readable secrets.
    pub master_key: MasterKey,
}

impl State {
    /// Prepares what the doors share.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn new(basics: Basics) -> Result<Self, crate::foundation::db::Error> {
        let issuer = basics.public_url.as_str().trim_end_matches('/').to_owned();
        Ok(Self(Arc::new(Parts {
            db: basics.db,
            clock: basics.clock,
            public_url: basics.public_url,
            issuer,
            master_key: basics.master_key,
        })))
    }
}

impl Deref for State {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
