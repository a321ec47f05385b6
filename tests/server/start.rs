use std::time::Duration;

use crate::running::{Installation, serve};
use crate::support::Engine;
use crate::with_an_installation;

with_an_installation! {
    async fn an_empty_folder_becomes_a_server_and_the_data_stay(installation: Installation) {
        let server = installation.serve();
        assert!(server.get("/readyz").starts_with("HTTP/1.1 200"));
        let keys = body(&server.get("/oauth2/jwks"));
        assert!(keys.contains("\"keys\":["), "{keys}");
        server.stop();
        let again = installation.serve();
        assert_eq!(body(&again.get("/oauth2/jwks")), keys, "the keys are the same after a restart");
        again.stop();
    }

    async fn every_answer_and_its_log_line_carry_the_request_id(installation: Installation) {
        let server = installation.serve();
        let answer = server.get("/healthz");
        let id = header(&answer, "x-request-id").expect("an id").to_owned();
        let secret = server.get("/oauth2/authorize?client_id=nobody&state=t0psecret");
        assert!(secret.starts_with("HTTP/1.1 4"), "{secret}");
        let lines = server.stop();
        let line = lines.iter().find(|line| line["span"]["request_id"] == id.as_str());
        let line = line.expect("a line of this request");
        assert_eq!(line["route"], "/healthz");
        assert_eq!(line["status"], 200);
        assert!(!lines.iter().any(|line| line.to_string().contains("t0psecret")), "no query is logged");
    }

    async fn a_callers_own_request_id_is_not_believed(installation: Installation) {
        use std::io::{Read as _, Write as _};
        let server = installation.serve();
        let mut stream = server.connect();
        write!(stream, "GET /healthz HTTP/1.1\r\nhost: x\r\nx-request-id: mine\r\nconnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert_ne!(header(&answer, "x-request-id"), Some("mine"));
        server.stop();
    }

    async fn commands_that_meet_on_an_empty_database_all_do_their_work(installation: Installation) {
        let create = |number: u32| {
            let name = format!("user{number}");
            let email = format!("{name}@example.com");
            let arguments = ["admin", "create", "--username", &name, "--email", &email, "--password-stdin"];
            let mut command = installation.command(&arguments);
            command.env("DOORWARD_PASSWORD_MEMORY_KIB", "64").stdin(std::process::Stdio::piped());
            let mut child = command.spawn().unwrap();
            let mut input = child.stdin.take().unwrap();
            std::io::Write::write_all(&mut input, b"correct horse battery").unwrap();
            child
        };
        let children: Vec<_> = (0..6).map(create).collect();
        for child in children {
            let ended = child.wait_with_output().unwrap();
            assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
        }
        let list = installation.command(&["user", "list", "--json"]).output().unwrap();
        let list: serde_json::Value = serde_json::from_slice(&list.stdout).unwrap();
        assert_eq!(list.as_array().unwrap().len(), 6);
    }

    async fn a_client_made_by_a_command_is_known_to_the_running_server(installation: Installation) {
        let server = installation.serve();
        let arguments = ["client", "create", "--name", "x", "--redirect-uri", "http://localhost:9/cb", "--json"];
        let made = installation.command(&arguments).output().unwrap();
        assert!(made.status.success());
        let made: serde_json::Value = serde_json::from_slice(&made.stdout).unwrap();
        let id = made["client_id"].as_str().unwrap();
        let address = format!("/oauth2/authorize?client_id={id}&redirect_uri=http%3A%2F%2Flocalhost%3A9%2Fcb&response_type=nonsense&scope=openid&state=s");
        let answer = server.get(&address);
        assert!(header(&answer, "location").is_some_and(|to| to.starts_with("http://localhost:9/cb?")), "{answer}");
        server.stop();
    }
}

#[tokio::test]
async fn rate_limits_off_and_plain_http_are_warned_of_loudly() {
    let installation = Installation::new(Engine::Sqlite).await;
    let mut command = installation.command(&["serve"]);
    command
        .env("DOORWARD_RATE_LIMITS", "off")
        .env("DOORWARD_PUBLIC_URL", "http://id.example.com");
    command.env("DOORWARD_LISTN", "typo");
    let folder = installation.folder.path().join("log");
    command.stderr(std::fs::File::create(&folder).unwrap());
    let mut child = command.spawn().unwrap();
    let log = loop {
        let log = std::fs::read_to_string(&folder).unwrap();
        if log.contains("\"ready\"") {
            break log;
        }
        assert!(child.try_wait().unwrap().is_none(), "{log}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    child.kill().unwrap();
    child.wait().unwrap();
    for warning in ["RATE LIMITS ARE OFF", "plain http", "DOORWARD_LISTN"] {
        let line = log.lines().find(|line| line.contains(warning));
        assert!(
            line.is_some_and(|line| line.contains("\"WARN\"")),
            "{warning}: {log}"
        );
    }
}

#[tokio::test]
async fn the_data_folder_and_the_master_key_are_their_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("deep/data");
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_doorward"));
    command
        .args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--log-format",
            "json",
            "--data-dir",
        ])
        .arg(&data);
    command
        .current_dir(folder.path())
        .env_clear()
        .stderr(std::process::Stdio::piped());
    serve(command).stop();
    let mode =
        |path: std::path::PathBuf| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(data.clone()), 0o700);
    assert_eq!(mode(data.join("master.key")), 0o600);
    assert!(data.join("doorward.db").exists());
}

fn body(answer: &str) -> String {
    answer.split_once("\r\n\r\n").unwrap().1.to_owned()
}

fn header<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    let head = answer.split_once("\r\n\r\n")?.0;
    let line = head
        .lines()
        .find(|line| line.to_lowercase().starts_with(&format!("{name}:")))?;
    Some(line.split_once(':')?.1.trim())
}
