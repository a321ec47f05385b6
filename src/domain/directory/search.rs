//! Finding many: a typed predicate becomes one statement with bound parameters. The only
//! place that puts SQL together at run time; no text of a caller ever becomes part of it.

use super::external_ids::{name_groups, name_users};
use super::store::{GROUP_COLUMNS, USER_COLUMNS, read_group, read_user};
use super::{Group, User, address_key, group_name_key, user_name_key};
use crate::domain::audit::ConnectionId;
use crate::foundation::db::{Error, Fetch, Row, Statement, Value, composed_sql};

/// One condition on a user. A search asks that all of its conditions hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserTerm {
    /// The id, as text: what is no id finds nobody.
    Id(String),
    /// The user name, however it is written.
    UserName(String),
    /// The asking connection's name for it, exactly.
    ExternalId(String),
    /// An e-mail address, of one kind or of any.
    Email {
        /// `work`, `home`, …
        kind: Option<String>,
        /// The address, however it is written.
        address: String,
    },
    /// The id of the manager.
    Manager(String),
    /// Not an administrator of this server: what provisioning may see.
    NotAdministrator,
}

/// One condition on a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupTerm {
    /// The id, as text.
    Id(String),
    /// The name, however it is written.
    DisplayName(String),
    /// The asking connection's name for it, exactly.
    ExternalId(String),
    /// The id of a user or a group that is a member.
    Member(String),
}

/// Which part of what is found to give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// How many to pass over.
    pub offset: i64,
    /// How many to give at most.
    pub count: i64,
}

/// A part of what was found, and how much was found in all.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// All that the conditions hold for.
    pub total: i64,
    /// Those in the window, oldest first.
    pub items: Vec<T>,
}

/// Finds users, oldest first, with the names that `connection` has for them.
pub async fn users(
    mut from: impl Fetch,
    connection: ConnectionId,
    terms: &[UserTerm],
    window: Window,
) -> Result<Page<User>, Error> {
    let condition: Condition = terms
        .iter()
        .map(|term| user_condition(connection, term))
        .collect();
    let table = Table {
        name: "users",
        columns: USER_COLUMNS,
    };
    let mut page = condition.page(&mut from, table, window, read_user).await?;
    name_users(from, connection, &mut page.items).await?;
    Ok(page)
}

/// Finds groups, oldest first, with the names that `connection` has for them.
pub async fn groups(
    mut from: impl Fetch,
    connection: ConnectionId,
    terms: &[GroupTerm],
    window: Window,
) -> Result<Page<Group>, Error> {
    let condition: Condition = terms
        .iter()
        .map(|term| group_condition(connection, term))
        .collect();
    let table = Table {
        name: "groups",
        columns: GROUP_COLUMNS,
    };
    let mut page = condition.page(&mut from, table, window, read_group).await?;
    name_groups(from, connection, &mut page.items).await?;
    Ok(page)
}

/// `None`: nothing can ever match.
fn user_condition(connection: ConnectionId, term: &UserTerm) -> Option<Part> {
    Some(match term {
        UserTerm::Id(id) => Part::one("id = ?", id.clone()),
        UserTerm::UserName(name) => Part::one("user_name_key = ?", user_name_key(name).ok()?),
        UserTerm::ExternalId(id) => Part {
            text: "id in (select resource_id from external_ids where connection_id = ? \
                   and resource_kind = 'user' and external_id = ?)",
            values: vec![Value::from(connection), Value::from(id.clone())],
        },
        UserTerm::Manager(id) => Part::one("manager = ?", id.clone()),
        UserTerm::NotAdministrator => Part {
            text: "administrator = ?",
            values: vec![Value::from(false)],
        },
        UserTerm::Email {
            kind: None,
            address,
        } => Part::one(
            "id in (select user_id from user_emails where address_key = ?)",
            address_key(address)?,
        ),
        UserTerm::Email {
            kind: Some(kind),
            address,
        } => Part {
            text: "id in (select user_id from user_emails where address_key = ? and kind = ?)",
            values: vec![
                Value::from(address_key(address)?),
                Value::from(kind.to_lowercase()),
            ],
        },
    })
}

