//! What every request to a resource brings besides its body: who asks, the query, and the
//! versions that it is meant for.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use super::caller::{self, Caller};
use super::error::ScimError;
use super::query::Query;
use super::resource::version_tag;
use crate::domain::audit::Change;
use crate::domain::connections::UnknownMembers;
use crate::domain::directory::GroupRules;
use crate::foundation::db;
use crate::http::web::{RequestId, State};

/// `If-Match`: the versions that a change is meant for (RFC 7644, section 3.14); without
/// any, it is meant for whatever is there.
#[derive(Debug, Clone, Default)]
pub struct IfMatch(pub Option<String>);

impl IfMatch {
    /// Refuses another version than the one that is meant.
    ///
    /// # Errors
    /// It is another.
    pub fn check(&self, version: i64) -> Result<(), ScimError> {
        match &self.0 {
            Some(tags) if !names(tags, version) => Err(ScimError::PreconditionFailed),
            _ => Ok(()),
        }
    }
}

/// A request of an authenticated caller.
pub struct Asked {
    /// Who asks, and for which connection.
    pub caller: Caller,
    /// The query of the address.
    pub query: Query,
    /// The version that the request is meant for.
    pub if_match: IfMatch,
    if_none_match: Option<String>,
    request_id: Option<RequestId>,
}

impl FromRequestParts<State> for Asked {
    type Rejection = ScimError;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, ScimError> {
        let caller = caller::authenticate(state, &parts.headers).await?;
        Ok(Self {
            caller,
            query: Query::read(parts.uri.query().unwrap_or_default())?,
            if_match: IfMatch(header_text(&parts.headers, &header::IF_MATCH)),
            if_none_match: header_text(&parts.headers, &header::IF_NONE_MATCH),
            request_id: RequestId::of(&parts.extensions),
        })
    }
}

fn header_text(headers: &HeaderMap, name: &header::HeaderName) -> Option<String> {
    let values: Vec<&str> = headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .collect();
    (!values.is_empty()).then(|| values.join(","))
}

impl Asked {
    /// Begins the one change of this request.
    ///
    /// # Errors
    /// When the database cannot be written to.
    pub async fn change(&self, state: &State) -> Result<Change, db::Error> {
        let change = Change::begin(&state.db, self.caller.actor.clone(), state.clock.now())
            .await?
            .of_connection(self.caller.connection.id);
        Ok(match &self.request_id {
            Some(id) => change.of_request(id.as_str()),
            None => change,
        })
    }

    /// What the connection has set for the groups that it writes.
    pub fn group_rules(&self) -> GroupRules {
        let settings = &self.caller.connection.settings;
        GroupRules {
            unique_names: settings.unique_group_names,
            drop_unknown_members: settings.unknown_members == UnknownMembers::Drop,
        }
    }

    /// The id of the request, for the ledger.
    pub fn request_id(&self) -> Option<String> {
        let id = self.request_id.as_ref();
        id.map(|id| id.as_str().to_owned())
    }

    /// `If-None-Match`: whether the caller has this version already.
    pub fn has_already(&self, version: i64) -> bool {
        self.if_none_match
            .as_ref()
            .is_some_and(|tags| names(tags, version))
    }
}

/// Whether a list of entity tags names a version. All of ours are weak, and are compared
/// as such: the mark does not count.
fn names(tags: &str, version: i64) -> bool {
    let ours = version_tag(version);
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    tags.split(',')
        .any(|tag| tag.trim() == "*" || opaque(tag) == opaque(&ours))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_named_weakly_strongly_in_a_list_or_by_a_star() {
        for tags in ["W/\"3\"", "\"3\"", "W/\"1\", W/\"3\"", "*"] {
            assert!(names(tags, 3), "{tags}");
        }
        for tags in ["W/\"30\"", "\"\"", "3", ""] {
            assert!(!names(tags, 3), "{tags}");
        }
    }
}
