//! Which attributes an answer shows (RFC 7644, section 3.9; RFC 7643, section 7).

use serde_json::{Map, Value};

use super::error::ScimError;
use super::grammar::parse_attribute_path;
use super::query::Query;
use super::schema::{Attribute, ResourceType, Returned, Target};

/// What the client wants to see.
#[derive(Debug, Clone)]
pub enum Projection {
    /// What is shown by default.
    Default,
    /// These, and what is always shown.
    Only(Vec<Target>),
    /// Everything but these.
    Except(Vec<Target>),
}

impl Projection {
    /// Reads `attributes` and `excludedAttributes`, of which there may be one. A name that
    /// no schema has selects nothing.
    pub fn read(resource_type: &ResourceType, query: &Query) -> Result<Self, ScimError> {
        let given = |list: &Option<String>| list.clone().filter(|list| !list.trim().is_empty());
        let targets = |list: String| {
            list.split(',')
                .filter_map(|name| parse_attribute_path(name.trim()).ok())
                .filter_map(|path| resource_type.resolve(&path))
                .collect()
        };
        match (given(&query.attributes), given(&query.excluded_attributes)) {
            (None, None) => Ok(Self::Default),
            (Some(list), None) => Ok(Self::Only(targets(list))),
            (None, Some(list)) => Ok(Self::Except(targets(list))),
            (Some(_), Some(_)) => Err(ScimError::InvalidValue(
                "attributes and excludedAttributes exclude each other.".to_owned(),
            )),
        }
    }

    /// Whether the client chose attributes: then an answer has a body.
    pub fn is_chosen(&self) -> bool {
        !matches!(self, Self::Default)
    }

    /// Whether an attribute at the top of a resource can be part of the answer: what is
    /// not need not be read.
    pub fn wants(&self, name: &str) -> bool {
        let is_named = |target: &Target| {
            matches!(target, Target::Attribute { extension: None, attribute, .. }
                if attribute.name == name)
        };
        let is_all_of_it = |target: &Target| {
            matches!(target, Target::Attribute { extension: None, attribute, sub: None }
                if attribute.name == name)
        };
        match self {
            Self::Default => true,
            Self::Only(targets) => targets.iter().any(is_named),
            Self::Except(targets) => !targets.iter().any(is_all_of_it),
        }
    }

    /// Takes out of a resource what is not to be shown, and names in `schemas` what is left.
    pub fn apply(&self, resource_type: &ResourceType, resource: &mut Map<String, Value>) {
        resource.retain(|name, value| match resource_type.extension(name) {
            None => self.shows(None, resource_type.attribute(name), value),
            Some(schema) => {
                if let Value::Object(parts) = value {
                    parts.retain(|name, value| {
                        self.shows(Some(schema.id), schema.attribute(name), value)
                    });
                    return !parts.is_empty();
                }
                false
            }
        });
        Self::name_schemas(resource_type, resource);
    }

    /// Takes out of one entry of a list attribute what is not to be shown.
    pub fn apply_to_entry(&self, resource_type: &ResourceType, name: &str, entry: &mut Value) {
        self.shows(None, resource_type.attribute(name), entry);
    }

    /// Names in `schemas` what a resource holds.
    pub fn name_schemas(resource_type: &ResourceType, resource: &mut Map<String, Value>) {
        let extensions = resource_type
            .extensions
            .iter()
            .filter(|schema| resource.contains_key(schema.id));
        let urns: Vec<Value> = std::iter::once(&resource_type.schema)
            .chain(extensions)
            .map(|schema| Value::from(schema.id))
            .collect();
        resource.insert("schemas".to_owned(), Value::Array(urns));
    }

    /// Whether an attribute stays; sub-attributes that do not are taken out of its value.
    fn shows(
        &self,
        extension: Option<&str>,
        attribute: Option<&'static Attribute>,
        value: &mut Value,
    ) -> bool {
        let Some(attribute) = attribute else {
            return false;
        };
        let by_default = |part: &str| {
            let part = attribute.sub(part);
            part.is_some_and(|part| part.returned != Returned::Request)
        };
        let named = match self {
            Self::Default => Named::No,
            Self::Only(targets) | Self::Except(targets) => {
                named_parts(targets, extension, attribute)
            }
        };
        match (attribute.returned, self, named) {
            (Returned::Always, ..) => return true,
            (Returned::Never, ..) => return false,
            (_, Self::Only(_), Named::No) | (_, Self::Except(_), Named::Whole) => return false,
            (_, Self::Only(_), Named::Parts(parts)) => {
                retain_parts(value, |name| parts.contains(&name));
                return !super::tolerance::is_unassigned(value);
            }
            (_, Self::Except(_), Named::Parts(parts)) => {
                retain_parts(value, |name| !parts.contains(&name) && by_default(name));
            }
            (Returned::Request, _, Named::No) => return false,
            _ if attribute.has_parts_on_request() => retain_parts(value, by_default),
            _ => {}
        }
        true
    }
}

enum Named {
    No,
    Whole,
    Parts(Vec<&'static str>),
}

/// How far the targets name an attribute.
fn named_parts(targets: &[Target], extension: Option<&str>, attribute: &Attribute) -> Named {
    let mut parts = Vec::new();
    for target in targets {
        match target {
            Target::Extension(schema) if Some(schema.id) == extension => return Named::Whole,
            Target::Extension(_) => {}
            Target::Attribute {
                extension: of,
                attribute: named,
                sub,
            } if of.map(|schema| schema.id) == extension && named.name == attribute.name => {
                match sub {
                    None => return Named::Whole,
                    Some(sub) => parts.push(sub.name),
                }
            }
            Target::Attribute { .. } => {}
        }
    }
    if parts.is_empty() {
        Named::No
    } else {
        Named::Parts(parts)
    }
}

fn retain_parts(value: &mut Value, keep: impl Fn(&str) -> bool + Copy) {
    match value {
        Value::Object(parts) => parts.retain(|name, _| keep(name)),
        Value::Array(all) => all.iter_mut().for_each(|entry| retain_parts(entry, keep)),
        _ => {}
    }
}
