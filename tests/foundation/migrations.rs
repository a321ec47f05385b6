use doorward::foundation::db::{Db, Error, Fetch, SchemaState, Statement, sql};

use crate::support::{Engine, empty_database};

/// A row for each schema version, as it looks right after that migration.
fn rows_of(version: i64) -> Vec<Statement> {
    match version {
        1 => vec![sql(
            "insert into jobs (id, kind, payload, run_at, attempts, created_at)
             values ('j', 'k', '{}', 1, 0, 1)",
        )],
        2 => {
            vec![
            sql("insert into users (id, user_name, user_name_key, active, active_since, active_by,
                   administrator, attributes, version, created_at, updated_at)
                 values ('u', 'Ann', 'ann', true, 1, 'system', false, '{}', 1, 1, 1)"),
            sql("insert into groups (id, display_name, display_name_key, attributes, version,
                   created_at, updated_at) values ('g', 'G', 'g', '{}', 1, 1, 1)"),
            sql("insert into group_users (group_id, user_id) values ('g', 'u')"),
        ]
        }
        3 => vec![sql(
            "insert into passwords (user_id, phc, must_change, set_at, set_by)
             values ('u', 'x', false, 1, 'system')",
        )],
        4 => vec![sql(
            "insert into sessions (id, secret_digest, user_id, auth_time, amr, acr, created_at,
               last_seen_at, idle_until, expires_at)
             values ('s', 'd', 'u', 1, 'pwd', '1', 1, 1, 2, 2)",
        )],
        5 => vec![sql(
            "insert into clients (id, name, confidential, metadata, scope, created_at, updated_at)
             values ('c', 'C', true, '{}', 'openid', 1, 1)",
        )],
        6 => vec![sql(
            "insert into signing_keys (id, algorithm, sealed_private_key, public_jwk, created_at,
               signs_from) values ('k', 'ES256', 'x', '{}', 1, 1)",
        )],
        7 => vec![sql(
            "insert into consents (user_id, client_id, scope, granted_at)
             values ('u', 'c', 'openid', 1)",
        )],
        8 => vec![sql(
            "insert into api_keys (id, name, scope, created_at, created_by)
             values ('a', 'A', 'scim', 1, 'system')",
        )],
        9 => vec![sql(
            "insert into external_ids (connection_id, resource_kind, resource_id, external_id)
             values ('00000000-0000-7000-8000-000000000001', 'user', 'u', 'x')",
        )],
        10 => vec![sql(
            "insert into ledger_entries (id, connection_id, at, method, resource_kind, decision,
               status)
             values ('l', '00000000-0000-7000-8000-000000000001', 1, 'POST', 'user', 'applied', 201)",
        )],
        11 => vec![sql(
            "insert into schema_extensions (id_key, resource_type, definition, created_at)
             values ('urn:x:y', 'User', '{}', 1)",
        )],
        12 => vec![sql(
            "insert into directory_totals (kind, part, total) values ('group', 'g', 1)",
        )],
        newer => rows_of_newer(newer),
    }
}

fn rows_of_newer(version: i64) -> Vec<Statement> {
    match version {
        13 => vec![sql(
            "insert into self_registered_clients (client_id, kind, created_at, used_at)
             values ('c', 'document', 1, 1)",
        )],
        14 => vec![sql(
            "insert into pushed_requests (digest, client_id, parameters, created_at, expires_at)
             values ('p', 'c', '[]', 1, 2)",
        )],
        15 => vec![sql(
            "insert into revoked_access_tokens (jti, expires_at) values ('t', 2)",
        )],
        17 => vec![sql("update sessions set successor_id = 't' where id = 's'")],
        16 => vec![sql(
            "insert into device_authorizations (device_digest, user_code_digest, grant_id, client_id,
               scope, terms, asked_from, asked_by, created_at, expires_at, poll_interval,
               next_poll_at, polled_early)
             values ('d', 'u', 'g', 'c', 'openid', '{}', '', '', 1, 2, 5, 1, false)",
        )],
        18 => vec![sql("update users set active_stated = false where id = 'u'")],
        19 => vec![sql(
            "insert into recovery_codes (user_id, digest, created_at) values ('u', 'd', 1)",
        )],
        20 => vec![sql("update sessions set methods = 'password totp' where id = 's'")],
        newest => rows_of_newest(newest),
    }
}

