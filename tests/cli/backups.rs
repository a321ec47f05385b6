//! Copies of the database: by command, and before its schema is changed.

use std::fs;

use doorward::foundation::db::{Db, known_schema};
use serde_json::json;

use crate::program::Program;
use crate::support::Engine;

async fn program() -> Program {
    Program::new(Engine::Sqlite).await
}

fn names(program: &Program) -> Vec<String> {
    let users = program.json(&["user", "list"]);
    let found = users["users"].as_array().or_else(|| users.as_array());
    let all = found.expect("a list").iter();
    all.map(|user| user["user_name"].as_str().unwrap_or_default().to_owned())
        .collect()
}

/// A database of an earlier program.
async fn older(program: &Program) -> i64 {
    let version = known_schema() - 1;
    let db = Db::open(&program.database).await.unwrap();
    db.migrate_to(version).await.unwrap();
    let found = db.schema().await.unwrap().found;
    db.close().await;
    found
}

#[tokio::test]
async fn a_copy_holds_everything_and_is_put_back() {
    let program = program().await;
    program.administrator();
    let said = program.json(&["backup", "copy.db"]);
    assert_eq!(said["schema"], json!(known_schema()));
    assert!(said["bytes"].as_u64().unwrap() > 4096);
    let arguments = [
        "admin",
        "create",
        "--username",
        "Eve",
        "--email",
        "eve@example.com",
        "--password-stdin",
    ];
    program.json_with(&arguments, "correct horse battery\n");
    assert_eq!(names(&program), ["Ada", "Eve"]);
    let refused = program.refused(&["restore", "copy.db"]);
    assert!(
        refused.ends_with("is there already; --force replaces it"),
        "{refused}"
    );
    let restored = program.json(&["restore", "copy.db", "--force"]);
    assert_eq!(names(&program), ["Ada"]);
    // What was there before is not lost.
    let replaced = restored["replaced"].as_str().unwrap();
    program.json(&["restore", replaced, "--force"]);
    assert_eq!(names(&program), ["Ada", "Eve"]);
}

#[tokio::test]
async fn a_copy_is_its_owners_alone_and_never_replaces_a_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let program = program().await;
    program.administrator();
    program.json(&["backup", "copy.db"]);
    let file = program.folder.path().join("copy.db");
    let mode = fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0);
    let before = fs::read(&file).unwrap();
    let refused = program.refused(&["backup", "copy.db"]);
    assert_eq!(refused, "copy.db is there already");
    assert_eq!(fs::read(&file).unwrap(), before);
    let refused = program.refused(&["backup", "nowhere/copy.db"]);
    assert!(refused.contains("nowhere/copy.db"), "{refused}");
    assert!(!program.folder.path().join("copy.db.part").exists());
}

#[tokio::test]
async fn a_damaged_or_foreign_file_is_not_put_back() {
    let program = program().await;
    program.administrator();
    program.json(&["backup", "copy.db"]);
    let path = |name: &str| program.folder.path().join(name);
    let mut torn = fs::read(path("copy.db")).unwrap();
    let middle = torn.len() / 2;
    torn[middle..middle + 8192].fill(0x5a);
    fs::write(path("torn.db"), &torn).unwrap();
    fs::write(path("short.db"), &torn[..2048]).unwrap();
    fs::write(path("text.db"), "no database at all").unwrap();
    fs::write(path("empty.db"), "").unwrap();
    for file in ["torn.db", "short.db", "text.db", "empty.db", "absent.db"] {
        let refused = program.refused(&["restore", file, "--force"]);
        assert!(refused.starts_with(file), "{refused}");
        assert_eq!(names(&program), ["Ada"], "{file}");
    }
}

#[tokio::test]
async fn nothing_is_put_back_under_a_running_server() {
    let program = program().await;
    program.administrator();
    program.json(&["backup", "copy.db"]);
    let server = Db::open(&program.database).await.unwrap();
    assert!(server.schema().await.is_ok());
    // A copy can be made all the same.
    program.json(&["backup", "second.db"]);
    let refused = program.refused(&["restore", "copy.db", "--force"]);
    assert!(
        refused.ends_with("is in use: stop the server first"),
        "{refused}"
    );
    assert!(server.schema().await.is_ok());
    server.close().await;
    program.json(&["restore", "copy.db", "--force"]);
}

#[tokio::test]
async fn an_older_database_is_copied_before_it_is_migrated() {
    let program = program().await;
    let found = older(&program).await;
    let ran = program.run(&["migrate"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let folder = program.folder.path().join("backups");
    let copy = folder.join(format!("before-schema-{:04}.db", known_schema()));
    let copied = doorward::foundation::db::backup::verify(&copy).unwrap();
    assert_eq!(copied.schema, found);
    // With nothing to migrate, nothing is copied.
    fs::remove_file(&copy).unwrap();
    program.run(&["migrate"]);
    assert!(!copy.exists());
}

#[tokio::test]
async fn only_the_newest_copies_are_kept() {
    let program = program().await;
    older(&program).await;
    let folder = program.folder.path().join("backups");
    fs::create_dir(&folder).unwrap();
    for name in [
        "before-schema-0002.db",
        "before-schema-0003.db",
        "before-schema-0004.db",
        "mine.db",
    ] {
        fs::write(folder.join(name), "old").unwrap();
    }
    assert_eq!(
        program.run(&["migrate", "--migration-backups", "2"]).code,
        0
    );
    let mut left: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    left.sort();
    let newest = format!("before-schema-{:04}.db", known_schema());
    assert_eq!(left, ["before-schema-0004.db", newest.as_str(), "mine.db"]);
}

#[tokio::test]
async fn without_room_for_a_copy_nothing_is_migrated() {
    let program = program().await;
    let found = older(&program).await;
    // A file where the folder would be.
    fs::write(program.folder.path().join("backups"), "").unwrap();
    let refused = program.refused(&["migrate"]);
    assert!(
        refused.starts_with("the database cannot be copied before"),
        "{refused}"
    );
    let db = Db::open(&program.database).await.unwrap();
    assert_eq!(db.schema().await.unwrap().found, found);
    db.close().await;
    assert_eq!(
        program.run(&["migrate", "--migration-backups", "0"]).code,
        0
    );
}

#[tokio::test]
async fn postgresql_is_left_to_its_own_tools() {
    let program = Program::new(Engine::Postgres).await;
    let refused = program.refused(&["backup", "copy.db"]);
    assert!(refused.contains("pg_dump"), "{refused}");
    let refused = program.refused(&["restore", "copy.db"]);
    assert!(refused.contains("pg_restore"), "{refused}");
}