fn group_condition(connection: ConnectionId, term: &GroupTerm) -> Option<Part> {
    Some(match term {
        GroupTerm::Id(id) => Part::one("id = ?", id.clone()),
        GroupTerm::DisplayName(name) => {
            Part::one("display_name_key = ?", group_name_key(name).ok()?)
        }
        GroupTerm::ExternalId(id) => Part {
            text: "id in (select resource_id from external_ids where connection_id = ? \
                   and resource_kind = 'group' and external_id = ?)",
            values: vec![Value::from(connection), Value::from(id.clone())],
        },
        GroupTerm::Member(id) => Part {
            text: "id in (select group_id from group_users where user_id = ? \
                   union all select group_id from group_groups where child_id = ?)",
            values: vec![Value::from(id.clone()), Value::from(id.clone())],
        },
    })
}

/// A piece of a condition; `?` stands for the next value.
struct Part {
    text: &'static str,
    values: Vec<Value>,
}

impl Part {
    fn one(text: &'static str, value: String) -> Self {
        Self {
            text,
            values: vec![Value::from(value)],
        }
    }
}

struct Table {
    name: &'static str,
    columns: &'static str,
}

/// Parts that must all hold; `None` when one of them never can.
struct Condition(Option<Vec<Part>>);

impl FromIterator<Option<Part>> for Condition {
    fn from_iter<I: IntoIterator<Item = Option<Part>>>(parts: I) -> Self {
        Self(parts.into_iter().collect())
    }
}

impl Condition {
    async fn page<T>(
        self,
        from: &mut impl Fetch,
        table: Table,
        window: Window,
        read: fn(&Row) -> Result<T, Error>,
    ) -> Result<Page<T>, Error> {
        let Some(parts) = self.0 else {
            return Ok(Page {
                total: 0,
                items: Vec::new(),
            });
        };
        let rows = if window.count > 0 {
            from.fetch_all(select(&parts, &table, window)).await?
        } else {
            Vec::new()
        };
        let items = rows.iter().map(read).collect::<Result<Vec<T>, Error>>()?;
        let total = match total_by_page(window, &rows) {
            Some(total) => total,
            None => from.fetch_one(count(&parts, &table)).await?.get("total")?,
        };
        Ok(Page { total, items })
    }
}

/// A page that is not full says itself how much there is, and saves the count.
fn total_by_page(window: Window, rows: &[Row]) -> Option<i64> {
    let given = i64::try_from(rows.len()).ok()?;
    let is_last = given < window.count && (given > 0 || window.offset == 0);
    is_last.then_some(window.offset + given)
}

fn select(parts: &[Part], table: &Table, window: Window) -> Statement {
    let (condition, values) = conjunction(parts);
    let next = values.len() + 1;
    let text = format!(
        "select {} from {}{condition} order by id limit ${next} offset ${}",
        table.columns,
        table.name,
        next + 1
    );
    bound(text, values).bind(window.count).bind(window.offset)
}

fn count(parts: &[Part], table: &Table) -> Statement {
    let (condition, values) = conjunction(parts);
    bound(
        format!("select count(*) as total from {}{condition}", table.name),
        values,
    )
}

fn bound(text: String, values: Vec<Value>) -> Statement {
    values
        .into_iter()
        .fold(composed_sql(text), |statement, value| statement.bind(value))
}

/// ` where a = $1 and b = $2` and its values; nothing for no parts.
fn conjunction(parts: &[Part]) -> (String, Vec<Value>) {
    let mut text = String::new();
    let mut values: Vec<Value> = Vec::new();
    for part in parts {
        text.push_str(if text.is_empty() { " where " } else { " and " });
        let mut number = values.len();
        for (position, piece) in part.text.split('?').enumerate() {
            if position > 0 {
                number += 1;
                text.push_str(&format!("${number}"));
            }
            text.push_str(piece);
        }
        values.extend(part.values.iter().cloned());
    }
    (text, values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_predicate_becomes_text_without_any_value_in_it() {
        let terms = [
            UserTerm::NotAdministrator,
            UserTerm::Email {
                kind: Some("work".into()),
                address: "x' or 1=1 --".into(),
            },
            UserTerm::Id("u".into()),
        ];
        let parts: Vec<Part> = terms
            .iter()
            .filter_map(|term| user_condition(ConnectionId::BUILT_IN, term))
            .collect();
        let (text, values) = conjunction(&parts);
        assert_eq!(
            text,
            " where administrator = $1 and id in (select user_id from user_emails \
             where address_key = $2 and kind = $3) and id = $4"
        );
        assert_eq!(values.len(), 4);
    }
}
