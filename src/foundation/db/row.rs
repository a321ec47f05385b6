use std::str::FromStr;

use serde::de::DeserializeOwned;
use sqlx::postgres::{PgRow, Postgres};
use sqlx::sqlite::{Sqlite, SqliteRow};
use sqlx::{Decode, Row as _, Type};

use super::Error;
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
        parse(name, &self.get::<String>(name)?)
    }

    /// Like [`Row::parse`], for a column that may be NULL.
    pub fn parse_optional<T: FromStr>(&self, name: &str) -> Result<Option<T>, Error> {
        self.get::<Option<String>>(name)?
            .map(|text| parse(name, &text))
            .transpose()
    }

    /// The text column `name`, read as JSON.
    pub fn json<T: DeserializeOwned>(&self, name: &str) -> Result<T, Error> {
        serde_json::from_str(&self.get::<String>(name)?)
            .map_err(|e| Error::Corrupt(format!("{name}: {e}")))
    }

    fn value<'r, T>(&'r self, name: &str) -> Result<T, Error>
    where
        T: Decode<'r, Sqlite> + Type<Sqlite> + Decode<'r, Postgres> + Type<Postgres>,
    {
        match self {
            Self::Sqlite(row) => row.try_get(name),
            Self::Postgres(row) => row.try_get(name),
        }
        .map_err(Error::Other)
    }
}

fn parse<T: FromStr>(name: &str, text: &str) -> Result<T, Error> {
    text.parse()
        .map_err(|_| Error::Corrupt(format!("{name} cannot be read")))
}

macro_rules! column {
    ($($type:ty),+) => { $(
        impl Column for $type {
            fn read(row: &Row, name: &str) -> Result<Self, Error> {
                row.value(name)
            }
        }
    )+ };
}

column!(String, i64, bool, Option<String>, Option<i64>, Option<bool>);

impl Column for Timestamp {
    fn read(row: &Row, name: &str) -> Result<Self, Error> {
        row.value(name).map(Self::from_millis)
    }
}

impl Column for Option<Timestamp> {
    fn read(row: &Row, name: &str) -> Result<Self, Error> {
        Ok(row.value::<Option<i64>>(name)?.map(Timestamp::from_millis))
    }
}
