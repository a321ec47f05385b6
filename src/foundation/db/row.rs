use std::str::FromStr;

use rusqlite::types::Value as Stored;
use serde::de::DeserializeOwned;
use sqlx::Row as _;
use sqlx::postgres::PgRow;

use super::Error;
use super::sqlite_row::SqliteRow;
use crate::foundation::clock::Timestamp;

/// A row of either engine.
pub enum Row {
    /// Of SQLite.
    Sqlite(SqliteRow),
    /// Of PostgreSQL.
    Postgres(PgRow),
}

/// A type that a column can be read as.
pub trait Column: Sized {
    /// Reads the column `name`.
    fn read(row: &Row, name: &str) -> Result<Self, Error>;
}

impl Row {
    /// The column `name`.
    pub fn get<T: Column>(&self, name: &str) -> Result<T, Error> {
        T::read(self, name)
    }

    /// The text column `name`, parsed; what cannot be parsed is a corrupt row.
    pub fn parse<T: FromStr>(&self, name: &str) -> Result<T, Error> {
        parse(name, self.text(name)?.ok_or_else(|| empty(name))?)
    }

    /// Like [`Row::parse`], for a column that may be NULL.
    pub fn parse_optional<T: FromStr>(&self, name: &str) -> Result<Option<T>, Error> {
        self.text(name)?.map(|text| parse(name, text)).transpose()
    }

    /// The text column `name`, read as JSON.
    pub fn json<T: DeserializeOwned>(&self, name: &str) -> Result<T, Error> {
        serde_json::from_str(self.text(name)?.ok_or_else(|| empty(name))?)
            .map_err(|e| Error::Corrupt(format!("{name}: {e}")))
    }

    fn text(&self, name: &str) -> Result<Option<&str>, Error> {
        match self {
            Self::Sqlite(row) => match row.value(name)? {
                Stored::Text(text) => Ok(Some(text)),
                Stored::Null => Ok(None),
                _ => Err(Error::Corrupt(format!("{name} is no text"))),
            },
            Self::Postgres(row) => Ok(row.try_get(name)?),
        }
    }

    fn number(&self, name: &str) -> Result<Option<i64>, Error> {
        match self {
            Self::Sqlite(row) => match row.value(name)? {
                Stored::Integer(number) => Ok(Some(*number)),
                Stored::Null => Ok(None),
                _ => Err(Error::Corrupt(format!("{name} is no number"))),
            },
            Self::Postgres(row) => Ok(row.try_get(name)?),
        }
    }

    fn bytes(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        match self {
            Self::Sqlite(row) => match row.value(name)? {
                Stored::Blob(bytes) => Ok(Some(bytes.clone())),
                Stored::Null => Ok(None),
                _ => Err(Error::Corrupt(format!("{name} is no bytes"))),
            },
            Self::Postgres(row) => Ok(row.try_get(name)?),
        }
    }

    fn truth(&self, name: &str) -> Result<Option<bool>, Error> {
        match self {
            Self::Sqlite(_) => Ok(self.number(name)?.map(|number| number != 0)),
            Self::Postgres(row) => Ok(row.try_get(name)?),
        }
    }
}

fn empty(name: &str) -> Error {
    Error::Corrupt(format!("{name} is NULL"))
}

fn parse<T: FromStr>(name: &str, text: &str) -> Result<T, Error> {
    text.parse()
        .map_err(|_| Error::Corrupt(format!("{name} cannot be read")))
}

macro_rules! columns {
    ($($type:ty, $row:ident, $name:ident => $value:expr);+ $(;)?) => { $(
        impl Column for Option<$type> {
            fn read($row: &Row, $name: &str) -> Result<Self, Error> {
                $value
            }
        }
        impl Column for $type {
            fn read(row: &Row, name: &str) -> Result<Self, Error> {
                row.get::<Option<$type>>(name)?.ok_or_else(|| empty(name))
            }
        }
    )+ };
}

columns! {
    String, row, name => Ok(row.text(name)?.map(str::to_owned));
    i64, row, name => row.number(name);
    bool, row, name => row.truth(name);
    Vec<u8>, row, name => row.bytes(name);
    Timestamp, row, name => Ok(row.number(name)?.map(Timestamp::from_millis));
}
