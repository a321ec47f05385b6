//! No table grows without bound. Each is bounded by what it speaks of, or what has ended in it
//! is swept, and a test of the given name proves that. A new table gets its line here.

use std::path::Path;

use doorward::foundation::db::{Fetch, sql};

use crate::support::{Engine, empty_database};

/// Tables that have as many rows as the directory, or as administrators made.
const BOUNDED: &[(&str, &str)] = &[
    ("revisions", "one row a kind of snapshot"),
    ("users", "the directory"),
    ("user_emails", "the directory"),
    ("groups", "the directory"),
    ("group_users", "the directory"),
    ("group_groups", "the directory"),
    ("external_ids", "the directory, for each connection"),
    ("unique_values", "the directory"),
    ("access_facts", "four facts a user"),
    ("validity_periods", "one a user"),
    ("access_holds", "one a user"),
    ("passwords", "one a user"),
    ("password_history", "24 a user"),
    ("told_tries", "one a session, with which they go"),
    ("totp_authenticators", "a few a user"),
    ("webauthn_credentials", "a few a user"),
    ("webauthn_users", "one a user"),
    ("recovery_codes", "ten a user"),
    ("temporary_passes", "one a user"),
    ("mailed_codes", "a few a sign-in, with which they go"),
    ("pictures", "one a user"),
    ("consents", "one a user and application"),
    ("mfa_rules", "administrators"),
    ("mfa_grace", "one a user"),
    ("mfa_exemptions", "one a user"),
    ("clients", "administrators"),
    ("connections", "administrators"),
    ("trusted_issuers", "administrators"),
    ("brakes", "one a connection"),
    ("schema_extensions", "administrators"),
];

/// Tables whose rows end, and the test that proves that they go.
const SWEPT: &[(&str, &str)] = &[
    (
        "audit_events",
        "audit_events_are_kept_as_long_as_the_setting_says",
    ),
    ("try_pools", "tries_are_swept_when_they_count_no_more"),
    ("jobs", "jobs_that_were_given_up_are_kept_for_a_month"),
    ("devices", "what_nobody_uses_is_swept_after_half_a_year"),
    (
        "spent_device_secrets",
        "secrets_that_were_replaced_are_not_kept_for_ever",
    ),
    (
        "webauthn_ceremonies",
        "a_challenge_lives_for_five_minutes_and_is_swept",
    ),
    ("sign_ins", ISSUER),
    (
        "password_resets",
        "links_that_expired_are_swept_half_an_hour_later",
    ),
    (
        "email_changes",
        "a_change_of_address_that_expired_is_swept_an_hour_later",
    ),
    ("sessions", ISSUER),
    ("authorization_requests", ISSUER),
    ("authorization_codes", ISSUER),
    ("grants", ISSUER),
    ("pushed_requests", ISSUER),
    ("revoked_access_tokens", ISSUER),
    ("used_proofs", ISSUER),
    ("used_assertions", ISSUER),
    ("device_authorizations", ISSUER),
    ("user_code_tries", ISSUER),
    (
        "client_secrets",
        "a_secret_of_an_application_that_ended_is_swept_a_month_later",
    ),
    (
        "self_registered_clients",
        "a_stranger_that_nobody_uses_is_swept_after_a_month",
    ),
    (
        "signing_keys",
        "a_key_that_is_long_gone_is_swept_with_its_private_half",
    ),
    ("encryption_keys", ISSUER),
    (
        "api_keys",
        "a_key_that_ended_is_listed_for_a_month_and_then_swept",
    ),
    (
        "api_key_secrets",
        "a_key_that_ended_is_listed_for_a_month_and_then_swept",
    ),
    ("ledger_entries", LEDGER),
    ("ledger_members", LEDGER),
    (
        "brake_minutes",
        "the_brake_s_counts_are_swept_when_no_window_reaches_them",
    ),
    ("directory_totals", FOLDED),
];

const ISSUER: &str = "what_an_issuer_keeps_for_a_time_is_swept_after_it";
const LEDGER: &str = "entries_are_kept_for_their_time_and_swept_with_their_members_after_it";
const FOLDED: &str = "the_totals_follow_what_comes_and_goes";

async fn tables(engine: Engine) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let db = empty_database(engine, &folder).await;
    db.migrate().await.unwrap();
    let named = match engine {
        Engine::Sqlite => sql("select name from sqlite_master where type = 'table'"),
        Engine::Postgres => sql(
            "select cast(table_name as text) as name from information_schema.tables
             where table_schema = current_schema()",
        ),
    };
    let mut from = &db;
    let rows = from.fetch_all(named).await.unwrap();
    let names = rows.iter().map(|row| row.get::<String>("name").unwrap());
    names
        .filter(|name| !name.starts_with("sqlite_") && !name.starts_with("_sqlx"))
        .collect()
}

async fn each_is_known(engine: Engine) {
    let known: Vec<&str> = BOUNDED.iter().chain(SWEPT).map(|(name, _)| *name).collect();
    let found = tables(engine).await;
    for table in &found {
        let times = known.iter().filter(|name| *name == table).count();
        assert_eq!(
            times, 1,
            "{table}: say what bounds it, or which test proves that it is swept"
        );
    }
    for table in known {
        assert!(
            found.iter().any(|name| name == table),
            "there is no table {table}"
        );
    }
}

#[tokio::test]
async fn each_table_is_bounded_or_swept_on_sqlite() {
    each_is_known(Engine::Sqlite).await;
}

#[tokio::test]
async fn each_table_is_bounded_or_swept_on_postgres() {
    each_is_known(Engine::Postgres).await;
}

fn read(folder: &Path, into: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(&path, into);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            into.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn each_test_of_a_sweep_exists() {
    let mut tests = String::new();
    read(
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests")),
        &mut tests,
    );
    for (table, proof) in SWEPT {
        assert!(
            tests.contains(&format!("fn {proof}(")),
            "{table}: there is no test {proof}"
        );
    }
}
