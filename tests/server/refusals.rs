//! What a start is refused for: in one line, with exit code 1, and nothing changed.

use std::net::TcpListener;
use std::process::Command;

use doorward::domain::audit::{Actor, Change};
use doorward::foundation::clock::Timestamp;
use doorward::foundation::db::{Db, sql};

use crate::running::Installation;
use crate::support::Engine;
use crate::with_an_installation;

fn refusal(mut command: Command) -> String {
    let ended = command.output().unwrap();
    let said = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(1), "{said}");
    assert_eq!(said.lines().count(), 1, "one line: {said}");
    said.strip_prefix("doorward: ")
        .expect("the program's name")
        .trim_end()
        .to_owned()
}

async fn change(db: &Db, statement: &'static str) {
    let mut change = Change::begin(db, Actor::System, Timestamp::from_millis(1))
        .await
        .unwrap();
    change.unrecorded("a test");
    change.execute(sql(statement)).await.unwrap();
    change.commit().await.unwrap();
}

with_an_installation! {
    async fn a_database_of_a_newer_program(installation: Installation) {
        let db = Db::open(&installation.database).await.unwrap();
        db.migrate().await.unwrap();
        let known = db.schema().await.unwrap().known;
        change(&db, "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
                     select 9999, description, success, checksum, execution_time
                       from _sqlx_migrations where version = 1").await;
        db.close().await;
        let expected = format!("the database has schema version 9999, this program knows {known}: a newer doorward is needed");
        for arguments in [vec!["serve"], vec!["migrate"], vec!["migrate", "--check"], vec!["user", "list"]] {
            let mut command = installation.command(&arguments);
            if arguments.contains(&"--check") {
                command.stdout(std::process::Stdio::null());
            }
            assert_eq!(refusal(command), expected, "{arguments:?}");
        }
        let check = installation.command(&["check"]).output().unwrap();
        assert_eq!(check.status.code(), Some(1));
        assert!(String::from_utf8(check.stdout).unwrap().contains("fail  database"));
    }

    async fn a_command_does_not_bring_up_a_schema_that_another_program_may_serve_with(installation: Installation) {
        let db = Db::open(&installation.database).await.unwrap();
        db.migrate_to(3).await.unwrap();
        let known = db.schema().await.unwrap().known;
        db.close().await;
        let said = refusal(installation.command(&["user", "list"]));
        assert_eq!(said, format!("the database has schema version 3, this program needs {known}: run `doorward migrate`"));
        installation.serve().stop();
        assert!(installation.command(&["user", "list"]).output().unwrap().status.success());
    }

    async fn an_address_that_is_taken(installation: Installation) {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap().to_string();
        let mut command = installation.command(&["serve"]);
        command.env("DOORWARD_LISTEN", &address);
        let said = refusal(command);
        assert!(said.starts_with(&format!("cannot listen on {address}: ")), "{said}");
        let db = Db::open(&installation.database).await.unwrap();
        assert_eq!(db.schema().await.unwrap().found, 0, "nothing was changed");
    }
}

#[tokio::test]
async fn an_embedded_database_that_another_process_has_locked() {
    let installation = Installation::new(Engine::Sqlite).await;
    installation.serve().stop();
    let path = installation.folder.path().join("doorward.db");
    let other = rusqlite::Connection::open(path).unwrap();
    other
        .execute_batch("pragma locking_mode = exclusive; begin exclusive")
        .unwrap();
    let said = refusal(installation.command(&["serve"]));
    assert!(
        said.ends_with("doorward.db is locked by another process"),
        "{said}"
    );
}

/// A database without a schema is written first of all, and somebody else writes for long.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_embedded_database_that_another_process_is_writing() {
    let installation = Installation::new(Engine::Sqlite).await;
    let db = Db::open(&installation.database).await.unwrap();
    let held = Change::begin(&db, Actor::System, Timestamp::from_millis(1))
        .await
        .unwrap();
    let said = refusal(installation.command(&["serve"]));
    assert!(
        said.ends_with("doorward.db is locked by another process"),
        "{said}"
    );
    drop(held);
    assert_eq!(db.schema().await.unwrap().found, 0);
}

#[tokio::test]
async fn a_postgres_that_does_not_answer() {
    let installation = Installation::new(Engine::Sqlite).await;
    let nobody = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let mut command = installation.command(&["serve"]);
    command.env(
        "DOORWARD_DATABASE_URL",
        format!("postgres://door:s3cret@{nobody}/door"),
    );
    let said = refusal(command);
    assert!(
        said.contains(&format!("postgres://{nobody}/door does not answer")),
        "{said}"
    );
    assert!(!said.contains("s3cret"));
}

#[tokio::test]
async fn a_folder_that_is_not_there_or_not_a_folder() {
    let installation = Installation::new(Engine::Sqlite).await;
    let mut command = installation.command(&["serve"]);
    command.env(
        "DOORWARD_DATABASE_URL",
        "sqlite:/nonexistent/folder/doorward.db",
    );
    assert!(refusal(command).starts_with("the database cannot be opened: "));
    std::fs::write(installation.folder.path().join("file"), "").unwrap();
    let mut command = installation.command(&["serve"]);
    command.env("DOORWARD_DATA_DIR", "file");
    assert!(refusal(command).starts_with("the data folder file cannot be made: "));
}

#[tokio::test]
async fn a_file_of_towns_that_is_none() {
    let installation = Installation::new(Engine::Sqlite).await;
    std::fs::write(installation.folder.path().join("towns.mmdb"), "x").unwrap();
    let mut command = installation.command(&["serve"]);
    command.env("DOORWARD_GEOIP_FILE", "towns.mmdb");
    command.env("DOORWARD_DATA_DIR", ".");
    let said = refusal(command);
    assert!(said.starts_with("geoip.file: ./towns.mmdb: "), "{said}");
    let mut check = installation.command(&["check"]);
    check.env("DOORWARD_GEOIP_FILE", "towns.mmdb");
    let told = String::from_utf8(check.output().unwrap().stdout).unwrap();
    assert!(told.contains("fail  GeoIP"), "{told}");
}

#[tokio::test]
async fn a_file_that_is_no_database() {
    let installation = Installation::new(Engine::Sqlite).await;
    let path = installation.folder.path().join("doorward.db");
    std::fs::write(&path, "not a database ".repeat(1000)).unwrap();
    let said = refusal(installation.command(&["serve"]));
    assert!(
        said.starts_with("the database cannot be opened: "),
        "{said}"
    );
    assert!(
        std::fs::read_to_string(&path)
            .unwrap()
            .starts_with("not a database"),
        "left as it was"
    );
}
