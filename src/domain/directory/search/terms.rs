use super::Reach;
use super::statement::Text;
use crate::domain::directory::{address_key, folded, group_name_key, user_name_key};
use crate::foundation::clock::Timestamp;
use crate::foundation::db::Value;

/// A term of a condition on one kind of row.
pub trait Term: Clone + Send + Sync + 'static {
    /// How its rows are reached.
    fn reach(&self) -> Reach;

    /// Writes it.
    fn write(&self, text: &mut Text);

    /// One of these ids.
    fn ids(ids: Vec<String>) -> Self;
}

/// How a moment stands to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// The same.
    Equal,
    /// Later.
    After,
    /// Later or the same.
    NotBefore,
    /// Earlier.
    Before,
    /// Earlier or the same.
    NotAfter,
}

impl Comparison {
    fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::After => ">",
            Self::NotBefore => ">=",
            Self::Before => "<",
            Self::NotAfter => "<=",
        }
    }
}

/// One thing that can be asked of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserTerm {
    /// The id, as text: what is no id finds nobody.
    Id(String),
    /// One of these ids.
    Ids(Vec<String>),
    /// The user name, however it is written.
    UserName(String),
    /// The asking connection's name for it, exactly.
    ExternalId(String),
    /// Any name of the asking connection.
    HasExternalId,
    /// An e-mail address, of one kind or of any.
    Email {
        /// `work`, `home`, …
        kind: Option<String>,
        /// The address, however it is written.
        address: String,
    },
    /// The id of the manager.
    Manager(String),
    /// Any manager.
    HasManager,
    /// In the group of this id, itself or by groups in it.
    InGroup(String),
    /// Whether its source counts it as active, and says so.
    Active(bool),
    /// Whether its source says anything of that.
    ActiveStated,
    /// When it was created.
    Created(Comparison, Timestamp),
    /// When it was changed last.
    Changed(Comparison, Timestamp),
    /// Not an administrator of this server: what provisioning may see.
    NotAdministrator,
}

/// Groups that hold each other in a circle end the recursion: `union` keeps a row once.
const USERS_IN_GROUP: &str = "id in (select user_id from group_users where group_id in (\
     with recursive inside (id) as (select id from groups where id = ? \
     union select gg.child_id from inside join group_groups gg on gg.group_id = inside.id) \
     select id from inside))";

impl Term for UserTerm {
    fn reach(&self) -> Reach {
        match self {
            Self::Id(_)
            | Self::Ids(_)
            | Self::UserName(_)
            | Self::ExternalId(_)
            | Self::Email { .. }
            | Self::Manager(_)
            | Self::InGroup(_) => Reach::Seek,
            Self::Active(_) | Self::Created(..) | Self::Changed(..) => Reach::Range,
            Self::ActiveStated
            | Self::HasExternalId
            | Self::HasManager
            | Self::NotAdministrator => Reach::Scan,
        }
    }

    fn write(&self, text: &mut Text) {
        let value = |text: &String| vec![Value::from(text.as_str())];
        match self {
            Self::Id(id) => text.filled("id = ?", value(id)),
            Self::Ids(ids) => write_ids(text, ids),
            Self::UserName(name) => {
                write_key(text, "user_name_key = ?", user_name_key(name).ok());
            }
            Self::ExternalId(id) => write_external_id(text, "user", id),
            Self::HasExternalId => write_has_external_id(text, "user"),
            // Without the first half, the opposite would not find those without a value.
            Self::Manager(id) => text.filled("(manager is not null and manager = ?)", value(id)),
            Self::HasManager => text.push("manager is not null"),
            Self::InGroup(id) => text.filled(USERS_IN_GROUP, value(id)),
            Self::Active(active) => text.filled(
                "(active = ? and active_stated = true)",
                vec![Value::from(*active)],
            ),
            Self::ActiveStated => text.push("active_stated = true"),
            Self::Created(comparison, moment) => {
                write_moment(text, "created_at", *comparison, *moment);
            }
            Self::Changed(comparison, moment) => {
                write_moment(text, "updated_at", *comparison, *moment);
            }
            // In a form that no index is chosen for: nearly everyone is none.
            Self::NotAdministrator => text.push("not administrator"),
            Self::Email { kind, address } => write_email(text, kind.as_deref(), address),
        }
    }

