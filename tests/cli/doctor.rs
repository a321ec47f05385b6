use serde_json::Value as Json;

use crate::program::{Program, bare, members, run};
use crate::support::Engine;
use crate::with_the_program;

fn status(report: &Json, name: &str) -> String {
    let checks = report["checks"].as_array().unwrap();
    let found = checks.iter().find(|check| check["name"] == name);
    found.unwrap_or_else(|| panic!("{name}: {report}"))["status"]
        .as_str()
        .unwrap()
        .to_owned()
}

with_the_program! {
    fn a_database_is_brought_up_and_can_be_asked_about(program: Program) {
        let refusal = program.run(&["migrate", "--check"]).refusal();
        assert!(refusal.starts_with("the database has schema version 0, this program needs"), "{refusal}");
        let done = program.json(&["migrate"]);
        assert_eq!(members(&done), ["version", "needed", "migrated"]);
        assert_eq!((&done["version"], &done["migrated"]), (&done["needed"], &true.into()));
        assert_eq!(program.json(&["migrate"])["migrated"], false);
        assert_eq!(program.run(&["migrate", "--check"]).code, 0);
    }

    fn the_doctor_looks_at_everything(program: Program) {
        program.json(&["signing-key", "rotate"]);
        let report = program.json(&["check"]);
        assert_eq!(members(&report), ["ok", "checks", "settings"]);
        assert_eq!(report["ok"], true);
        for name in ["configuration", "database", "master key", "signing keys", "clock", "public URL"] {
            assert_eq!(status(&report, name), "ok", "{report}");
        }
        let text = program.run(&["check"]).out;
        assert!(text.contains("ok    database: "), "{text}");
        assert!(!text.contains("://doorward@"), "no user of the database: {text}");
    }
}

#[test]
fn the_doctor_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [vec!["check"], vec!["migrate", "--check"]] {
        run(bare(folder.path(), &arguments), "");
        assert_eq!(
            std::fs::read_dir(folder.path()).unwrap().count(),
            0,
            "{arguments:?}"
        );
    }
}

#[tokio::test]
async fn a_master_key_that_others_can_read_fails() {
    use std::os::unix::fs::PermissionsExt as _;
    let program = Program::new(Engine::Sqlite).await;
    program.json(&["signing-key", "rotate"]);
    let path = program.folder.path().join("data/master.key");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    let ran = program.run(&["check", "--json"]);
    assert_eq!(ran.code, 1);
    assert_eq!(ran.err, "doorward: 1 check failed\n");
    let report = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(status(&report, "master key"), "fail");
}

#[tokio::test]
async fn plain_http_and_rate_limits_off_are_warned_of() {
    let program = Program::new(Engine::Sqlite).await;
    let report = program.json(&[
        "check",
        "--public-url",
        "http://id.example.com",
        "--rate-limits",
        "off",
    ]);
    assert_eq!(status(&report, "public URL"), "warn");
    assert_eq!(status(&report, "rate limits"), "warn");
    assert_eq!(
        status(&report, "password hashing"),
        "warn",
        "the stories hash cheaply"
    );
    assert_eq!(report["ok"], true);
}
