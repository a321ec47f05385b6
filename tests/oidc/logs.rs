//! Checklist C, 40: what must never stand in a log or in the audit log.

use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock};

use doorward::foundation::db::{Fetch, sql};
use tracing_subscriber::fmt::MakeWriter;

use crate::application::{VERIFIER, confidential};
use crate::on_both_engines;

#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// What was logged so far.
    pub fn said(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Log;

    fn make_writer(&'a self) -> Log {
        self.clone()
    }
}

/// Everything that this test program logs, at the most talkative level.
pub fn log() -> &'static Log {
    static LOG: OnceLock<Log> = OnceLock::new();
    LOG.get_or_init(|| {
        let log = Log::default();
        tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_ansi(false)
            .with_writer(log.clone())
            .init();
        log
    })
}

on_both_engines! {
    async fn checklist_40_no_secret_code_token_or_cookie_is_logged(world: World) {
        let log = log();
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let code = app.code(&browser).await;
        let tokens = app.redeem(&code).await;
        let renewed = app.refresh(tokens.text("refresh_token")).await;
        app.userinfo(renewed.text("access_token")).await;
        // Failures are what talks most.
        app.redeem(&code).await;
        app.refresh(tokens.text("refresh_token")).await;
        app.userinfo(renewed.text("access_token")).await;
        app.token_as(Some("a-wrong-canary-secret"), &app.redemption(&code)).await;
        let hint = [("id_token_hint", tokens.text("id_token").to_owned())];
        app.get("/oauth2/logout", &browser.cookies, &hint).await;
        let mut from = &world.db;
        let rows = from.fetch_all(sql("select detail, subject_id from audit_events")).await.unwrap();
        let mut said = log.said();
        assert!(said.contains("/oauth2/token"), "the log is read");
        for row in rows {
            said.push_str(&row.get::<String>("detail").unwrap());
        }
        let mut canaries = vec![
            code,
            app.secret.clone().unwrap(),
            "a-wrong-canary-secret".to_owned(),
            VERIFIER.to_owned(),
        ];
        for name in ["access_token", "refresh_token", "id_token"] {
            canaries.push(tokens.text(name).to_owned());
            canaries.push(renewed.text(name).to_owned());
        }
        canaries.extend(browser.cookies.split("; ").map(|pair| pair.split_once('=').unwrap().1.to_owned()));
        for canary in canaries {
            assert!(!said.contains(&canary), "{canary} was logged");
        }
    }
}
