//! The copy of an embedded database before its schema is changed.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{config::Settings, start::StartError};
use crate::foundation::db::{Db, backup};

/// Copies the database when migrations wait, and lets the oldest copies go. Without a good copy
/// nothing is migrated.
///
/// # Errors
/// The copy cannot be made, or is not whole.
pub(super) async fn before_migration(settings: &Settings, db: &Db) -> Result<(), StartError> {
    let keep = settings.migration_backups.0 as usize;
    let schema = db.schema().await?;
    if schema.found == 0 || schema.found >= schema.known {
        return Ok(());
    }
    let Some(database) = settings.database_file() else {
        tracing::info!("this is PostgreSQL: `pg_dump` is what makes a copy before an upgrade");
        return Ok(());
    };
    if keep == 0 {
        return Ok(());
    }
    let folder = folder(&database);
    let copy = folder.join(format!("before-schema-{:04}.db", schema.known));
    let made = tokio::task::spawn_blocking(move || {
        fs::create_dir_all(&folder).map_err(|source| backup::BackupError::File {
            file: folder.display().to_string(),
            source,
        })?;
        // One of an attempt that failed: the database may have gone on since.
        let _ = fs::remove_file(&copy);
        let copied = backup::copy(&database, &copy)?;
        let_the_oldest_go(&folder, keep);
        Ok::<_, backup::BackupError>((copy, copied))
    });
    match made.await {
        Ok(made) => {
            let (copy, copied) = made.map_err(StartError::NoBackup)?;
            let (copy, bytes) = (copy.display(), copied.bytes);
            tracing::info!(%copy, bytes, "the database was copied before its schema is changed");
            Ok(())
        }
        Err(_) => Err(StartError::BackupBrokeOff),
    }
}

/// Beside the database.
fn folder(database: &Path) -> PathBuf {
    database.with_file_name("backups")
}

/// By their names: the number of the schema is in them.
fn let_the_oldest_go(folder: &Path, keep: usize) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    let is_one = |name: &str| name.starts_with("before-schema-") && name.ends_with(".db");
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| is_one(name))
        .collect();
    names.sort_unstable();
    let old = names.len().saturating_sub(keep);
    for name in names.into_iter().take(old) {
        if let Err(error) = fs::remove_file(folder.join(&name)) {
            tracing::warn!(%error, name, "an old copy of the database cannot be removed");
        }
    }
}
