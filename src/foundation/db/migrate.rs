use std::borrow::Cow;

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
    18 "0018_provisioning",
];

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
        let mut migrator = Migrator::with_migrations(list_to(version));
        migrator.set_locking(false);
        let done = self.run_alone(&migrator).await;
        done.map_err(|e| not_migrated(e, state.known))
    }

    /// Everything in one transaction that holds all others off from its beginning: of two
    /// processes that start together one migrates and the other finds it done, nobody ever
    /// sees a schema in between, and a migration that fails leaves the earlier schema whole.
    async fn run_alone(&self, migrator: &Migrator) -> Result<(), MigrateError> {
        match &self.engine {
            Engine::Sqlite { write, .. } => {
                let mut tx = write.begin_with("BEGIN IMMEDIATE").await?;
                migrator.run_direct(None, &mut *tx, false).await?;
                tx.commit().await?;
            }
            Engine::Postgres(pool) => {
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
            Engine::Sqlite { .. } => sql(
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
        other => Error::Unavailable(other.to_string()),
    }
}
