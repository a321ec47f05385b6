use serde_json::Value as Json;

use crate::program::{Ran, bare, run};

struct Folder(tempfile::TempDir);

impl Folder {
    fn with(file: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("doorward.toml"), file).unwrap();
        Self(folder)
    }

    fn run(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Ran {
        let mut command = bare(self.0.path(), arguments);
        command.envs(environment.iter().copied());
        run(command, "")
    }

    fn settings(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Json {
        let mut all = vec!["check", "--json"];
        all.extend(arguments);
        let ran = self.run(&all, environment);
        assert_eq!(ran.code, 0, "{}", ran.err);
        serde_json::from_str::<Json>(&ran.out).unwrap()["settings"].take()
    }
}

#[test]
fn flags_win_over_the_environment_which_wins_over_the_file() {
    let folder =
        Folder::with("listen = '127.0.0.1:1001'\n[session]\nidle = '1h'\n[log]\nlevel = 'warn'");
    let environment = [
        ("DOORWARD_LISTEN", "127.0.0.1:1002"),
        ("DOORWARD_SESSION_IDLE", "2h"),
    ];
    let settings = folder.settings(&["--listen", "127.0.0.1:1003"], &environment);
    assert_eq!(settings["listen"], "127.0.0.1:1003");
    assert_eq!(settings["session.idle"], "2h");
    assert_eq!(settings["log.level"], "warn");
    assert_eq!(settings["public_url"], "http://localhost:8080");
}

#[test]
fn a_flag_may_stand_before_or_after_the_command() {
    let folder = Folder::with("");
    let ran = folder.run(&["--session-idle", "3h", "check", "--json"], &[]);
    assert!(ran.out.contains("\"session.idle\": \"3h\""), "{}", ran.out);
}

#[test]
fn an_unknown_key_stops_every_command_with_one_line() {
    let folder = Folder::with("lissten = '127.0.0.1:1'");
    for arguments in [vec!["serve"], vec!["check"], vec!["user", "list"]] {
        assert_eq!(
            folder.run(&arguments, &[]).refusal(),
            "doorward.toml: unknown setting lissten"
        );
    }
}

#[test]
fn a_value_that_is_not_usable_is_named_with_where_it_came_from() {
    let folder = Folder::with("");
    let refusal = folder
        .run(&["serve"], &[("DOORWARD_PASSWORD_PASSES", "many")])
        .refusal();
    assert_eq!(
        refusal,
        "password.passes (DOORWARD_PASSWORD_PASSES): \"many\" is not usable, expected a whole number from 1 to 16"
    );
}

#[test]
fn a_flag_that_is_not_usable_is_wrong_usage() {
    let folder = Folder::with("");
    let ran = folder.run(&["check", "--public-url", "nowhere"], &[]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("--public-url") && ran.err.lines().count() == 1,
        "{}",
        ran.err
    );
}

#[test]
fn a_database_password_is_neither_shown_nor_echoed() {
    let folder = Folder::with("");
    let environment = [(
        "DOORWARD_DATABASE_URL",
        "postgres://door:s3cret@127.0.0.1:1/door",
    )];
    let mut command = bare(folder.0.path(), &["configuration-page"]);
    command.envs(environment);
    assert!(!run(command, "").out.contains("s3cret"));
    let wrong = [(
        "DOORWARD_DATABASE_URL",
        "postgress://door:s3cret@127.0.0.1:1/door",
    )];
    let ran = folder.run(&["check"], &wrong);
    assert!(
        !ran.err.contains("s3cret") && ran.err.contains("database_url"),
        "{}",
        ran.err
    );
}

#[test]
fn a_file_can_be_named_and_must_be_there_then() {
    let folder = Folder::with("listen = '127.0.0.1:1001'");
    let other = folder.0.path().join("other.toml");
    std::fs::write(&other, "listen = '127.0.0.1:2002'").unwrap();
    let other = other.to_str().unwrap();
    assert_eq!(
        folder.settings(&["--config", other], &[])["listen"],
        "127.0.0.1:2002"
    );
    assert_eq!(
        folder.settings(&[], &[("DOORWARD_CONFIG", other)])["listen"],
        "127.0.0.1:2002"
    );
    let missing = folder
        .run(&["check", "--config", "missing.toml"], &[])
        .refusal();
    assert!(missing.starts_with("missing.toml: "), "{missing}");
}

#[test]
fn a_variable_that_is_no_setting_is_warned_of() {
    let folder = Folder::with("");
    let ran = folder.run(&["check"], &[("DOORWARD_LISTN", "127.0.0.1:1")]);
    assert_eq!(ran.code, 0);
    assert!(
        ran.out
            .contains("warn  environment: no settings of these names: DOORWARD_LISTN"),
        "{}",
        ran.out
    );
}
