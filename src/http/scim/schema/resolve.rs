//! From a name in a filter, a PATCH path or a list of attributes to what it names.

use super::{Attribute, ResourceType, Schema};
use crate::http::scim::grammar::AttributePath;
use crate::http::scim::tolerance;

/// What an attribute path names in a resource type.
#[derive(Debug, Clone, Copy)]
pub enum Target {
    /// A whole extension, by its URN alone.
    Extension(&'static Schema),
    /// An attribute, or one sub-attribute of it.
    Attribute {
        /// The extension that it belongs to; none for the top of the resource.
        extension: Option<&'static Schema>,
        /// The attribute.
        attribute: &'static Attribute,
        /// The sub-attribute.
        sub: Option<&'static Attribute>,
    },
}

impl ResourceType {
    fn is_core(&self, urn: &str) -> bool {
        urn.eq_ignore_ascii_case(self.schema.id) || tolerance::is_older_core(urn)
    }

    /// What `path` names, or nothing.
    pub fn resolve(&self, path: &AttributePath<'_>) -> Option<Target> {
        // The grammar cannot tell a bare URN from a URN and an attribute: in
        // `…:enterprise:2.0:User` the last word could be either. The table can.
        if let Some(schema) = self.extension(path.text) {
            return Some(Target::Extension(schema));
        }
        let (extension, attribute) = match path.urn {
            None => (None, self.attribute(path.name)?),
            Some(urn) if self.is_core(urn) => (None, self.attribute(path.name)?),
            Some(urn) => {
                let schema = self.extension(urn)?;
                (Some(schema), schema.attribute(path.name)?)
            }
        };
        let sub = match path.sub {
            None => None,
            Some(name) => Some(attribute.sub(name)?),
        };
        Some(Target::Attribute {
            extension,
            attribute,
            sub,
        })
    }
}
