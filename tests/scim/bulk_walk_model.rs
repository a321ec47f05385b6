//! A directory of which nothing is expected but that it is right: a page of rules.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::client::PATCH;

pub const WALK: &str = "urn:example:walk:2.0:User";

#[derive(Clone, Debug, Default, PartialEq)]
pub struct User {
    pub name: String,
    pub title: Option<String>,
    pub badge: Option<String>,
    pub active: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Group {
    pub name: String,
    pub members: BTreeSet<String>,
}

/// What is asked for. An id of nobody, a name that is taken and an operation that cannot be
/// done are among it.
#[derive(Clone, Debug)]
pub enum Step {
    CreateUser(User),
    PutUser(String, User),
    PatchUser(String, Vec<UserEdit>),
    DeleteUser(String),
    CreateGroup(Group),
    PutGroup(String, Group),
    PatchGroup(String, Vec<GroupEdit>),
    DeleteGroup(String),
}

#[derive(Clone, Debug)]
pub enum UserEdit {
    Name(String),
    Title(Option<String>),
    Badge(Option<String>),
    Active(bool),
    Nonsense,
}

#[derive(Clone, Debug)]
pub enum GroupEdit {
    Name(String),
    Add(Vec<String>),
    Remove(Vec<String>),
    Replace(Vec<String>),
    Nonsense,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Model {
    pub users: BTreeMap<String, User>,
    pub groups: BTreeMap<String, Group>,
    /// All ids that there ever were, oldest first: ids are random, and a walk is not to be.
    born: Vec<String>,
}

impl Model {
    pub fn user_ids(&self) -> Vec<&String> {
        self.born
            .iter()
            .filter(|id| self.users.contains_key(*id))
            .collect()
    }

    pub fn group_ids(&self) -> Vec<&String> {
        self.born
            .iter()
            .filter(|id| self.groups.contains_key(*id))
            .collect()
    }

    /// Does a step, or nothing; the status that answers it. What is created gets `id`.
    pub fn take(&mut self, step: &Step, id: &str) -> u16 {
        match step {
            Step::CreateUser(user) => self.put_user(id, user.clone(), 201),
            Step::PutUser(id, user) => match self.users.get(id) {
                None => 404,
                Some(known) => {
                    // An absent `active` never changes anyone.
                    let active = known.active;
                    self.put_user(
                        id,
                        User {
                            active,
                            ..user.clone()
                        },
                        200,
                    )
                }
            },
            Step::PatchUser(id, edits) => match self.users.get(id).cloned() {
                None => 404,
                Some(mut user) => {
                    if edits.iter().any(|edit| matches!(edit, UserEdit::Nonsense)) {
                        return 400;
                    }
                    edits.iter().for_each(|edit| edit.apply(&mut user));
                    self.put_user(id, user, 200)
                }
            },
            Step::DeleteUser(id) => {
                if self.users.remove(id).is_none() {
                    return 404;
                }
                for group in self.groups.values_mut() {
                    group.members.remove(id);
                }
                204
            }
            Step::CreateGroup(group) => self.put_group(id, group.clone(), 201),
            Step::PutGroup(id, group) => match self.groups.contains_key(id) {
                false => 404,
                true => self.put_group(id, group.clone(), 200),
            },
            Step::PatchGroup(id, edits) => match self.groups.get(id).cloned() {
                None => 404,
                Some(mut group) => {
                    if edits.iter().any(|edit| matches!(edit, GroupEdit::Nonsense)) {
                        return 400;
                    }
                    edits.iter().for_each(|edit| edit.apply(&mut group));
                    self.put_group(id, group, 200)
                }
            },
            Step::DeleteGroup(id) => {
                if self.groups.remove(id).is_none() {
                    return 404;
                }
                for group in self.groups.values_mut() {
                    group.members.remove(id);
                }
                204
            }
        }
    }

    fn put_user(&mut self, id: &str, user: User, status: u16) -> u16 {
        let clashes = |(other, known): (&String, &User)| {
            other != id
                && (known.name.to_lowercase() == user.name.to_lowercase()
                    || known.badge.is_some() && lower(&known.badge) == lower(&user.badge))
        };
        if self.users.iter().any(clashes) {
            return 409;
        }
        self.bear(id);
        self.users.insert(id.to_owned(), user);
        status
    }

    fn put_group(&mut self, id: &str, group: Group, status: u16) -> u16 {
        let taken = |(other, known): (&String, &Group)| {
            other != id && known.name.to_lowercase() == group.name.to_lowercase()
        };
        let known =
            |member: &String| self.users.contains_key(member) || self.groups.contains_key(member);
        let taken = self.groups.iter().any(taken);
        let unknown = !group.members.iter().all(known);
        // A group is there before its members are, and is renamed after they were moved.
        match (taken, unknown, status) {
            (true, _, 201) | (true, false, _) => return 409,
            (_, true, _) => return 400,
            (false, false, _) => {}
        }
        self.bear(id);
        self.groups.insert(id.to_owned(), group);
        status
    }

