//! Statements of SQLite, run to their end, and the rows that they give.

use std::sync::Arc;

use rusqlite::types::{ToSqlOutput, Value as Stored, ValueRef};
use rusqlite::{CachedStatement, Connection};

use super::{Error, Statement, Value};

/// How many rows are wanted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Wanted {
    /// All.
    All,
    /// The first, if there is one.
    First,
}

/// What came of a statement.
pub(super) struct Answer {
    pub(super) rows: Vec<SqliteRow>,
    /// How many rows it changed.
    pub(super) changed: u64,
}

/// A row, taken out of the database.
pub struct SqliteRow {
    columns: Arc<[Box<str>]>,
    values: Box<[Stored]>,
}

impl SqliteRow {
    /// The value of the column `name`.
    pub(super) fn value(&self, name: &str) -> Result<&Stored, Error> {
        let place = self.columns.iter().position(|column| **column == *name);
        place
            .and_then(|place| self.values.get(place))
            .ok_or_else(|| Error::Corrupt(format!("there is no column {name}")))
    }
}

/// Runs a statement.
pub(super) fn run(
    connection: &Connection,
    prepared: &mut CachedStatement<'_>,
    statement: &Statement,
    wanted: Wanted,
) -> Result<Answer, Error> {
    for place in 1..=prepared.parameter_count() {
        // `$2` is a name to SQLite: it counts places by their first appearance.
        let number = prepared.parameter_name(place);
        let number = number.and_then(|name| name[1..].parse::<usize>().ok());
        let value = number.and_then(|number| statement.values().get(number.wrapping_sub(1)));
        let value = value.ok_or_else(|| Error::Corrupt("a place without a value".to_owned()))?;
        prepared.raw_bind_parameter(place, bound(value))?;
    }
    let columns: Arc<[Box<str>]> = prepared.column_names().into_iter().map(Box::from).collect();
    let mut rows = Vec::new();
    let mut found = prepared.raw_query();
    while let Some(row) = found.next()? {
        let value = |place| row.get_ref(place).map(Stored::try_from);
        let values = (0..columns.len()).map(|place| match value(place)? {
            Ok(value) => Ok(value),
            Err(e) => Err(Error::Corrupt(format!("{}: {e}", columns[place]))),
        });
        rows.push(SqliteRow {
            columns: columns.clone(),
            values: values.collect::<Result<_, Error>>()?,
        });
        if wanted == Wanted::First {
            break;
        }
    }
    drop(found);
    Ok(Answer {
        rows,
        changed: connection.changes(),
    })
}

fn bound(value: &Value) -> ToSqlOutput<'_> {
    let borrowed = match value {
        Value::Text(Some(text)) => ValueRef::Text(text.as_bytes()),
        Value::Int(Some(number)) => ValueRef::Integer(*number),
        Value::Bool(Some(truth)) => ValueRef::Integer(i64::from(*truth)),
        Value::Bytes(Some(bytes)) => ValueRef::Blob(bytes),
        Value::Text(None) | Value::Int(None) | Value::Bool(None) | Value::Bytes(None) => {
            ValueRef::Null
        }
    };
    ToSqlOutput::Borrowed(borrowed)
}
