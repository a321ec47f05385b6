//! Owns what attributes are: their characteristics, and the schema extensions that
//! administrators declare for users and groups. Does not own the attributes' values, which
//! are a part of the user or group (`directory`), but for the index that keeps values of
//! unique attributes unique. Does not own the built-in tables: they are SCIM's own.

mod attribute;
mod characteristics;
mod claim;
mod definition;
mod interned;
mod registry;
mod store;
mod unique;

use serde_json::json;

pub use attribute::{Attribute, named};
pub use characteristics::{Kind, Mutability, Returned, Uniqueness};
pub use claim::value_at;
pub use definition::{AttributeDefinition, Definition};
pub use registry::{Registry, Snapshot};
pub use unique::{Holder, keep_unique};

use super::audit::{Change, Event};
use crate::foundation::clock::Timestamp;
use crate::foundation::db::{self, Fetch};

/// The most declared extensions: each is looked through for every attribute of an extension.
const MOST_EXTENSIONS: usize = 50;

/// A schema: its URN and its attributes.
#[derive(Debug)]
pub struct Schema {
    /// The URN that names it.
    pub id: &'static str,
    /// Its short name.
    pub name: &'static str,
    /// What it describes.
    pub description: &'static str,
    /// Its attributes, without those that every resource has.
    pub attributes: &'static [Attribute],
}

impl Schema {
    /// The attribute of this name; names are compared without case (RFC 7643, 2.1).
    pub fn attribute(&self, name: &str) -> Option<&'static Attribute> {
        named(self.attributes, name)
    }
}

/// What a schema extension belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResourceKind {
    /// `User`.
    User,
    /// `Group`.
    Group,
}

impl ResourceKind {
    /// Its name as a SCIM resource type.
    pub fn word(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Group => "Group",
        }
    }
}

impl std::str::FromStr for ResourceKind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        match text {
            "User" => Ok(Self::User),
            "Group" => Ok(Self::Group),
            _ => Err(UnknownKind),
        }
    }
}

/// The text is no resource type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the resource type is User or Group")]
pub struct UnknownKind;

/// A schema extension that is in force.
#[derive(Debug, Clone, PartialEq)]
pub struct Extension {
    /// What it belongs to.
    pub kind: ResourceKind,
    /// What was declared.
    pub definition: Definition,
    /// Since when.
    pub created_at: Timestamp,
}

/// Why a schema extension is not declared, or a resource does not get a value.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The definition is not the JSON that it should be.
    #[error("the definition cannot be read: {0}")]
    NotRead(String),
    /// A part of the definition cannot be used.
    #[error("{at} {why}")]
    NotAllowed {
        /// Where.
        at: String,
        /// What is wrong with it.
        why: String,
    },
    /// There is one of this URN.
    #[error("the schema {0} is declared already")]
    Exists(String),
    /// The URN of one could be read as an attribute of another.
    #[error("the URN is that of an attribute of {0}, or the other way round")]
    Ambiguous(String),
    /// There are as many as there may be.
    #[error("there are {MOST_EXTENSIONS} schema extensions, and no more are possible")]
    TooMany,
    /// Another resource has the value.
    #[error("another resource has the same value of {0}")]
    ValueTaken(String),
    /// A value is too long to be kept unique.
    #[error("{0} is too long")]
    TooLong(String),
    /// The database refused or failed.
    #[error(transparent)]
    Database(#[from] db::Error),
}

/// Declares a schema extension. Running servers know it within a second.
///
/// # Errors
/// There is one of that URN or one that could be mistaken for it, or too many.
pub async fn declare(
    change: &mut Change,
    kind: ResourceKind,
    definition: &Definition,
) -> Result<(), Refusal> {
    let all = store::all(&mut *change).await?;
    if all.len() >= MOST_EXTENSIONS {
        return Err(Refusal::TooMany);
    }
    for known in &all {
        if known.definition.id.eq_ignore_ascii_case(&definition.id) {
            return Err(Refusal::Exists(known.definition.id.clone()));
        }
        if known.definition.could_name(&definition.id)
            || definition.could_name(&known.definition.id)
        {
            return Err(Refusal::Ambiguous(known.definition.id.clone()));
        }
    }
    store::insert(change, kind, definition)
        .await
        .map_err(|error| {
            if error.violates("schema_extensions.id_key") {
                return Refusal::Exists(definition.id.clone());
            }
            error.into()
        })?;
    store::advance_revision(change).await?;
    change.record(
        Event::new("schema.created")
            .subject("schema", &definition.id)
            .detail(
                json!({ "resourceType": kind.word(), "attributes": definition.attributes.len() }),
            ),
    );
    Ok(())
}

/// Withdraws a schema extension; whether there was one. The values that resources have are
/// not its business: `directory` counts and forgets them.
///
/// # Errors
/// When the database cannot answer.
pub async fn withdraw(change: &mut Change, id: &str) -> Result<bool, db::Error> {
    if !store::delete(change, id).await? {
        return Ok(false);
    }
    store::advance_revision(change).await?;
    change.record(Event::new("schema.deleted").subject("schema", id));
    Ok(true)
}

/// All schema extensions, oldest first.
///
/// # Errors
/// When the database cannot answer.
pub async fn list(from: impl Fetch) -> Result<Vec<Extension>, db::Error> {
    store::all(from).await
}

/// The schema extension of this URN, compared without case.
///
/// # Errors
/// When the database cannot answer.
pub async fn find(from: impl Fetch, id: &str) -> Result<Option<Extension>, db::Error> {
    let all = store::all(from).await?;
    Ok(all
        .into_iter()
        .find(|known| known.definition.id.eq_ignore_ascii_case(id)))
}