fn rows_of_newest(version: i64) -> Vec<Statement> {
    match version {
        21 => vec![sql(
            "insert into told_tries (session_id, tries, since, last_at) values ('s', 1, 1, 1)",
        )],
        23 => vec![
            sql(
                "insert into sign_ins (handle_digest, browser_digest, destination, created_at,
                   expires_at) values ('h', 'b', 'account', 1, 2)",
            ),
            sql(
                "insert into mailed_codes (id, handle_digest, user_id, digest, sent_at, expires_at)
                 values ('m', 'h', 'u', 'd', 1, 2)",
            ),
        ],
        25 => vec![sql(
            "insert into devices (id, user_id, secret_digest, browser, system, created_at, last_used_at)
             values ('d', 'u', 'x', 'Firefox', 'Windows', 1, 1)",
        )],
        26 => vec![sql(
            "insert into mfa_exemptions (user_id, since, by_actor, reason)
             values ('u', 1, 'system', 'a robot')",
        )],
        24 => vec![
            sql("insert into webauthn_users (user_id, handle) values ('u', 'h')"),
            sql("insert into webauthn_ceremonies (challenge_digest, purpose, bound_to, state,
                   created_at, expires_at) values ('d', 'sign_in', 'sign_in:x', '{}', 1, 2)"),
        ],
        28 => vec![sql(
            "update self_registered_clients set fresh_until = 2 where client_id = 'c'",
        )],
        29 => vec![sql(
            "insert into client_secrets (id, client_id, digest, created_at, expires_at)
             values ('s', 'c', 'd', 1, 2)",
        )],
        32 => vec![sql(
            "insert into password_history (user_id, number, phc, replaced_at)
             values ('u', 1, 'x', 1)",
        )],
        33 => vec![sql(
            "insert into email_changes (digest, user_id, address, former, created_at, expires_at)
             values ('d', 'u', 'new@example.com', '', 1, 2)",
        )],
        34 => vec![sql(
            "insert into pictures (name, user_id, media_type, file, created_at)
             values ('p', 'u', 'image/png', '', 1)",
         )],
        35 => vec![sql(
            "insert into mfa_rules (id, role, required, set_at, set_by)
             values ('role:clerk', 'Clerk', true, 1, 'system')",
         )],
        39 => vec![sql(
            "update passwords set from_mailbox = true where user_id = 'u'",
        )],
        other => panic!("schema version {other} has no rows in this test: add them"),
    }
}

async fn write(db: &Db, statements: Vec<Statement>) {
    let mut tx = db.begin().await.unwrap();
    for statement in statements {
        tx.execute(statement).await.unwrap();
    }
    tx.commit().await.unwrap();
}

async fn from_every_earlier_schema(engine: Engine) {
    let folder = tempfile::tempdir().unwrap();
    let known = empty_database(engine, &folder)
        .await
        .schema()
        .await
        .unwrap()
        .known;
    for start in 1..=known {
        let folder = tempfile::tempdir().unwrap();
        let db = empty_database(engine, &folder).await;
        for version in 1..=start {
            db.migrate_to(version).await.unwrap();
            // A number that no migration has brings nothing.
            if db.schema().await.unwrap().found == version {
                write(&db, rows_of(version)).await;
            }
        }
        db.migrate().await.unwrap();
        assert_eq!(
            db.schema().await.unwrap(),
            SchemaState {
                found: known,
                known
            }
        );
        let mut from = &db;
        let jobs = from.fetch_all(sql("select id from jobs")).await.unwrap();
        assert_eq!(jobs.len(), 1, "rows of schema {start} survive");
        if start >= 2 {
            let users = from
                .fetch_all(sql("select user_name from users"))
                .await
                .unwrap();
            assert_eq!(users[0].get::<String>("user_name").unwrap(), "Ann");
        }
    }
}

#[tokio::test]
async fn every_earlier_schema_with_rows_in_it_migrates_on_sqlite() {
    from_every_earlier_schema(Engine::Sqlite).await;
}

#[tokio::test]
async fn every_earlier_schema_with_rows_in_it_migrates_on_postgres() {
    from_every_earlier_schema(Engine::Postgres).await;
}

async fn newer_is_refused(engine: Engine) {
    let folder = tempfile::tempdir().unwrap();
    let db = empty_database(engine, &folder).await;
    db.migrate().await.unwrap();
    let known = db.schema().await.unwrap().known;
    write(
        &db,
        vec![sql(
            "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
                 select 9999, description, success, checksum, execution_time
                   from _sqlx_migrations where version = 1",
        )],
    )
    .await;
    let error = db.migrate().await.unwrap_err();
    assert!(
        matches!(error, Error::Newer { found: 9999, known: k } if k == known),
        "{error:?}"
    );
    assert!(error.to_string().contains("9999"), "{error}");
}

#[tokio::test]
async fn a_database_of_a_newer_program_is_refused_on_sqlite() {
    newer_is_refused(Engine::Sqlite).await;
}

#[tokio::test]
async fn a_database_of_a_newer_program_is_refused_on_postgres() {
    newer_is_refused(Engine::Postgres).await;
}
