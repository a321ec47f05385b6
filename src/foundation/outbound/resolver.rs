//! Names to addresses, of which only those are handed on that may be connected to. What is
//! handed on is what is connected to: nothing resolves the name a second time.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::address::is_public;

/// Resolves a name to addresses.
pub type Lookup = Arc<
    dyn Fn(String) -> Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>> + Send + Sync,
>;

/// As the system resolves.
pub fn system_lookup() -> Lookup {
    Arc::new(|name| {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    })
}

type Predicate = Arc<dyn Fn(IpAddr) -> bool + Send + Sync>;

/// What may be connected to.
#[derive(Clone)]
pub(super) enum Allowed {
    /// Public addresses and those that an administrator named.
    PublicAnd(Predicate),
    /// Those that an administrator named.
    Only(Predicate),
}

/// No address of a name may be connected to.
#[derive(Debug)]
pub(super) enum NotAllowed {
    NotPublic,
    NotEncrypted,
}

impl fmt::Display for NotAllowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no address of the name may be connected to")
    }
}

impl std::error::Error for NotAllowed {}

impl Allowed {
    fn permits(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        match self {
            Self::PublicAnd(named) => is_public(address) || named(address),
            Self::Only(named) => named(address),
        }
    }

    fn refusal(&self) -> NotAllowed {
        match self {
            Self::PublicAnd(_) => NotAllowed::NotPublic,
            Self::Only(_) => NotAllowed::NotEncrypted,
        }
    }
}

pub(super) struct Guarded {
    lookup: Lookup,
    allowed: Allowed,
}

impl Guarded {
    pub(super) fn new(lookup: Lookup, allowed: Allowed) -> Self {
        Self { lookup, allowed }
    }
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let found = (self.lookup)(name.as_str().to_owned());
        let allowed = self.allowed.clone();
        Box::pin(async move {
            let found = found.await?;
            // One forbidden address among several refuses the name: an honest server has none.
            if found.is_empty() || !found.iter().all(|address| allowed.permits(*address)) {
                return Err(allowed.refusal().into());
            }
            let addresses = found.into_iter().map(|address| SocketAddr::new(address, 0));
            Ok(Box::new(addresses) as Addrs)
        })
    }
}
