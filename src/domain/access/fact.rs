//! The facts, and what they come to.

use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::foundation::clock::Timestamp;

/// What can stand against access. They are independent: several can hold at once, and
/// each is taken back by whoever stated it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FactKind {
    /// Access was never allowed, or there is no such user.
    NotGranted,
    /// An administrator blocked the user.
    Blocked,
    /// The SCIM source says `active: false`.
    Inactive,
    /// Before the first or after the last day of validity.
    OutsideValidity,
    /// Too many failures: unknown browsers have to wait. It is shown, and takes nothing
    /// away from anybody who has signed in.
    Throttled,
}

impl FactKind {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 5] = [
        Self::NotGranted,
        Self::Blocked,
        Self::Inactive,
        Self::OutsideValidity,
        Self::Throttled,
    ];

    /// Its word in rows, JSON and logs.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::NotGranted => "not_granted",
            Self::Blocked => "blocked",
            Self::Inactive => "inactive",
            Self::OutsideValidity => "outside_validity",
            Self::Throttled => "throttled",
        }
    }

    pub(super) fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// One thing that stands against a user's access now.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Fact {
    /// What it is.
    #[serde(skip)]
    pub kind: FactKind,
    /// Since when.
    #[serde(serialize_with = "rfc3339")]
    pub since: Timestamp,
    /// Until when, if an end is known.
    #[serde(serialize_with = "rfc3339_or_null")]
    pub until: Option<Timestamp>,
    /// Who said so (an actor's label).
    pub by: String,
    /// Why, if anybody said.
    pub reason: Option<String>,
}

/// What stands against a user's access. As JSON: `allowed`, and one member for each
/// kind of fact, `null` where it does not hold.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Access {
    facts: Vec<Fact>,
}

impl Access {
    pub(super) const fn of(facts: Vec<Fact>) -> Self {
        Self { facts }
    }

    /// The same, with one more fact.
    pub(super) fn with(mut self, fact: Option<Fact>) -> Self {
        self.facts.extend(fact);
        self
    }

    /// Whether the user may sign in and use what was issued. Somebody's failures say nothing
    /// against it: `throttled` is not asked here.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        self.facts
            .iter()
            .all(|fact| fact.kind == FactKind::Throttled)
    }

    /// What stands against it.
    #[must_use]
    pub fn facts(&self) -> &[Fact] {
        &self.facts
    }

    /// The fact of one kind, if it holds.
    #[must_use]
    pub fn fact(&self, kind: FactKind) -> Option<&Fact> {
        self.facts.iter().find(|fact| fact.kind == kind)
    }

    /// The words of what holds, for a log line: `blocked,inactive`, or `allowed`.
    #[must_use]
    pub fn words(&self) -> String {
        if self.facts.is_empty() {
            return "allowed".to_owned();
        }
        let words: Vec<_> = self.facts.iter().map(|fact| fact.kind.word()).collect();
        words.join(",")
    }
}

impl Serialize for Access {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1 + FactKind::ALL.len()))?;
        map.serialize_entry("allowed", &self.is_allowed())?;
        for kind in FactKind::ALL {
            map.serialize_entry(kind.word(), &self.fact(kind))?;
        }
        map.end()
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn rfc3339<S: Serializer>(moment: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&moment.to_rfc3339())
}

fn rfc3339_or_null<S: Serializer>(
    moment: &Option<Timestamp>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match moment {
        Some(moment) => rfc3339(moment, serializer),
        None => serializer.serialize_none(),
    }
}
