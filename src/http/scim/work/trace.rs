//! What of a request goes into the ledger.

use serde_json::{Map, Value, json};

use super::{Target, Wanted};
use crate::domain::ledger::{self, Decision, Kept, NewEntry, Resource};
use crate::http::scim::asked::Asked;
use crate::http::scim::document::Document;
use crate::http::scim::error::ScimError;
use crate::http::scim::schema::{Attribute, COMMON, ResourceType, Returned};

/// The most ids of members that an entry shows.
const SHOWN_MEMBERS: usize = 100;
const MOST_NAME_CHARS: usize = 200;
const MOST_DETAIL_CHARS: usize = 2_000;

/// What a request is about, as far as it says so itself.
#[derive(Debug, Clone)]
pub(in crate::http::scim) struct Named {
    method: &'static str,
    resource: Resource,
}

/// What came of a request within its change.
pub(super) struct Effect {
    /// The resource's id and name.
    pub(super) id: String,
    pub(super) name: String,
    pub(super) before: Option<Document>,
    pub(super) after: Option<Document>,
    pub(super) unchanged: bool,
    /// Users that it takes away, for the brake.
    pub(super) gone: i64,
    pub(super) members: Moved,
    /// What no document shows.
    pub(super) remark: Option<&'static str>,
}

/// Members of a group that came and went.
#[derive(Debug, Default)]
pub(super) struct Moved {
    pub(super) added: Vec<String>,
    pub(super) removed: Vec<String>,
}

/// An entry to be kept, and what its change has to ask the brake.
pub(in crate::http::scim) struct Traced {
    pub(super) entry: NewEntry,
    pub(super) gone: i64,
}

impl Named {
    pub(in crate::http::scim) fn of(target: Target, wanted: &Wanted) -> Self {
        let (method, id, body) = match wanted {
            Wanted::Create(body) => ("POST", None, Some(body)),
            Wanted::Replace(id, body) => ("PUT", Some(id), Some(body)),
            Wanted::Modify(id, _) => ("PATCH", Some(id), None),
            Wanted::Delete(id) => ("DELETE", Some(id), None),
        };
        let (kind, name) = match target {
            Target::User => ("user", "userName"),
            Target::Group => ("group", "displayName"),
        };
        let document = body.and_then(|body| body.as_ref().ok()?.as_object());
        Self {
            method,
            resource: Resource {
                kind: kind.to_owned(),
                id: id.map(|id| line(id, MOST_NAME_CHARS)),
                name: document.and_then(|document| text(document, name)),
            },
        }
    }

    /// The entry of a request that was refused.
    pub(super) fn refused(&self, asked: &Asked, error: &ScimError) -> NewEntry {
        NewEntry {
            connection: asked.caller.connection.id,
            request_id: asked.request_id(),
            method: self.method,
            resource: self.resource.clone(),
            decision: Decision::Refused,
            status: error.status().as_u16(),
            scim_type: error.scim_type(),
            detail: Some(line(&error.detail(), MOST_DETAIL_CHARS)),
            before: None,
            after: None,
            members: Vec::new(),
        }
    }

    /// The entry of a request that was done.
    pub(super) fn done(&self, asked: &Asked, schema: &ResourceType, effect: Effect) -> Traced {
        let secret = never_returned(schema);
        let gone = effect.gone;
        let (before, after) = documents(&secret, effect.before, effect.after);
        let after = after.map(|after| effect.members.shown_in(after));
        let shown = |kept: Option<Kept>| kept.filter(|kept| !effect.unchanged && !kept.is_empty());
        let decision = match effect.unchanged {
            true => Decision::Unchanged,
            false => Decision::Applied,
        };
        let entry = NewEntry {
            connection: asked.caller.connection.id,
            request_id: asked.request_id(),
            method: self.method,
            resource: Resource {
                kind: self.resource.kind.clone(),
                id: Some(effect.id),
                name: Some(line(&effect.name, MOST_NAME_CHARS)),
            },
            decision,
            status: match self.method {
                "POST" => 201,
                "DELETE" => 204,
                _ => 200,
            },
            scim_type: None,
            detail: effect.remark.map(str::to_owned),
            before: shown(before),
            after: shown(after),
            members: if effect.unchanged {
                Vec::new()
            } else {
                effect.members.all()
            },
        };
        Traced { entry, gone }
    }
}

impl Traced {
    /// The entry of something that was only rehearsed.
    pub(super) fn rehearsed(self) -> NewEntry {
        let mut entry = self.entry;
        if entry.decision == Decision::Unchanged {
            entry.detail = Some("It would have changed nothing.".to_owned());
        }
        entry.decision = Decision::DryRun;
        entry
    }
}

impl Moved {
    fn shown_in(&self, after: Kept) -> Kept {
        let list = |ids: &[String]| json!(ids[..ids.len().min(SHOWN_MEMBERS)]);
        let mut members = Map::new();
        for (what, ids) in [("added", &self.added), ("removed", &self.removed)] {
            if !ids.is_empty() {
                members.insert(what.to_owned(), list(ids));
            }
            if ids.len() > SHOWN_MEMBERS {
                members.insert(format!("{what}Count"), json!(ids.len()));
            }
        }
        if members.is_empty() {
            after
        } else {
            after.with("members", Value::Object(members))
        }
    }

    /// Those who went come first: they are who will ask.
    fn all(self) -> Vec<String> {
        let mut all = self.removed;
        all.extend(self.added);
        all
    }
}

/// What was and what is, without secrets; of what was changed, what differs.
fn documents(
    secret: &[String],
    before: Option<Document>,
    after: Option<Document>,
) -> (Option<Kept>, Option<Kept>) {
    let keep = |document: Document| Kept::of(document, secret);
    match (before.map(keep), after.map(keep)) {
        (Some(before), Some(after)) => {
            let (before, after) = ledger::difference(before, after);
            (Some(before), Some(after))
        }
        other => other,
    }
}

/// The attributes that no answer shows: no entry does, either.
fn never_returned(schema: &ResourceType) -> Vec<String> {
    let never = |attribute: &&Attribute| attribute.returned == Returned::Never;
    let own = COMMON.iter().chain(schema.schema.attributes).filter(never);
    let mut names: Vec<String> = own.map(|attribute| attribute.name.to_owned()).collect();
    for extension in schema.extensions.iter() {
        let hidden = extension.attributes.iter().filter(never);
        names.extend(hidden.map(|attribute| format!("{}:{}", extension.id, attribute.name)));
    }
    names
}

fn text(document: &Map<String, Value>, name: &str) -> Option<String> {
    let mut all = document.iter();
    let found = all.find(|(key, _)| key.eq_ignore_ascii_case(name));
    let text = found.and_then(|(_, value)| value.as_str())?;
    Some(line(text, MOST_NAME_CHARS))
}

/// A text that a client sent, cut to a line that can be stored and shown.
fn line(text: &str, most: usize) -> String {
    text.chars()
        .filter(|letter| !letter.is_control())
        .take(most)
        .collect()
}
