use sqlx::postgres::{PgArguments, Postgres};
use sqlx::query::Query;
use sqlx::{Arguments, AssertSqlSafe, SqlSafeStr, SqlStr};

use super::Error;
use crate::foundation::clock::Timestamp;

/// A statement and what it binds.
pub struct Statement {
    text: SqlStr,
    values: Vec<Value>,
    long: bool,
}

/// A bound value. `None` is NULL; it keeps its type, which PostgreSQL wants to know.
#[derive(Clone, Debug)]
pub enum Value {
    /// `text`
    Text(Option<String>),
    /// `bigint`
    Int(Option<i64>),
    /// `boolean`
    Bool(Option<bool>),
    /// `bytea`
    Bytes(Option<Vec<u8>>),
}

/// A statement whose text is in the source.
pub fn sql(text: &'static str) -> Statement {
    Statement {
        text: SqlStr::from_static(text),
        values: Vec::new(),
        long: false,
    }
}

/// A statement put together at run time. Only the directory's search does this, from a typed
/// predicate whose values are all bound.
pub fn composed_sql(text: String) -> Statement {
    Statement {
        text: AssertSqlSafe(text).into_sql_str(),
        values: Vec::new(),
        long: false,
    }
}

impl Statement {
    /// Binds the next placeholder.
    #[must_use]
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Says that it may change any number of rows: SQLite then runs it on a thread where it
    /// holds up nobody. (What only reads goes there by itself when it takes long.)
    #[must_use]
    pub fn long(mut self) -> Self {
        self.long = true;
        self
    }

    pub(super) fn is_long(&self) -> bool {
        self.long
    }

    pub(super) fn text(&self) -> &str {
        self.text.as_str()
    }

    pub(super) fn values(&self) -> &[Value] {
        &self.values
    }

    pub(super) fn postgres(self) -> Result<Query<'static, Postgres, PgArguments>, Error> {
        let mut arguments = PgArguments::default();
        for value in self.values {
            match value {
                Value::Text(v) => arguments.add(v),
                Value::Int(v) => arguments.add(v),
                Value::Bool(v) => arguments.add(v),
                Value::Bytes(v) => arguments.add(v),
            }
            .map_err(unbindable)?;
        }
        Ok(sqlx::query_with(self.text, arguments))
    }
}

fn unbindable(error: sqlx::error::BoxDynError) -> Error {
    Error::Other(error)
}

macro_rules! value_from {
    ($($from:ty => $variant:ident($map:expr)),+ $(,)?) => { $(
        impl From<$from> for Value {
            fn from(value: $from) -> Self {
                Self::$variant(Some(($map)(value)))
            }
        }
        impl From<Option<$from>> for Value {
            fn from(value: Option<$from>) -> Self {
                Self::$variant(value.map($map))
            }
        }
    )+ };
}

value_from! {
    &str => Text(str::to_owned),
    String => Text(|v| v),
    &String => Text(String::clone),
    i64 => Int(|v| v),
    bool => Bool(|v| v),
    Vec<u8> => Bytes(|v| v),
    Timestamp => Int(Timestamp::millis),
}
