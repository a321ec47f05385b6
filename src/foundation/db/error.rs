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
    Other(sqlx::Error),
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
            other => Self::Other(other),
        }
    }
}

fn from_database(refusal: Box<dyn DatabaseError>) -> Error {
    match refusal.kind() {
        ErrorKind::UniqueViolation => Error::Unique(constraint_of(refusal.as_ref())),
        ErrorKind::ForeignKeyViolation => Error::ForeignKey,
        ErrorKind::CheckViolation => Error::Check(constraint_of(refusal.as_ref())),
        _ if is_busy(refusal.as_ref()) => Error::Busy,
        _ => Error::Other(sqlx::Error::Database(refusal)),
    }
}

/// PostgreSQL names the constraint; SQLite ends its sentence with the columns, which is what
/// the constraints are called.
fn constraint_of(refusal: &dyn DatabaseError) -> String {
    if let Some(name) = refusal.constraint() {
        return name.to_owned();
    }
    refusal
        .message()
        .rsplit("failed: ")
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// SQLITE_BUSY (5) and SQLITE_LOCKED (6), with their extended codes in the higher bits;
/// PostgreSQL's serialization_failure and deadlock_detected.
fn is_busy(refusal: &dyn DatabaseError) -> bool {
    if matches!(refusal.code().as_deref(), Some("40001" | "40P01")) {
        return true;
    }
    refusal
        .try_downcast_ref::<sqlx::sqlite::SqliteError>()
        .is_some()
        && refusal
            .code()
            .and_then(|code| code.parse::<u32>().ok())
            .is_some_and(|code| matches!(code & 0xff, 5 | 6))
}