    fn ids(ids: Vec<String>) -> Self {
        Self::Ids(ids)
    }
}

fn write_email(text: &mut Text, kind: Option<&str>, address: &str) {
    let Some(address) = address_key(address) else {
        return text.push("1 = 0");
    };
    match kind {
        None => text.filled(
            "id in (select user_id from user_emails where address_key = ?)",
            vec![Value::from(address)],
        ),
        Some(kind) => text.filled(
            "id in (select user_id from user_emails where address_key = ? and kind = ?)",
            vec![Value::from(address), Value::from(folded(kind))],
        ),
    }
}

fn write_external_id(text: &mut Text, kind: &str, external_id: &str) {
    let connection = text.connection();
    text.filled(
        "id in (select resource_id from external_ids where connection_id = ? \
         and resource_kind = ? and external_id = ?)",
        vec![connection, Value::from(kind), Value::from(external_id)],
    );
}

fn write_has_external_id(text: &mut Text, kind: &str) {
    let connection = text.connection();
    text.filled(
        "id in (select resource_id from external_ids where connection_id = ? \
         and resource_kind = ?)",
        vec![connection, Value::from(kind)],
    );
}

fn write_ids(text: &mut Text, ids: &[String]) {
    if ids.is_empty() {
        return text.push("1 = 0");
    }
    text.push("id in (");
    for (position, id) in ids.iter().enumerate() {
        if position > 0 {
            text.push(", ");
        }
        text.bind(id.as_str());
    }
    text.push(")");
}

/// What has no key cannot be anyone's.
fn write_key(text: &mut Text, words: &str, key: Option<String>) {
    match key {
        Some(key) => text.filled(words, vec![Value::from(key)]),
        None => text.push("1 = 0"),
    }
}

fn write_moment(text: &mut Text, column: &str, comparison: Comparison, moment: Timestamp) {
    // As a list of ids: a planner without statistics would rather walk all users in the
    // order of the list than look up the few that changed since yesterday.
    text.push("id in (select id from users where ");
    text.push(column);
    text.push(" ");
    text.push(comparison.sign());
    text.push(" ");
    text.bind(moment);
    text.push(")");
}

/// One thing that can be asked of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupTerm {
    /// The id, as text.
    Id(String),
    /// One of these ids.
    Ids(Vec<String>),
    /// The name, however it is written.
    DisplayName(String),
    /// The asking connection's name for it, exactly.
    ExternalId(String),
    /// Any name of the asking connection.
    HasExternalId,
    /// The id of a user or a group that is a member.
    Member(String),
    /// Any member.
    HasMembers,
}

/// Administrators are no members as far as provisioning can see.
const HAS_MEMBERS: &str = "(exists (select 1 from group_users gu join users u on u.id = gu.user_id \
     where gu.group_id = groups.id and not u.administrator) \
     or exists (select 1 from group_groups gg where gg.group_id = groups.id))";

impl Term for GroupTerm {
    fn reach(&self) -> Reach {
        match self {
            Self::Id(_)
            | Self::Ids(_)
            | Self::DisplayName(_)
            | Self::ExternalId(_)
            | Self::Member(_) => Reach::Seek,
            Self::HasExternalId | Self::HasMembers => Reach::Scan,
        }
    }

    fn write(&self, text: &mut Text) {
        let value = |text: &String| vec![Value::from(text.as_str())];
        match self {
            Self::Id(id) => text.filled("id = ?", value(id)),
            Self::Ids(ids) => write_ids(text, ids),
            Self::DisplayName(name) => {
                write_key(text, "display_name_key = ?", group_name_key(name).ok());
            }
            Self::ExternalId(id) => write_external_id(text, "group", id),
            Self::HasExternalId => write_has_external_id(text, "group"),
            Self::HasMembers => text.push(HAS_MEMBERS),
            Self::Member(id) => text.filled(
                "id in (select gu.group_id from group_users gu join users u on u.id = gu.user_id \
                 where gu.user_id = ? and not u.administrator \
                 union all select group_id from group_groups where child_id = ?)",
                vec![Value::from(id.as_str()), Value::from(id.as_str())],
            ),
        }
    }

    fn ids(ids: Vec<String>) -> Self {
        Self::Ids(ids)
    }
}
