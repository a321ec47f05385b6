//! Every statement in the source is prepared by both engines: its grammar, its tables, its
//! columns. What the statements do is shown by the tests of their modules.

use std::str::FromStr;

use sqlx::{AssertSqlSafe, Connection, Executor, SqlSafeStr};

use crate::source::all;
use crate::support::{Engine, empty_database_url};

/// The texts of `sql("…")` in a file.
fn statements(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, call) in text.match_indices("sql(") {
        if text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let rest = text[at + call.len()..].trim_start();
        let Some(literal) = rest.strip_prefix('"') else {
            continue;
        };
        found.push(unescaped(literal));
    }
    found
}

/// A string literal up to its closing quote, with `\"` and line continuations resolved.
fn unescaped(literal: &str) -> String {
    let mut out = String::new();
    let mut chars = literal.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' => break,
            '\\' => match chars.next() {
                Some('\n') => while chars.next_if(|c| c.is_whitespace()).is_some() {},
                Some('n') => out.push('\n'),
                Some(other) => out.push(other),
                None => break,
            },
            other => out.push(other),
        }
    }
    out
}

fn every_statement() -> Vec<(String, String)> {
    let found: Vec<(String, String)> = all()
        .iter()
        .filter(|source| !source.file.starts_with("src/foundation/db/"))
        .flat_map(|source| {
            statements(&source.text)
                .into_iter()
                .map(|text| (source.file.clone(), text))
        })
        .collect();
    assert!(!found.is_empty(), "statements are found");
    found
}

async fn migrated(engine: Engine, folder: &tempfile::TempDir) -> String {
    let url = empty_database_url(engine, folder).await;
    let db = doorward::foundation::db::Db::open(&url).await.unwrap();
    db.migrate().await.unwrap();
    db.close().await;
    url
}

#[tokio::test]
async fn sqlite_understands_every_statement() {
    let folder = tempfile::tempdir().unwrap();
    let url = migrated(Engine::Sqlite, &folder).await;
    let connection = rusqlite::Connection::open(url.strip_prefix("sqlite:").unwrap()).unwrap();
    for (file, text) in every_statement() {
        let prepared = connection.prepare(&text);
        assert!(prepared.is_ok(), "{file}: {text}\n{:?}", prepared.err());
    }
}

#[tokio::test]
async fn postgres_understands_every_statement() {
    let folder = tempfile::tempdir().unwrap();
    let url = migrated(Engine::Postgres, &folder).await;
    let options = sqlx::postgres::PgConnectOptions::from_str(&url).unwrap();
    let mut connection = sqlx::PgConnection::connect_with(&options).await.unwrap();
    for (file, text) in every_statement() {
        let prepared = (&mut connection)
            .prepare(AssertSqlSafe(text.clone()).into_sql_str())
            .await;
        assert!(prepared.is_ok(), "{file}: {text}\n{:?}", prepared.err());
    }
}

#[test]
fn a_statement_is_found_over_several_lines() {
    let text = "sql(\n  \"select \\\"a\\\"\n from b\",\n) composed_sql(\"no\")";
    assert_eq!(statements(text), ["select \"a\"\n from b"]);
}
