//! What is to happen to the members of a group, as ids only: the list itself is never
//! read to add or to remove one.

use std::collections::BTreeSet;

/// A change of members. Later calls win over earlier ones, as in a list of operations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Members {
    /// Some come, some go, the others stay.
    Change {
        /// Ids to add.
        add: BTreeSet<String>,
        /// Ids to remove.
        remove: BTreeSet<String>,
    },
    /// These and no others.
    Replace(BTreeSet<String>),
}

impl Default for Members {
    fn default() -> Self {
        Self::Change {
            add: BTreeSet::new(),
            remove: BTreeSet::new(),
        }
    }
}

impl Members {
    /// Whether it asks for nothing.
    pub fn is_nothing(&self) -> bool {
        matches!(self, Self::Change { add, remove } if add.is_empty() && remove.is_empty())
    }

    /// Adds a member.
    pub fn add(&mut self, id: String) {
        match self {
            Self::Change { add, remove } => {
                remove.remove(&id);
                add.insert(id);
            }
            Self::Replace(all) => {
                all.insert(id);
            }
        }
    }

    /// Removes a member.
    pub fn remove(&mut self, id: String) {
        match self {
            Self::Change { add, remove } => {
                add.remove(&id);
                remove.insert(id);
            }
            Self::Replace(all) => {
                all.remove(&id);
            }
        }
    }

    /// Leaves these members and no others.
    pub fn replace(&mut self, all: BTreeSet<String>) {
        *self = Self::Replace(all);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(ids: &[&str]) -> BTreeSet<String> {
        ids.iter().map(|id| (*id).to_owned()).collect()
    }

    #[test]
    fn the_last_word_on_a_member_counts() {
        let mut members = Members::default();
        members.remove("a".into());
        members.add("a".into());
        members.add("b".into());
        members.remove("b".into());
        assert_eq!(
            members,
            Members::Change {
                add: set(&["a"]),
                remove: set(&["b"])
            }
        );
    }

    #[test]
    fn after_a_replacement_changes_apply_to_the_new_list() {
        let mut members = Members::default();
        members.add("x".into());
        members.replace(set(&["a", "b"]));
        members.remove("a".into());
        members.add("c".into());
        assert_eq!(members, Members::Replace(set(&["b", "c"])));
    }
}
