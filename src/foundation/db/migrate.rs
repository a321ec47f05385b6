use std::borrow::Cow;
use std::collections::HashMap;

use rusqlite::Connection;
use sqlx::SqlStr;
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};

use super::{Db, Engine, Error, Fetch, sql};

macro_rules! migrations {
    ($($number:literal $name:literal),+ $(,)?) => {
        &[$(($number, $name, include_str!(concat!("../../../migrations/", $name, ".sql")))),+]
    };
}

/// Forward only; one text for both engines.
const MIGRATIONS: &[(i64, &str, &str)] = migrations![
    1 "0001_audit_and_jobs",
    2 "0002_directory",
    3 "0003_access_and_credentials",
    4 "0004_sign_ins_and_sessions",
    5 "0005_clients",
    6 "0006_signing_keys",
    7 "0007_grants",
    8 "0008_api_keys",
    9 "0009_connections",
    10 "0010_ledger",
    11 "0011_schema_extensions",
    12 "0012_search",
    13 "0013_registration",
    14 "0014_authorization",
    15 "0015_tokens",
    16 "0016_devices",
    17 "0017_logout",
    18 "0018_provisioning",
    19 "0019_factors",
    20 "0020_sign_in_steps",
    21 "0021_tries",
    23 "0023_codes",
    24 "0024_webauthn_ceremonies",
    25 "0025_devices",
    26 "0026_mfa_policy",
    28 "0028_client_documents",
    29 "0029_ended_secrets",
    32 "0032_passwords",
    33 "0033_email_changes",
    34 "0034_pictures",
    35 "0035_mfa_by_role",
    39 "0039_mailed_passwords",
];

const BOOK: &str = "create table if not exists _sqlx_migrations (
  version bigint primary key,
  description text not null,
  installed_on timestamp not null default current_timestamp,
  success boolean not null,
  checksum blob not null,
  execution_time bigint not null
)";

/// How the database's schema stands to what this program knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SchemaState {
    /// The version that the database has; 0 when it is empty.
    pub found: i64,
    /// The version that this program brings it to.
    pub known: i64,
}

/// The schema version that this program needs.
pub fn known_schema() -> i64 {
    MIGRATIONS.last().map_or(0, |(number, ..)| *number)
}

impl Db {
    /// Brings the schema up to what this program knows. A schema of a newer program is
    /// refused untouched.
    pub async fn migrate(&self) -> Result<(), Error> {
        let state = self.schema().await?;
        self.migrate_to(state.known).await
    }

    /// Like [`Db::migrate`], but stops at `version`: tests start from every earlier schema.
    pub async fn migrate_to(&self, version: i64) -> Result<(), Error> {
        let state = self.schema().await?;
        if state.found > state.known {
            return Err(Error::Newer {
                found: state.found,
                known: state.known,
            });
        }
        if state.found >= version {
            return Ok(());
        }
        self.run_alone(list_to(version))
            .await
            .map_err(|e| not_migrated(e, state.known))
    }

    /// Everything in one transaction that holds all others off from its beginning: of two
    /// processes that start together one migrates and the other finds it done, nobody ever
    /// sees a schema in between, and a migration that fails leaves the earlier schema whole.
    async fn run_alone(&self, list: Vec<Migration>) -> Result<(), MigrateError> {
        match &self.engine {
            Engine::Sqlite(sqlite) => {
                let mut lease = sqlite.begin().await.map_err(wrapped)?;
                let ran = lease.with(move |connection| run_on_sqlite(connection, &list));
                ran.await.map_err(wrapped)??;
                lease.commit().await.map_err(wrapped)?;
            }
            Engine::Postgres(pool) => {
                let mut migrator = Migrator::with_migrations(list);
                migrator.set_locking(false);
                let mut tx = pool.begin().await?;
                sqlx::query("select pg_advisory_xact_lock(5847206311)")
                    .execute(&mut *tx)
                    .await?;
                migrator.run_direct(None, &mut *tx, false).await?;
                tx.commit().await?;
            }
        }
        Ok(())
    }

    /// Reads which schema the database has, and changes nothing.
    pub async fn schema(&self) -> Result<SchemaState, Error> {
        let known = known_schema();
        let mut from = self;
        let exists = match &self.engine {
            Engine::Sqlite(_) => sql(
                "select name from sqlite_master where type = 'table' and name = '_sqlx_migrations'",
            ),
            Engine::Postgres(_) => sql("select to_regclass('_sqlx_migrations')::text as name
                  where to_regclass('_sqlx_migrations') is not null"),
        };
        if from.fetch_optional(exists).await?.is_none() {
            return Ok(SchemaState { found: 0, known });
        }
        let row = from
            .fetch_one(sql(
                "select coalesce(max(version), 0) as version from _sqlx_migrations",
            ))
            .await?;
        Ok(SchemaState {
            found: row.get("version")?,
            known,
        })
    }
}

/// What the migrator of `sqlx` does, which runs on PostgreSQL: the same table, the same
/// checksums, so a database does not tell which of the two it was made by.
fn run_on_sqlite(connection: &mut Connection, list: &[Migration]) -> Result<(), MigrateError> {
    let failed = |e: rusqlite::Error| wrapped(Error::from(e));
    connection.execute_batch(BOOK).map_err(failed)?;
    let done: HashMap<i64, Vec<u8>> = connection
        .prepare("select version, checksum from _sqlx_migrations")
        .and_then(|mut all| {
            all.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect()
        })
        .map_err(failed)?;
    let known = |version: &i64| list.iter().any(|migration| migration.version == *version);
    if let Some(version) = done.keys().find(|version| !known(version)) {
        return Err(MigrateError::VersionMissing(*version));
    }
    for migration in list {
        match done.get(&migration.version) {
            Some(checksum) if *checksum == *migration.checksum => continue,
            Some(_) => return Err(MigrateError::VersionMismatch(migration.version)),
            None => {}
        }
        connection
            .execute_batch(migration.sql.as_str())
            .map_err(failed)?;
        connection
            .execute(
                "insert into _sqlx_migrations
                   (version, description, success, checksum, execution_time)
                 values (?1, ?2, true, ?3, -1)",
                (
                    migration.version,
                    &migration.description,
                    &*migration.checksum,
                ),
            )
            .map_err(failed)?;
    }
    Ok(())
}

fn wrapped(error: Error) -> MigrateError {
    MigrateError::Source(Box::new(error))
}

fn list_to(version: i64) -> Vec<Migration> {
    MIGRATIONS
        .iter()
        .filter(|(number, ..)| *number <= version)
        .map(|(number, name, text)| {
            Migration::new(
                *number,
                Cow::Borrowed(name),
                MigrationType::Simple,
                SqlStr::from_static(text),
                false,
            )
        })
        .collect()
}

fn not_migrated(error: MigrateError, known: i64) -> Error {
    match error {
        MigrateError::VersionMissing(found) => Error::Newer { found, known },
        MigrateError::VersionMismatch(found) => Error::Unavailable(format!(
            "its migration {found} differs from this program's: it was not made by a released doorward"
        )),
        MigrateError::Execute(e) | MigrateError::ExecuteMigration(e, _) => Error::from(e),
        MigrateError::Source(e) => match e.downcast::<Error>() {
            Ok(ours) => *ours,
            Err(other) => Error::Unavailable(other.to_string()),
        },
        other => Error::Unavailable(other.to_string()),
    }
}
