use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::sqlite::Sqlite;
use super::{Db, Engine, Error};

const POSTGRES_CONNECTIONS: u32 = 16;
/// A connection that was idle for this long is asked whether it still lives.
const ASK_AFTER_IDLE: Duration = Duration::from_secs(10);

impl Db {
    /// Opens `sqlite:PATH` (the file is made when it is missing) or `postgres://…`.
    pub async fn open(url: &str) -> Result<Self, Error> {
        if url.starts_with("sqlite:") {
            return open_sqlite(url).await;
        }
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            return open_postgres(url).await;
        }
        Err(Error::Address(
            "the database address must begin with sqlite: or postgres:".into(),
        ))
    }
}

/// `sqlite:PATH` or `sqlite://PATH`; nothing behind a question mark is known.
async fn open_sqlite(url: &str) -> Result<Db, Error> {
    let path = url.strip_prefix("sqlite:").unwrap_or(url);
    let path = path.strip_prefix("//").unwrap_or(path);
    if path.contains('?') {
        return Err(Error::Address(
            "a SQLite address is sqlite:PATH without parameters".into(),
        ));
    }
    Ok(Db::of(Engine::Sqlite(Sqlite::open(Path::new(path)).await?)))
}

async fn open_postgres(url: &str) -> Result<Db, Error> {
    let options = PgConnectOptions::from_str(url)
        .map_err(|_| Error::Address("not a PostgreSQL address".into()))?
        .application_name("doorward")
        .disable_statement_logging();
    let pool = PgPoolOptions::new()
        .max_connections(POSTGRES_CONNECTIONS)
        .test_before_acquire(false)
        .before_acquire(|connection, meta| {
            Box::pin(async move {
                if meta.idle_for > ASK_AFTER_IDLE {
                    return Ok(sqlx::Connection::ping(connection).await.is_ok());
                }
                Ok(true)
            })
        })
        .acquire_timeout(Duration::from_secs(10))
        .connect_with(options)
        .await
        .map_err(unavailable)?;
    Ok(Db::of(Engine::Postgres(pool)))
}

fn unavailable(error: sqlx::Error) -> Error {
    match Error::from(error) {
        Error::Other(e) => Error::Unavailable(e.to_string()),
        other => other,
    }
}
