use super::{Asking, Composed, Condition, Found, Slice, Window};
use crate::domain::audit::ConnectionId;
use crate::foundation::db::Value;

/// A statement in the making.
pub struct Text {
    text: String,
    values: Vec<Value>,
    connection: ConnectionId,
}

impl Text {
    fn new(connection: ConnectionId) -> Self {
        Self {
            text: String::new(),
            values: Vec::new(),
            connection,
        }
    }

    /// The connection that asks.
    pub(super) fn connection(&self) -> Value {
        Value::from(self.connection)
    }

    /// Adds words of this program.
    pub(super) fn push(&mut self, words: &str) {
        self.text.push_str(words);
    }

    /// Adds a value in the next place.
    pub(super) fn bind(&mut self, value: impl Into<Value>) {
        self.values.push(value.into());
        let place = format!("${}", self.values.len());
        self.text.push_str(&place);
    }

    /// Adds words in which each `?` is the next place.
    pub(super) fn filled(&mut self, words: &str, values: Vec<Value>) {
        let mut values = values.into_iter();
        for (position, piece) in words.split('?').enumerate() {
            if position > 0
                && let Some(value) = values.next()
            {
                self.bind(value);
            }
            self.push(piece);
        }
    }
}

/// The statement that [`super::find`] runs.
pub fn select_statement<T: Found>(
    Asking { connection, order }: Asking,
    condition: &Condition<T::Term>,
    slice: &Slice,
) -> Composed {
    let mut text = Text::new(connection);
    text.push("select ");
    text.filled(T::COLUMNS, vec![Value::from(connection)]);
    text.push(" from ");
    text.push(T::TABLE);
    text.push(" where ");
    let column = T::column(order.by);
    let down = order.descending != slice.is_backwards();
    if let (Slice::Window(window), None) = (slice, column)
        && window.offset > 0
    {
        write_far_window(&mut text, T::TABLE, condition, (window, down));
        return (text.text, text.values);
    }
    condition.write(&mut text, T::TABLE);
    let total = T::is_total(order.by);
    if let Slice::After(place, _) | Slice::Before(place, _) = slice {
        let than = if down { "<" } else { ">" };
        let id = Value::from(place.id.as_str());
        text.push(" and ");
        match (column, place.key.value()) {
            (Some(column), Some(key)) if total => {
                text.filled(&format!("{column} {than} ?"), vec![key]);
            }
            (Some(column), Some(key)) => {
                text.filled(&format!("({column}, id) {than} (?, ?)"), vec![key, id]);
            }
            _ => text.filled(&format!("id {than} ?"), vec![id]),
        }
    }
    let way = if down { " desc" } else { "" };
    match column {
        Some(column) if total => text.push(&format!(" order by {column}{way} limit ")),
        Some(column) => text.push(&format!(" order by {column}{way}, id{way} limit ")),
        None => text.push(&format!(" order by id{way} limit ")),
    }
    text.bind(slice.count());
    if let Slice::Window(window) = slice
        && window.offset > 0
    {
        text.push(" offset ");
        text.bind(window.offset);
    }
    (text.text, text.values)
}

/// The rows of a window, found by their ids alone: those that it passes over are passed over in
/// an index that holds no more than that.
fn write_far_window<T: super::Term>(
    text: &mut Text,
    table: &str,
    condition: &Condition<T>,
    (window, down): (&Window, bool),
) {
    let way = if down { " desc" } else { "" };
    text.push(&format!("id in (select id from {table} where "));
    condition.write(text, table);
    text.push(&format!(" order by id{way} limit "));
    text.bind(window.count);
    text.push(" offset ");
    text.bind(window.offset);
    text.push(&format!(") order by id{way}"));
}

/// The statement that [`super::count`] runs.
pub fn count_statement<T: Found>(
    connection: ConnectionId,
    condition: &Condition<T::Term>,
) -> Composed {
    let mut text = Text::new(connection);
    text.push("select count(*) as total from ");
    text.push(T::TABLE);
    text.push(" where ");
    condition.write(&mut text, T::TABLE);
    (text.text, text.values)
}

#[cfg(test)]
mod tests {
    use super::super::{By, Key, Order, Place, UserTerm};
    use super::*;
    use crate::domain::directory::User;
    use crate::foundation::clock::Timestamp;

    fn is(term: UserTerm) -> Condition<UserTerm> {
        Condition::Is(term)
    }

    #[test]
    fn a_predicate_becomes_text_without_any_value_in_it() {
        let email = UserTerm::Email {
            kind: Some("work".into()),
            address: "x' or 1=1 --".into(),
        };
        let condition = Condition::All(vec![is(UserTerm::NotAdministrator), is(email)]);
        let (text, values) = count_statement::<User>(ConnectionId::BUILT_IN, &condition);
        assert_eq!(
            text,
            "select count(*) as total from users where (not administrator and id in (select \
             user_id from user_emails where address_key = $1 and kind = $2))"
        );
        assert_eq!(values.len(), 2);
    }

    #[test]
    fn any_of_several_is_looked_up_one_by_one() {
        let any = Condition::Any(vec![
            is(UserTerm::UserName("a".into())),
            is(UserTerm::Id("b".into())),
        ]);
        let (text, _) = count_statement::<User>(ConnectionId::BUILT_IN, &any);
        assert_eq!(
            text,
            "select count(*) as total from users where id in (select id from users where \
             user_name_key = $1 union all select id from users where id = $2)"
        );
    }

    #[test]
    fn a_place_is_compared_by_its_key_and_by_the_id_where_keys_repeat() {
        let everyone = is(UserTerm::NotAdministrator);
        let text = |by, slice| {
            let order = Order {
                by,
                descending: true,
            };
            let asking = Asking {
                connection: ConnectionId::BUILT_IN,
                order,
            };
            select_statement::<User>(asking, &everyone, &slice).0
        };
        let place = |key| Place {
            key,
            id: "u".into(),
        };
        let name = place(Key::Text("ann".into()));
        let text_of_names = text(By::Name, Slice::After(name, 3));
        assert!(
            text_of_names.ends_with(
                "where not administrator and user_name_key < $2 \
                 order by user_name_key desc limit $3"
            ),
            "{text_of_names}"
        );
        let moment = place(Key::Instant(Timestamp::from_millis(7)));
        let text_of_moments = text(By::Created, Slice::Before(moment, 3));
        assert!(
            text_of_moments
                .ends_with("(created_at, id) > ($2, $3) order by created_at, id limit $4"),
            "{text_of_moments}"
        );
    }
}
