//! Nobody learns from an answer who exists, nor what is wrong with them.

use doorward::domain::{access, directory::UserId, lifecycle, tries};
use doorward::foundation::db::sql;
use reqwest::{Response, StatusCode};

use crate::on_both_engines;
use crate::stage::{ALL_SESSIONS, Browser, PASSWORD, Stage};

/// All that an outsider sees of an answer, and what it cost.
#[derive(PartialEq, Eq, Debug)]
struct Seen {
    status: StatusCode,
    headers: Vec<(String, String)>,
    body: String,
    hashes: u64,
    rows_written: i64,
}

async fn seen(answer: Response, name: &str, action: &str) -> Seen {
    let status = answer.status();
    let hidden = ["x-request-id", "date"];
    let headers = answer.headers().iter();
    let headers = headers.filter(|(name, _)| !hidden.contains(&name.as_str()));
    let headers =
        headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
    let headers = headers
        .filter(|(name, _)| name != "content-length")
        .collect();
    let body = answer.text().await.unwrap();
    assert_eq!(body.matches(name).count(), 1, "the name is kept, once");
    Seen {
        status,
        headers,
        body: body.replace(name, "NAME").replace(action, "ACTION"),
        hashes: 0,
        rows_written: 0,
    }
}

async fn writes(stage: &Stage) -> i64 {
    stage
        .count("select cast(coalesce(sum(failed), 0) as bigint) as n from try_pools")
        .await
}

/// One try, in a browser of its own.
async fn tried(stage: &Stage, name: &str, password: &str) -> Seen {
    let browser = Browser::new();
    let handle = stage.begin(&browser).await;
    let (hashes, rows) = (stage.world.state.passwords.computed(), writes(stage).await);
    let answer = stage.submit(&browser, &handle, name, password).await;
    let mut seen = seen(answer, name, handle.reveal()).await;
    seen.hashes = stage.world.state.passwords.computed() - hashes;
    seen.rows_written = writes(stage).await - rows;
    seen
}

/// A user whose only credential is a passkey.
async fn passkey_only(stage: &Stage, name: &str) {
    let user = stage.stranger(name).await;
    let mut tx = stage.world.db.begin().await.unwrap();
    let statement = sql("insert into webauthn_credentials
           (id, user_id, kind, name, credential_id, credential, backed_up, created_at)
         values ('w', $1, 'passkey', 'phone', 'c', '{}', true, 1)");
    tx.execute(statement.bind(user)).await.unwrap();
    tx.commit().await.unwrap();
}

async fn with(
    stage: &Stage,
    name: &str,
    what: impl AsyncFn(&mut doorward::domain::audit::Change, UserId),
) {
    let user = stage.user(name).await;
    let mut change = stage.change().await;
    what(&mut change, user).await;
    change.commit().await.unwrap();
}

on_both_engines! {
    async fn keycloak_cve_2026_4633_zitadel_cve_2026_23511_every_refusal_has_the_same_answer_after_the_same_work(world: World) {
        let stage = Stage::open(world);
        stage.user("someone").await;
        stage.stranger("no-password").await;
        passkey_only(&stage, "passkey-only").await;
        stage.user("throttled").await;
        for name in ["throttled", "nobody-throttled"] {
            for _ in 0..6 {
                tried(&stage, name, "guess").await;
            }
        }
        with(&stage, "blocked", async |change, user| access::block(change, user, "x", None).await.unwrap()).await;
        with(&stage, "inactive", async |change, user| assert!(lifecycle::deactivate(change, user).await.unwrap())).await;
        with(&stage, "withheld", async |change, user| access::withhold(change, user, "x").await.unwrap()).await;
        with(&stage, "expired", async |change, user| {
            let now = change.now();
            access::set_validity(change, user, None, Some(now), None).await.unwrap();
        }).await;

        let wrong = tried(&stage, "someone", "not the password").await;
        assert_eq!(wrong.status, StatusCode::FORBIDDEN);
        // One hash; one row for the account and one for the network.
        assert_eq!((wrong.hashes, wrong.rows_written), (1, 2));
        for (name, password) in [
            ("nobody-here", PASSWORD),
            ("no-password", PASSWORD),
            ("passkey-only", PASSWORD),
            ("throttled", PASSWORD),
            ("throttled", "not the password"),
            ("throttled@example.test", PASSWORD),
            ("nobody-throttled", PASSWORD),
            ("blocked", PASSWORD),
            ("blocked", "not the password"),
            ("inactive", PASSWORD),
            ("withheld", PASSWORD),
            ("expired", PASSWORD),
            ("someone@example.test", "not the password"),
            ("nobody@example.test", PASSWORD),
        ] {
            assert_eq!(tried(&stage, name, password).await, wrong, "{name}");
        }
        assert_eq!(stage.count(ALL_SESSIONS).await, 0);
    }

    async fn authelia_cve_2025_24806_a_name_and_an_address_of_one_user_share_one_counter(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        for name in ["ada", "ADA", "ada@example.test", "Ada@Example.Test"] {
            tried(&stage, name, "guess").await;
        }
        let tries = tries::failed_tries(&stage.world.db, ada, stage.world.now()).await.unwrap();
        assert_eq!(tries.len(), 1);
        assert_eq!(tries[0].tries, 4);
    }

    async fn nothing_about_the_user_is_in_the_page_of_a_blocked_user(world: World) {
        let stage = Stage::open(world);
        with(&stage, "ada", async |change, user| access::block(change, user, "stole a boat", None).await.unwrap()).await;
        let seen = tried(&stage, "ada", PASSWORD).await;
        assert!(!seen.body.contains("boat") && !seen.body.contains("block"), "{}", seen.body);
    }
}
