//! What a person cannot change, and who can.

use super::Owner;
use crate::domain::{
    account::Lock,
    audit::ConnectionId,
    connections::{Connection, Kind},
};

impl Owner {
    /// Who can change what is locked, in a sentence.
    pub(super) fn locked(&self, lock: Lock) -> String {
        let t = self.frame();
        match lock {
            Lock::Setting => t.profile_by_administrator().to_owned(),
            Lock::Source(id) => match self.source(id) {
                Some(source) => t.profile_comes_from(&source).to_string(),
                None => t.profile_comes_from_organisation().to_owned(),
            },
        }
    }

    /// A source as people know it: by its name, and by the product that stands behind it.
    fn source(&self, id: ConnectionId) -> Option<String> {
        let connection = self.state.connections.get(id)?;
        Some(named(&connection))
    }
}

fn named(connection: &Connection) -> String {
    let product = match connection.kind {
        Kind::Entra => "Microsoft Entra ID",
        Kind::Onelogin => "OneLogin",
        Kind::Okta => "Okta",
        Kind::Generic => return connection.name.clone(),
    };
    if connection.name.eq_ignore_ascii_case(product) {
        return product.to_owned();
    }
    format!("{product} ({})", connection.name)
}
