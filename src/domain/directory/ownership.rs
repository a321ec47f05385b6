//! Whose a user or group is, and whose its attributes are: the connection's that wrote them
//! first. So two sources do not undo each other's work by turns.
//!
//! The built-in connection, administrators and the server itself own nothing and are refused
//! nothing. A source's own name for a resource is not shared, so nobody owns it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{Refusal, store};
use crate::domain::audit::{Change, ConnectionId};
use crate::foundation::db::{Error, Fetch};

/// Whose something is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ownership {
    /// The connection that created it; none when it was not a connection.
    pub creator: Option<ConnectionId>,
    /// The attributes that each connection owns, by their SCIM names.
    pub attributes: BTreeMap<ConnectionId, BTreeSet<String>>,
}

/// The connection that is held to ownership in a change.
pub(super) fn source(change: &Change) -> Option<ConnectionId> {
    change.connection().filter(|source| !source.is_built_in())
}

/// Refuses what only the connection that created something may do: to delete it.
///
/// # Errors
/// Another connection created it.
pub fn check_deletion(change: &Change, ownership: &Ownership) -> Result<(), Refusal> {
    match (source(change), ownership.creator) {
        (Some(source), Some(owner)) if source != owner => Err(Refusal::CreatedByAnother { owner }),
        _ => Ok(()),
    }
}

/// Takes what a connection owns from it, of up to `most` users or groups: others may write it
/// then. How many there were; none when there is no more.
///
/// # Errors
/// When the database cannot answer.
pub async fn release(
    change: &mut Change,
    connection: ConnectionId,
    resource: Owned,
    most: i64,
) -> Result<u64, Error> {
    let owners = store::owned_by(change, connection, resource, most).await?;
    let mut released = 0;
    for (id, mut ownership) in owners {
        if ownership.release(connection) {
            store::update_ownership(change, resource, &id, &ownership).await?;
            released += 1;
        }
    }
    Ok(released)
}

/// How many users a connection has created that are still there.
///
/// # Errors
/// When the database cannot answer.
pub async fn count_created(from: impl Fetch, connection: ConnectionId) -> Result<i64, Error> {
    store::count_created(from, connection).await
}

/// What can be owned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owned {
    /// A user.
    User,
    /// A group.
    Group,
}

impl Ownership {
    /// That of something which is being created with these attributes.
    pub(super) fn of_new<'a>(
        source: Option<ConnectionId>,
        attributes: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let mut new = Self {
            creator: source,
            attributes: BTreeMap::new(),
        };
        if let Some(source) = source {
            let own = attributes.into_iter().map(str::to_owned).collect();
            new.attributes.insert(source, own);
        }
        new
    }

    /// The owner of an attribute.
    pub fn owner_of(&self, attribute: &str) -> Option<ConnectionId> {
        let mut all = self.attributes.iter();
        all.find_map(|(owner, own)| own.contains(attribute).then_some(*owner))
    }

    /// Whether the attribute is another's than `source`'s, which may then not change it.
    pub fn is_foreign(&self, source: ConnectionId, attribute: &str) -> bool {
        !source.is_built_in()
            && self
                .owner_of(attribute)
                .is_some_and(|owner| owner != source)
    }

    /// Takes an attribute that `source` is about to write; whether that was a change.
    pub(super) fn claim(
        &mut self,
        source: Option<ConnectionId>,
        attribute: &str,
    ) -> Result<bool, Refusal> {
        let Some(source) = source else {
            return Ok(false);
        };
        match self.owner_of(attribute) {
            Some(owner) if owner != source => Err(Refusal::OwnedByAnother {
                attribute: attribute.to_owned(),
                owner,
            }),
            Some(_) => Ok(false),
            None => {
                let own = self.attributes.entry(source).or_default();
                Ok(own.insert(attribute.to_owned()))
            }
        }
    }

    /// An attribute that has no value any more is nobody's.
    pub(super) fn forget(&mut self, attribute: &str) {
        for own in self.attributes.values_mut() {
            own.remove(attribute);
        }
        self.attributes.retain(|_, own| !own.is_empty());
    }

    /// Takes everything from a connection; whether there was anything.
    fn release(&mut self, connection: ConnectionId) -> bool {
        let created = self.creator == Some(connection);
        if created {
            self.creator = None;
        }
        self.attributes.remove(&connection).is_some() || created
    }
}

/// The names of the attributes that differ; those of an extension with its URN before.
pub(super) fn differing(old: &Map<String, Value>, new: &Map<String, Value>) -> Vec<String> {
    let nothing = Map::new();
    let mut names = Vec::new();
    let all = new
        .keys()
        .chain(old.keys().filter(|name| !new.contains_key(*name)));
    for name in all {
        let (before, after) = (old.get(name), new.get(name));
        if before == after {
            continue;
        }
        if !name.contains(':') {
            names.push(name.clone());
            continue;
        }
        let part = |value: Option<&'_ Value>| value.and_then(Value::as_object).cloned();
        let before = part(before).unwrap_or_else(|| nothing.clone());
        let after = part(after).unwrap_or_else(|| nothing.clone());
        let parts = differing(&before, &after);
        names.extend(parts.into_iter().map(|part| format!("{name}:{part}")));
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::foundation::clock::Timestamp;

    fn two() -> (ConnectionId, ConnectionId) {
        let now = Timestamp::from_millis(1);
        (ConnectionId::new(now), ConnectionId::new(now))
    }

    #[test]
    fn what_one_wrote_first_another_cannot_take_until_it_has_no_value() {
        let (one, other) = two();
        let mut owned = Ownership::of_new(Some(one), ["title"]);
        assert!(!owned.claim(Some(one), "title").unwrap());
        assert!(owned.claim(Some(other), "nickName").unwrap());
        assert!(matches!(
            owned.claim(Some(other), "title"),
            Err(Refusal::OwnedByAnother { attribute, owner }) if attribute == "title" && owner == one
        ));
        assert!(owned.claim(Some(one), "nickName").is_err());
        owned.forget("title");
        assert!(owned.claim(Some(other), "title").unwrap());
    }

    #[test]
    fn administrators_and_the_built_in_connection_own_nothing_and_are_refused_nothing() {
        let (one, _) = two();
        let mut owned = Ownership::of_new(Some(one), ["title"]);
        assert!(!owned.claim(None, "title").unwrap());
        assert!(!owned.claim(None, "nickName").unwrap());
        assert_eq!(owned.owner_of("nickName"), None);
        assert!(!owned.is_foreign(ConnectionId::BUILT_IN, "title"));
        assert_eq!(Ownership::of_new(None, ["title"]), Ownership::default());
    }

    #[test]
    fn a_release_takes_all_of_one_connection_and_nothing_of_another() {
        let (one, other) = two();
        let mut owned = Ownership::of_new(Some(one), ["title"]);
        owned.claim(Some(other), "nickName").unwrap();
        assert!(owned.release(one));
        assert!(!owned.release(one));
        assert_eq!(owned.owner_of("nickName"), Some(other));
        assert_eq!(owned.creator, None);
    }
}
