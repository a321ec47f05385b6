//! Fills a database as the server would have filled it, without a request for each row: the
//! rows of one person whom the server made are copied, with another id and another name in
//! every text. [`check`] then asks the server for one of them.

use doorward::domain::audit::{Actor, Change};
use doorward::foundation::clock::Clock;
use doorward::foundation::db::{Db, Fetch as _, Statement, composed_sql};

use crate::connection::Connection;
use crate::people::{COPY_ID, TEMPLATE, User};

/// Rows that are copied in one transaction.
const AT_ONCE: usize = 50_000;

/// Which rows of a table are one person's, and which column of them is a name of their own.
struct Copied {
    table: &'static str,
    of: &'static str,
    own_id: bool,
}

const OF_A_PERSON: [Copied; 5] = [
    copied("users", "id", false),
    copied("external_ids", "resource_id", false),
    copied("user_emails", "user_id", false),
    copied("audit_events", "subject_id", true),
    copied("ledger_entries", "resource_id", true),
];

const fn copied(table: &'static str, of: &'static str, own_id: bool) -> Copied {
    Copied { table, of, own_id }
}

/// Adds `count` copies of a person, in pieces.
pub async fn people(url: &str, template: &User, count: usize) {
    let db = Db::open(url).await.expect("the database");
    let mut texts = Vec::new();
    for (number, copied) in OF_A_PERSON.iter().enumerate() {
        texts.push(copy_text(&db, copied, number).await);
    }
    for from in (1..=count).step_by(AT_ONCE) {
        let to = (from + AT_ONCE - 1).min(count);
        for text in &texts {
            let statement = composed_sql(text.clone())
                .bind(number(from))
                .bind(number(to))
                .bind(template.id.as_str())
                .bind(TEMPLATE);
            run(&db, vec![statement]).await;
        }
        eprint!(".");
    }
    eprintln!();
    // As it stands when the parts have been folded.
    let total = composed_sql(
        "insert into directory_totals (kind, part, total) values ('user', '', $1)
         on conflict (kind, part) do update set total = directory_totals.total + excluded.total"
            .to_owned(),
    );
    run(&db, vec![total.bind(number(count))]).await;
    settle(&db).await;
    db.close().await;
}

/// The first `count` copies become members of a group.
pub async fn members(url: &str, group: &str, count: usize) {
    let db = Db::open(url).await.expect("the database");
    let text = format!(
        "insert into group_users (group_id, user_id)
         select $1, id from users where id >= '{COPY_ID}' and id <= '{COPY_ID}{count:012}'"
    );
    run(&db, vec![composed_sql(text).bind(group)]).await;
    settle(&db).await;
    db.close().await;
}

/// Adds copies of what one sign-in and one grant left behind.
pub async fn grants(url: &str, count: usize) {
    let db = Db::open(url).await.expect("the database");
    for (number_of_table, table) in ["sessions", "grants", "authorization_codes"]
        .iter()
        .enumerate()
    {
        let columns = columns(&db, table).await;
        let values = columns.iter().map(|(column, text)| {
            let own = matches!(
                column.as_str(),
                "id" | "digest" | "secret_digest" | "refresh_digest"
            );
            match (own, text) {
                (true, true) => format!("'{number_of_table}' || {}", DIGITS),
                _ => format!("t.{column}"),
            }
        });
        let text = insert_text(table, &columns, values.collect(), "true");
        for from in (1..=count).step_by(AT_ONCE) {
            let to = (from + AT_ONCE - 1).min(count);
            let statement = composed_sql(text.clone())
                .bind(number(from))
                .bind(number(to));
            run(&db, vec![statement]).await;
        }
    }
    settle(&db).await;
    db.close().await;
}

/// The server shows a copy as it shows the template, but for what names it.
pub async fn check(connection: &mut Connection, key: &str, template: &User, copy: &User) {
    let mut shown = Vec::new();
    for user in [template, copy] {
        let answer = connection
            .get_as(&format!("/scim/v2/Users/{}", user.id), key)
            .await
            .expect(200);
        let mut resource = answer.json();
        for moment in ["created", "lastModified"] {
            resource["meta"][moment] = "then".into();
        }
        let text = resource.to_string();
        shown.push(text.replace(&user.id, "ID").replace(&user.name, "NAME"));
    }
    assert_eq!(
        shown[0], shown[1],
        "a copy is as the server would have made it"
    );
}

/// A number of a copy, with twelve digits, in the SQL of both engines.
const DIGITS: &str = "substr(cast(1000000000000 + n.n as text), 2)";

async fn copy_text(db: &Db, copied: &Copied, number: usize) -> String {
    let columns = columns(db, copied.table).await;
    let values = columns
        .iter()
        .map(|(column, text)| match (column.as_str(), text) {
            ("id", true) if copied.own_id => {
                format!("'0190000{number}-0000-7000-8000-' || {DIGITS}")
            }
            ("created_at" | "updated_at" | "at", false) => format!("t.{column} + n.n"),
            (_, true) => format!(
                "replace(replace(t.{column}, $3, '{COPY_ID}' || {DIGITS}), $4, \
             'person.' || cast(n.n as text) || '@example.com')"
            ),
            _ => format!("t.{column}"),
        });
    insert_text(
        copied.table,
        &columns,
        values.collect(),
        &format!("{} = $3", copied.of),
    )
}

/// The template's rows are read once, before any are added.
fn insert_text(
    table: &str,
    columns: &[(String, bool)],
    values: Vec<String>,
    which: &str,
) -> String {
    let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
    let one = match which {
        "true" => format!("(select * from {table} limit 1)"),
        which => format!("(select * from {table} where {which})"),
    };
    format!(
        "insert into {table} ({})
         with recursive n (n) as (select cast($1 as bigint) union all select n + 1 from n where n < $2)
         select {} from {one} t cross join n",
        names.join(", "),
        values.join(", "),
    )
}

/// The columns of a table, and whether they are texts.
async fn columns(db: &Db, table: &str) -> Vec<(String, bool)> {
    let text = match db.engine() {
        "sqlite" => "select name, lower(type) as kind from pragma_table_info($1)",
        _ => {
            "select column_name::text as name, data_type::text as kind
               from information_schema.columns where table_name = $1"
        }
    };
    let mut from = db;
    let rows = from
        .fetch_all(composed_sql(text.to_owned()).bind(table))
        .await;
    let column = |row: &doorward::foundation::db::Row| {
        let kind: String = row.get("kind").expect("a type");
        (row.get("name").expect("a name"), kind == "text")
    };
    rows.expect("the columns").iter().map(column).collect()
}

async fn run(db: &Db, statements: Vec<Statement>) {
    let now = Clock::system().now();
    let mut change = Change::begin(db, Actor::CommandLine, now)
        .await
        .expect("a change");
    change.unrecorded("the benchmark's own people");
    for statement in statements {
        change.execute(statement.long()).await.expect("the rows");
    }
    change.commit().await.expect("the rows");
}

/// What PostgreSQL does by itself a minute after so many rows came.
async fn settle(db: &Db) {
    if db.engine() == "postgres" {
        run(db, vec![composed_sql("analyze".to_owned())]).await;
    }
}

fn number(of: usize) -> i64 {
    i64::try_from(of).expect("a number")
}
