//! Operations without a path: the keys of `value` say where.
//!
//! T3. Besides the names that RFC 7644 has, Entra ID writes paths as keys:
//! `name.givenName`, `urn:…:User:department`, `emails[type eq "work"].value`.
//! T9. What only the server sets is passed over here, because clients send back what they
//! have read (`id` in Okta's renaming of a group); on an explicit path it is refused.

use serde_json::Value;

use super::{Edit, Named, name};
use crate::http::scim::error::ScimError;
use crate::http::scim::grammar::parse_patch_path;
use crate::http::scim::schema::{ResourceType, Schema};
use crate::http::scim::tolerance::{self, Verb};

impl Edit {
    pub(super) fn pathless(
        &mut self,
        resource_type: &ResourceType,
        verb: Verb,
        value: Option<Value>,
    ) -> Result<(), ScimError> {
        if verb == Verb::Remove {
            return Err(ScimError::NoTarget("remove needs a `path`.".to_owned()));
        }
        let Value::Object(parts) = tolerance::only_element(value.unwrap_or_default()) else {
            return Err(ScimError::InvalidValue(
                "Without a `path`, `value` must be an object.".to_owned(),
            ));
        };
        for (key, value) in parts {
            self.keyed(resource_type, verb, &key, value)?;
        }
        Ok(())
    }

    fn keyed(
        &mut self,
        resource_type: &ResourceType,
        verb: Verb,
        key: &str,
        value: Value,
    ) -> Result<(), ScimError> {
        let path = parse_patch_path(key)
            .map_err(|error| ScimError::InvalidPath(format!("`{key}`: {error}.")))?;
        match name(resource_type, &path)? {
            Named::Extension(schema) => self.extension(schema, verb, Some(value)),
            Named::Aim(aim) if aim.is_read_only() => Ok(()),
            // A client that writes out its empty fields must not empty a group.
            Named::Aim(aim) if aim.attribute.held_as_rows && value.is_null() => Ok(()),
            Named::Aim(aim) => self.aimed(&aim, verb, Some(value)),
        }
    }

    /// The attributes of an extension, as an object.
    pub(super) fn extension_parts(
        &mut self,
        schema: &'static Schema,
        verb: Verb,
        value: Value,
    ) -> Result<(), ScimError> {
        if tolerance::is_unassigned(&value) {
            return Ok(());
        }
        let Value::Object(parts) = tolerance::only_element(value) else {
            return Err(ScimError::InvalidValue(format!(
                "{} must be an object.",
                schema.id
            )));
        };
        for (key, value) in parts {
            // Some write the extension out as if it were a resource of its own.
            if key.eq_ignore_ascii_case("schemas") {
                continue;
            }
            let unknown =
                || ScimError::InvalidPath(format!("No attribute is named `{}:{key}`.", schema.id));
            let (name, part) = match key.split_once('.') {
                Some((name, part)) => (name, Some(part)),
                None => (key.as_str(), None),
            };
            let attribute = schema.attribute(name).ok_or_else(unknown)?;
            let part = match part {
                Some(part) => Some(attribute.sub(part).ok_or_else(unknown)?),
                None => None,
            };
            let aim = super::Aim {
                extension: Some(schema),
                attribute,
                filter: None,
                part,
            };
            if !aim.is_read_only() {
                self.aimed(&aim, verb, Some(value))?;
            }
        }
        Ok(())
    }
}
