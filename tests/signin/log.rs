//! What must never be in a log line, at any level.

use std::io;
use std::sync::{Arc, Mutex};

use doorward::http::web::paths;
use reqwest::StatusCode;
use tracing_subscriber::fmt::MakeWriter;

use crate::stage::{Browser, Stage, session_cookie};
use crate::support::{Engine, World};

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn no_password_name_handle_cookie_or_query_is_ever_logged() {
    let lines = Lines::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(lines.clone())
        .finish();
    tracing::subscriber::set_global_default(subscriber).unwrap();

    let stage = Stage::open(World::new(Engine::Sqlite).await);
    let ada = stage.stranger("canary-name").await;
    stage.set_password(ada, "canary-password", false).await;
    let browser = Browser::new();
    let handle = stage.begin(&browser).await;
    let wrong = stage
        .submit(&browser, &handle, "canary-name", "canary-wrong")
        .await;
    assert_eq!(wrong.status(), StatusCode::FORBIDDEN);
    let unknown = stage
        .submit(&browser, &handle, "canary-typo", "canary-wrong")
        .await;
    assert_eq!(unknown.status(), StatusCode::FORBIDDEN);
    let query = format!("{}?code=canary-query", paths::sign_in(&handle));
    stage.get(&browser, &query).send().await.unwrap();
    let right = stage
        .submit(&browser, &handle, "canary-name", "canary-password")
        .await;
    let session = session_cookie(&right).expect("a session");

    let log = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    for wanted in [
        "/login/{handle}",
        "request_id",
        "wrong password",
        &ada.to_string(),
    ] {
        assert!(log.contains(wanted), "the log tells {wanted}");
    }
    let secrets = ["canary", handle.reveal(), browser.secret.reveal(), &session];
    for secret in secrets {
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "a secret in the log");
    }
}
