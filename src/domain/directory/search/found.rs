use super::{By, Condition, GroupTerm, Key, Order, Place, Term, UserTerm};
use crate::domain::directory::store::{GROUP_COLUMNS, USER_COLUMNS, read_group, read_user};
use crate::domain::directory::{Group, User, group_name_key, totals, user_name_key};
use crate::foundation::clock::Timestamp;
use crate::foundation::db::{Error, Row};

/// A kind of row that is searched for.
pub trait Found: Sized + Send + Sync + 'static {
    /// What can be asked of it.
    type Term: Term;
    /// Its table.
    const TABLE: &'static str;
    /// The columns that [`Found::read`] wants.
    const COLUMNS: &'static str;
    /// What the totals call it.
    const KIND: &'static str;

    /// Reads a row.
    ///
    /// # Errors
    /// When it is damaged.
    fn read(row: &Row) -> Result<Self, Error>;

    /// The column of an order; none for the id.
    fn column(by: By) -> Option<&'static str>;

    /// Whether no two rows are equal in an order, so that it needs no id behind it.
    fn is_total(by: By) -> bool;

    /// Its id, as text.
    fn id(&self) -> String;

    /// Its name as it is compared, when it was created and when it was changed.
    fn keys(&self) -> (String, Timestamp, Timestamp);

    /// Where it stands in an order.
    fn place(&self, order: Order) -> Place {
        let (name, created, changed) = self.keys();
        Place {
            key: match order.by {
                By::Id => Key::None,
                By::Name => Key::Text(name),
                By::Created => Key::Instant(created),
                By::Changed => Key::Instant(changed),
            },
            id: self.id(),
        }
    }

    /// Those that provisioning may see.
    fn within_reach() -> Condition<Self::Term>;

    /// Whether an index gives this order.
    fn is_ordered(by: By) -> bool;
}

impl Found for User {
    type Term = UserTerm;
    const TABLE: &'static str = "users";
    const COLUMNS: &'static str = USER_COLUMNS;
    const KIND: &'static str = totals::USERS;

    fn read(row: &Row) -> Result<Self, Error> {
        read_user(row)
    }

    fn column(by: By) -> Option<&'static str> {
        match by {
            By::Id => None,
            By::Name => Some("user_name_key"),
            By::Created => Some("created_at"),
            By::Changed => Some("updated_at"),
        }
    }

    fn is_total(by: By) -> bool {
        matches!(by, By::Id | By::Name)
    }

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn keys(&self) -> (String, Timestamp, Timestamp) {
        let name = user_name_key(&self.profile.user_name).unwrap_or_default();
        (name, self.created_at, self.updated_at)
    }

    fn within_reach() -> Condition<UserTerm> {
        Condition::Is(UserTerm::NotAdministrator)
    }

    fn is_ordered(_: By) -> bool {
        true
    }
}

impl Found for Group {
    type Term = GroupTerm;
    const TABLE: &'static str = "groups";
    const COLUMNS: &'static str = GROUP_COLUMNS;
    const KIND: &'static str = totals::GROUPS;

    fn read(row: &Row) -> Result<Self, Error> {
        read_group(row)
    }

    fn column(by: By) -> Option<&'static str> {
        match by {
            By::Id => None,
            By::Name => Some("display_name_key"),
            By::Created => Some("created_at"),
            By::Changed => Some("updated_at"),
        }
    }

    /// Two groups may have the same name where a connection allows it.
    fn is_total(by: By) -> bool {
        by == By::Id
    }

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn keys(&self) -> (String, Timestamp, Timestamp) {
        let name = group_name_key(&self.profile.display_name).unwrap_or_default();
        (name, self.created_at, self.updated_at)
    }

    fn within_reach() -> Condition<GroupTerm> {
        Condition::everything()
    }

    /// Not by moments: an index on when a group was changed would be written with every
    /// member that comes or goes.
    fn is_ordered(by: By) -> bool {
        matches!(by, By::Id | By::Name)
    }
}
