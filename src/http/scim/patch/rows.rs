//! Operations on what is held as rows (the members of a group): ids that come and go.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Aim;
use crate::domain::directory::Members;
use crate::http::scim::error::ScimError;
use crate::http::scim::grammar::{Filter, Literal, Operator, Test};
use crate::http::scim::tolerance::Verb;
use crate::http::scim::value::row_ids;

pub(super) fn edit(
    (rows, cleared): (&mut Members, &mut bool),
    aim: &Aim<'_>,
    verb: Verb,
    value: Option<Value>,
) -> Result<(), ScimError> {
    let name = aim.attribute.name;
    if aim.part.is_some() {
        return Err(ScimError::Mutability(format!(
            "The parts of {name} cannot be changed one by one: add and remove whole entries."
        )));
    }
    if let Some(filter) = aim.filter {
        if verb != Verb::Remove {
            return Err(ScimError::Mutability(format!(
                "An entry of {name} cannot be changed: remove it and add another."
            )));
        }
        let mut ids = Vec::new();
        ids_of(filter, &mut ids).ok_or_else(|| {
            ScimError::InvalidFilter(format!(
                "Entries of {name} are chosen by `value eq \"id\"`, joined by `or`."
            ))
        })?;
        ids.into_iter().for_each(|id| rows.remove(id));
        return Ok(());
    }
    match (verb, value) {
        // RFC 7644, section 3.5.2.2: without a value, all of them.
        (Verb::Remove, None | Some(Value::Null)) => {
            *cleared = true;
            rows.replace(BTreeSet::new());
        }
        // T5: with values, those only; an empty list of them removes nothing.
        (Verb::Remove, Some(value)) => {
            let ids = row_ids(aim.attribute, value)?;
            ids.into_iter().for_each(|id| rows.remove(id));
        }
        (Verb::Add, value) => {
            let ids = row_ids(aim.attribute, value.unwrap_or_default())?;
            ids.into_iter().for_each(|id| rows.add(id));
        }
        (Verb::Replace, value) => {
            let ids = row_ids(aim.attribute, value.unwrap_or_default())?;
            rows.replace(ids.into_iter().collect());
        }
    }
    Ok(())
}

fn ids_of(filter: &Filter<'_>, ids: &mut Vec<String>) -> Option<()> {
    match filter {
        Filter::Or(all) => all.iter().try_for_each(|part| ids_of(part, ids)),
        Filter::Attribute(path, Test::Compare(Operator::Eq, Literal::String(id)))
            if path.urn.is_none()
                && path.sub.is_none()
                && path.name.eq_ignore_ascii_case("value") =>
        {
            ids.push(id.clone().into_owned());
            Some(())
        }
        _ => None,
    }
}