    fn bear(&mut self, id: &str) {
        if !self.born.iter().any(|known| known == id) {
            self.born.push(id.to_owned());
        }
    }

    /// The groups that a user is in, and whether itself.
    pub fn groups_of(&self, user: &str) -> BTreeMap<String, bool> {
        let mut held: BTreeMap<String, bool> = BTreeMap::new();
        let mut look = vec![user.to_owned()];
        while let Some(member) = look.pop() {
            for (id, group) in &self.groups {
                if group.members.contains(&member) && !held.contains_key(id) {
                    held.insert(id.clone(), false);
                    look.push(id.clone());
                }
            }
        }
        for (id, direct) in &mut held {
            *direct = self.groups[id].members.contains(user);
        }
        held
    }
}

fn lower(badge: &Option<String>) -> Option<String> {
    badge.as_ref().map(|badge| badge.to_lowercase())
}

impl UserEdit {
    fn apply(&self, user: &mut User) {
        match self {
            Self::Name(name) => user.name.clone_from(name),
            Self::Title(title) => user.title.clone_from(title),
            Self::Badge(badge) => user.badge.clone_from(badge),
            Self::Active(active) => user.active = *active,
            Self::Nonsense => {}
        }
    }

    fn operation(&self) -> Value {
        let set = |path: &str, value: &Option<String>| match value {
            Some(value) => json!({ "op": "replace", "path": path, "value": value }),
            None => json!({ "op": "remove", "path": path }),
        };
        match self {
            Self::Name(name) => set("userName", &Some(name.clone())),
            Self::Title(title) => set("title", title),
            Self::Badge(badge) => set(&format!("{WALK}:badge"), badge),
            Self::Active(active) => json!({ "op": "Replace", "value": { "active": active } }),
            Self::Nonsense => json!({ "op": "add", "path": "nonsense", "value": 1 }),
        }
    }
}

fn entries<'a>(ids: impl IntoIterator<Item = &'a String>) -> Value {
    ids.into_iter().map(|id| json!({ "value": id })).collect()
}

impl GroupEdit {
    fn apply(&self, group: &mut Group) {
        match self {
            Self::Name(name) => group.name.clone_from(name),
            Self::Add(ids) => group.members.extend(ids.iter().cloned()),
            Self::Remove(ids) => group.members.retain(|id| !ids.contains(id)),
            Self::Replace(ids) => group.members = ids.iter().cloned().collect(),
            Self::Nonsense => {}
        }
    }

    fn operation(&self) -> Value {
        match self {
            Self::Name(name) => json!({ "op": "replace", "path": "displayName", "value": name }),
            Self::Add(ids) => json!({ "op": "add", "path": "members", "value": entries(ids) }),
            Self::Remove(ids) => {
                json!({ "op": "remove", "path": "members", "value": entries(ids) })
            }
            Self::Replace(ids) => {
                json!({ "op": "replace", "path": "members", "value": entries(ids) })
            }
            Self::Nonsense => json!({ "op": "add", "path": "nonsense", "value": 1 }),
        }
    }
}

impl User {
    fn body(&self) -> Value {
        let mut body = json!({ "userName": self.name });
        if let Some(title) = &self.title {
            body["title"] = json!(title);
        }
        if let Some(badge) = &self.badge {
            body[WALK] = json!({ "badge": badge });
        }
        body
    }
}

impl Step {
    /// The request: method, path and body.
    pub fn request(&self) -> (&'static str, String, Value) {
        let group = |group: &Group| json!({ "displayName": group.name, "members": entries(&group.members) });
        let patch =
            |operations: Vec<Value>| json!({ "schemas": [PATCH], "Operations": operations });
        match self {
            Self::CreateUser(user) => ("POST", "/Users".into(), user.body()),
            Self::PutUser(id, user) => ("PUT", format!("/Users/{id}"), user.body()),
            Self::PatchUser(id, edits) => {
                let operations = edits.iter().map(UserEdit::operation).collect();
                ("PATCH", format!("/Users/{id}"), patch(operations))
            }
            Self::DeleteUser(id) => ("DELETE", format!("/Users/{id}"), Value::Null),
            Self::CreateGroup(new) => ("POST", "/Groups".into(), group(new)),
            Self::PutGroup(id, new) => ("PUT", format!("/Groups/{id}"), group(new)),
            Self::PatchGroup(id, edits) => {
                let operations = edits.iter().map(GroupEdit::operation).collect();
                ("PATCH", format!("/Groups/{id}"), patch(operations))
            }
            Self::DeleteGroup(id) => ("DELETE", format!("/Groups/{id}"), Value::Null),
        }
    }
}
