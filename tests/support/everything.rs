//! All that a database holds, for tests that look for what must not be in it.

use doorward::foundation::db::{Db, Fetch, composed_sql, sql};

use super::Engine;

/// Everything that the database holds, as text.
pub async fn everything(db: &Db, engine: Engine) -> String {
    let mut from = db;
    let tables = match engine {
        Engine::Sqlite => sql("select name from sqlite_master where type = 'table'"),
        Engine::Postgres => sql(
            "select cast(table_name as text) as name from information_schema.tables
             where table_schema = current_schema()",
        ),
    };
    let mut all = String::new();
    for table in from.fetch_all(tables).await.unwrap() {
        let table: String = table.get("name").unwrap();
        if table.starts_with("_sqlx") || table.starts_with("sqlite_") {
            continue;
        }
        let columns = match engine {
            Engine::Sqlite => {
                composed_sql(format!("select name from pragma_table_info('{table}')"))
            }
            Engine::Postgres => composed_sql(format!(
                "select cast(column_name as text) as name from information_schema.columns
                 where table_schema = current_schema() and table_name = '{table}'"
            )),
        };
        for column in from.fetch_all(columns).await.unwrap() {
            let column: String = column.get("name").unwrap();
            let rows = composed_sql(format!("select cast({column} as text) as v from {table}"));
            for row in from.fetch_all(rows).await.unwrap() {
                all.push_str(&row.get::<Option<String>>("v").unwrap().unwrap_or_default());
                all.push('\n');
            }
        }
    }
    all
}
