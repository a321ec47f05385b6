use rusqlite::ErrorCode;
use rusqlite::ffi::{
    SQLITE_CONSTRAINT_CHECK, SQLITE_CONSTRAINT_FOREIGNKEY, SQLITE_CONSTRAINT_PRIMARYKEY,
    SQLITE_CONSTRAINT_UNIQUE,
};
use sqlx::error::{DatabaseError, ErrorKind};

/// What a database refused or could not do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A unique constraint, by its name on both engines: `users.user_name_key`.
    #[error("unique constraint {0}")]
    Unique(String),
    /// A row that is referred to does not exist, or is still referred to.
    #[error("foreign key constraint")]
    ForeignKey,
    /// A check constraint, by name.
    #[error("check constraint {0}")]
    Check(String),
    /// Another process holds the database, or two changes waited for each other and this
    /// one was ended: worth another try.
    #[error("the database is busy")]
    Busy,
    /// A statement that always has a row had none.
    #[error("no row")]
    NoRow,
    /// A row that no code of ours can have written.
    #[error("impossible row: {0}")]
    Corrupt(String),
    /// Rows were changed and nothing was recorded in the audit log.
    #[error("a change without an audit event")]
    Unrecorded,
    /// The schema is of a later program than this one.
    #[error(
        "the database has schema version {found}, this program knows {known}: a newer doorward is needed"
    )]
    Newer {
        /// The version that the database has.
        found: i64,
        /// The newest version that this program has.
        known: i64,
    },
    /// The database's address cannot be understood.
    #[error("{0}")]
    Address(String),
    /// The database cannot be reached or opened.
    #[error("the database cannot be opened: {0}")]
    Unavailable(String),
    /// Everything else, for the log.
    #[error("{0}")]
    Other(Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// Whether this is the refusal of the unique constraint `name` (`table.column`).
    pub fn violates(&self, name: &str) -> bool {
        matches!(self, Self::Unique(constraint) if constraint == name)
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(refusal) => from_database(refusal),
            sqlx::Error::PoolTimedOut => Self::Busy,
            sqlx::Error::Io(e) => Self::Unavailable(e.to_string()),
            sqlx::Error::PoolClosed => Self::Unavailable("closed".into()),
            other => Self::Other(Box::new(other)),
        }
    }
}

fn from_database(refusal: Box<dyn DatabaseError>) -> Error {
    match refusal.kind() {
        ErrorKind::UniqueViolation => Error::Unique(constraint_of(refusal.as_ref())),
        ErrorKind::ForeignKeyViolation => Error::ForeignKey,
        ErrorKind::CheckViolation => Error::Check(constraint_of(refusal.as_ref())),
        _ if is_busy(refusal.as_ref()) => Error::Busy,
        _ => Error::Other(Box::new(sqlx::Error::Database(refusal))),
    }
}

fn constraint_of(refusal: &dyn DatabaseError) -> String {
    refusal.constraint().unwrap_or_default().to_owned()
}

/// serialization_failure and deadlock_detected.
fn is_busy(refusal: &dyn DatabaseError) -> bool {
    matches!(refusal.code().as_deref(), Some("40001" | "40P01"))
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        match &error {
            rusqlite::Error::SqliteFailure(code, Some(said)) => {
                from_sqlite(*code, said).unwrap_or_else(|| Self::Other(Box::new(error)))
            }
            _ => Self::Other(Box::new(error)),
        }
    }
}

/// SQLite ends its sentence with the constraint's name, or with the columns of a unique one,
/// which is what those are called.
fn from_sqlite(code: rusqlite::ffi::Error, said: &str) -> Option<Error> {
    let constraint = || {
        said.rsplit("failed: ")
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    match (code.code, code.extended_code) {
        (_, SQLITE_CONSTRAINT_UNIQUE | SQLITE_CONSTRAINT_PRIMARYKEY) => {
            Some(Error::Unique(constraint()))
        }
        (_, SQLITE_CONSTRAINT_FOREIGNKEY) => Some(Error::ForeignKey),
        (_, SQLITE_CONSTRAINT_CHECK) => Some(Error::Check(constraint())),
        (ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, _) => Some(Error::Busy),
        _ => None,
    }
}
