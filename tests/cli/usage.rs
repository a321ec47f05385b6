use crate::program::{bare, run};

fn exit_code(arguments: &[&str]) -> i32 {
    let folder = tempfile::tempdir().unwrap();
    let ran = run(bare(folder.path(), arguments), "");
    let made = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(made, 0, "{arguments:?} leaves nothing behind");
    ran.code
}

#[test]
fn wrong_usage_is_exit_code_2_and_changes_nothing() {
    for arguments in [
        vec![],
        vec!["nonsense"],
        vec!["serve", "extra"],
        vec!["user"],
        vec!["user", "show"],
        vec!["user", "list", "--nonsense"],
        vec![
            "admin",
            "create",
            "--username",
            "a",
            "--email",
            "b@example.com",
        ],
        vec![
            "admin",
            "create",
            "--username",
            "a",
            "--email",
            "b@example.com",
            "--password",
            "x",
        ],
        vec!["api-key", "create", "--name", "a"],
        vec!["api-key", "rotate", "x"],
    ] {
        assert_eq!(exit_code(&arguments), 2, "{arguments:?}");
    }
}

#[test]
fn help_and_version_are_answers() {
    for arguments in [
        vec!["--help"],
        vec!["--version"],
        vec!["user", "--help"],
        vec!["api-key", "create", "--help"],
    ] {
        assert_eq!(exit_code(&arguments), 0, "{arguments:?}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = bare(folder.path(), &["configuration-page"]);
    command
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let ended = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(ended.stderr).unwrap(), "");
    assert!(ended.status.success());
}
