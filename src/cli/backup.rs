//! `doorward backup FILE` and `doorward restore FILE`

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::{Context, Outcome, output::Output};
use crate::foundation::db::backup;

/// Copy the embedded database to a new file, also while the server runs.
#[derive(Args, Debug)]
pub(super) struct Backup {
    /// The new file
    file: PathBuf,
    #[command(flatten)]
    output: Output,
}

/// Put a copy in the place of the embedded database; the server must be stopped.
#[derive(Args, Debug)]
pub(super) struct Restore {
    /// The copy
    file: PathBuf,
    /// Replace a database that is there; it is kept beside the new one
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    output: Output,
}

impl Backup {
    pub(super) fn run(self, context: &Context) -> Outcome {
        let database = embedded(context, "pg_dump --format=custom --file=FILE DATABASE")?;
        let copied = backup::copy(&database, &self.file)?;
        let (file, key) = (self.file.display(), context.settings().master_key());
        let value = json!({
            "file": file.to_string(),
            "bytes": copied.bytes,
            "schema": copied.schema,
            "master_key": key.display().to_string(),
        });
        self.output.print(&value, |_| {
            format!(
                "{file}: {} bytes, schema version {}, whole\nWithout the master key it opens nothing that is sealed: keep {} too, elsewhere.",
                copied.bytes, copied.schema, key.display()
            )
        })
    }
}

impl Restore {
    pub(super) fn run(self, context: &Context) -> Outcome {
        let database = embedded(context, "pg_restore --clean --dbname=DATABASE FILE")?;
        let restored = backup::restore(&self.file, &database, self.force);
        let (copied, replaced) = restored.map_err(|error| advised(error, self.force))?;
        let replaced = replaced.map(|path| path.display().to_string());
        let database = database.display();
        let value = json!({
            "database": database.to_string(),
            "schema": copied.schema,
            "replaced": replaced,
        });
        self.output.print(&value, |_| match &replaced {
            Some(old) => format!(
                "{database} has schema version {}; what was there is now {old}",
                copied.schema
            ),
            None => format!("{database} has schema version {}", copied.schema),
        })
    }
}

fn advised(error: backup::BackupError, force: bool) -> String {
    match error {
        backup::BackupError::Exists(_) if !force => format!("{error}; --force replaces it"),
        error => error.to_string(),
    }
}

/// The file of the database; PostgreSQL has tools of its own.
fn embedded(context: &Context, tool: &str) -> Outcome<PathBuf> {
    let file = context.settings().database_file();
    let file = file.ok_or_else(|| {
        format!("the database is PostgreSQL, which has its own tool for this: {tool}")
    })?;
    let folder = file.parent().filter(|folder| *folder != Path::new(""));
    match folder.filter(|folder| !folder.exists()) {
        Some(folder) => Err(format!("there is no folder {}", folder.display()).into()),
        None => Ok(file),
    }
}
