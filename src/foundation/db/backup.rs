//! Copies of an embedded database: made while a server runs, looked at before they are trusted,
//! and put back where nothing else has the database open.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use super::{Error, known_schema};

/// What a copy holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Copied {
    /// The version of its schema.
    pub schema: i64,
    /// Its size in bytes.
    pub bytes: u64,
}

/// Why a copy was not made, or not put back. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// There is something already.
    #[error("{0} is there already")]
    Exists(String),
    /// Another process has the database open.
    #[error("{0} is in use: stop the server first")]
    InUse(String),
    /// It is no database of this program, or a damaged one.
    #[error("{file}: {why}")]
    Damaged {
        /// The file.
        file: String,
        /// What was found.
        why: String,
    },
    /// A file cannot be read or written.
    #[error("{file}: {source}")]
    File {
        /// The file.
        file: String,
        /// What the system said.
        source: io::Error,
    },
    /// The database could not be read.
    #[error(transparent)]
    Database(#[from] Error),
}

/// Copies the database `from` to the new file `to`, while others read and write it: the copy is
/// of one moment (`VACUUM INTO`). It gets its name when it was found whole, so that a file of
/// that name is always a good copy. Blocks.
///
/// # Errors
/// `to` is there already, there is no room for it, or the copy is not whole.
pub fn copy(from: &Path, to: &Path) -> Result<Copied, BackupError> {
    if to.exists() {
        return Err(BackupError::Exists(shown(to)));
    }
    let part = beside(to, "part");
    let copied = copy_to(from, &part).and_then(|copied| {
        fs::rename(&part, to).map_err(of_file(to))?;
        Ok(copied)
    });
    if copied.is_err() {
        let _ = fs::remove_file(&part);
    }
    copied
}

fn copy_to(from: &Path, part: &Path) -> Result<Copied, BackupError> {
    let _ = fs::remove_file(part);
    owners_alone(part)?;
    let connection = open(from, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let target = part.to_str().ok_or_else(|| BackupError::Damaged {
        file: shown(part),
        why: "its name is not UTF-8".to_owned(),
    })?;
    connection
        .execute("vacuum into ?1", [target])
        .map_err(Error::from)?;
    keep(part)?;
    verify(part)
}

/// Looks whether a file is a whole database of this program, and not of a newer one. Blocks.
///
/// # Errors
/// What was found instead.
pub fn verify(file: &Path) -> Result<Copied, BackupError> {
    let damaged = |why: String| BackupError::Damaged {
        file: shown(file),
        why,
    };
    let bytes = fs::metadata(file).map_err(of_file(file))?.len();
    let connection = open(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let not_ours = |_| damaged("no database of doorward".to_owned());
    let schema: i64 = connection
        .query_row(
            "select coalesce(max(version), 0) from _sqlx_migrations",
            [],
            |row| row.get(0),
        )
        .map_err(not_ours)?;
    let known = known_schema();
    if schema == 0 {
        return Err(damaged("no database of doorward".to_owned()));
    }
    if schema > known {
        return Err(Error::Newer {
            found: schema,
            known,
        }
        .into());
    }
    let found: String = connection
        .query_row("pragma integrity_check(1)", [], |row| row.get(0))
        .map_err(|error| damaged(error.to_string()))?;
    if found != "ok" {
        return Err(damaged(found));
    }
    let mut strays = connection
        .prepare("pragma foreign_key_check")
        .map_err(Error::from)?;
    if strays.exists([]).map_err(Error::from)? {
        return Err(damaged("a row refers to one that is not there".to_owned()));
    }
    Ok(Copied { schema, bytes })
}

/// Puts the copy `from` in the place of the database `to`. What was there is kept beside it; its
/// name is given back. Blocks.
///
/// # Errors
/// The copy is not whole, there is a database and `replace` is not said, or somebody has it open.
pub fn restore(
    from: &Path,
    to: &Path,
    replace: bool,
) -> Result<(Copied, Option<PathBuf>), BackupError> {
    let copied = verify(from)?;
    let there = fs::metadata(to).is_ok_and(|file| file.len() > 0);
    if there && !replace {
        return Err(BackupError::Exists(shown(to)));
    }
    let part = beside(to, "part");
    let _ = fs::remove_file(&part);
    owners_alone(&part)?;
    fs::copy(from, &part).map_err(of_file(&part))?;
    keep(&part)?;
    verify(&part)?;
    let held = match there {
        true => Some(alone(to)?),
        false => None,
    };
    let replaced = there.then(|| beside(to, "replaced"));
    if let Some(replaced) = &replaced {
        fs::rename(to, replaced).map_err(of_file(replaced))?;
    }
    // Logs of the old file would be taken for the new one's.
    for ending in ["-wal", "-shm"] {
        let _ = fs::remove_file(format!("{}{ending}", to.display()));
    }
    fs::rename(&part, to).map_err(of_file(to))?;
    drop(held);
    Ok((copied, replaced))
}

/// Opens a database that nobody else has open, folds its log into it, and keeps others out.
fn alone(file: &Path) -> Result<Connection, BackupError> {
    let connection = open(file, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    // Only who is alone may leave the mode in which log and database are two files.
    let taken = connection
        .query_row("pragma journal_mode = delete", [], |row| {
            row.get::<_, String>(0)
        })
        .map(|_| connection.execute_batch("begin exclusive"));
    match taken {
        Ok(Ok(())) => Ok(connection),
        Ok(Err(_)) | Err(_) => Err(BackupError::InUse(shown(file))),
    }
}

fn open(file: &Path, how: OpenFlags) -> Result<Connection, BackupError> {
    // SQLite says nothing of a missing file but that it cannot be opened.
    fs::metadata(file).map_err(of_file(file))?;
    let opened = Connection::open_with_flags(file, how | OpenFlags::SQLITE_OPEN_NO_MUTEX);
    Ok(opened.map_err(Error::from)?)
}

fn owners_alone(file: &Path) -> Result<(), BackupError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file).map(drop).map_err(of_file(file))
}

fn keep(file: &Path) -> Result<(), BackupError> {
    let synced = File::open(file).and_then(|file| file.sync_all());
    synced.map_err(of_file(file))
}

fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

fn of_file(file: &Path) -> impl FnOnce(io::Error) -> BackupError + use<> {
    let file = shown(file);
    move |source| BackupError::File { file, source }
}

fn shown(file: &Path) -> String {
    file.display().to_string()
}
