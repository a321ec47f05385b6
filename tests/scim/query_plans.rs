//! What is found by an index is found by an index: the plans of the statements that lists
//! run, on both engines, over enough rows that a planner has a choice.

use doorward::domain::audit::ConnectionId;
use doorward::domain::directory::search::{
    Asking, By, Condition, Found, Order, Place, Slice, UserTerm, count_statement, select_statement,
};
use doorward::domain::directory::{Group, User};
use doorward::foundation::db::{Fetch, Value, composed_sql, sql};
use doorward::http::scim::filter::indexed::{Indexed, narrow};
use doorward::http::scim::filter::{Unknown, compile};
use doorward::http::scim::schema::{GROUPS, ResourceType, USERS};

use crate::client::{ENTERPRISE, Scim, everyones_group, many_users};
use crate::on_both_engines;
use crate::support::{Engine, World};

/// The plan of a statement.
async fn plan(world: &World, (text, values): (String, Vec<Value>)) -> Vec<String> {
    let mut tx = world.db.begin().await.unwrap();
    let (explain, column) = match world.engine {
        Engine::Sqlite => ("explain query plan ", "detail"),
        Engine::Postgres => {
            // Whether it could do without is the question, not what is cheapest for as few
            // rows as a test has.
            for way in ["seqscan", "mergejoin", "hashjoin"] {
                let off = format!("set local enable_{way} = off");
                tx.execute(composed_sql(off)).await.unwrap();
            }
            ("explain ", "QUERY PLAN")
        }
    };
    let statement = composed_sql(format!("{explain}{text}"));
    let statement = values
        .into_iter()
        .fold(statement, |statement, value| statement.bind(value));
    let rows = (&mut tx).fetch_all(statement).await.unwrap();
    rows.iter().map(|row| row.get(column).unwrap()).collect()
}

/// The steps of a plan that read every row of a table or of an index.
async fn full_reads(world: &World, statement: (String, Vec<Value>)) -> Vec<String> {
    let lines = plan(world, statement).await;
    match world.engine {
        Engine::Sqlite => full_reads_of_sqlite(lines),
        Engine::Postgres => full_reads_of_postgres(&lines),
    }
}

/// `SCAN` reads all; what is computed within the statement has few rows.
fn full_reads_of_sqlite(lines: Vec<String>) -> Vec<String> {
    let mut full = lines;
    full.retain(|line| {
        line.starts_with("SCAN ") && !line.contains("inside") && !line.contains("CONSTANT ROW")
    });
    full
}

/// An index that is read without a condition is read as a whole.
fn full_reads_of_postgres(lines: &[String]) -> Vec<String> {
    let mut full = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let reads = line.contains("Seq Scan")
            || line.contains("Index Scan")
            || line.contains("Index Only Scan");
        let condition = lines
            .get(number + 1)
            .is_some_and(|next| next.contains("Index Cond:"));
        if reads && !condition {
            full.push(line.clone());
        }
    }
    full
}

async fn populated(world: &World) {
    many_users(world, 4_000).await;
    let scim = Scim::new(world).await;
    everyones_group(world, &scim, "everyone").await;
    let mut tx = world.db.begin().await.unwrap();
    let groups = sql("insert into groups (id, display_name, display_name_key, attributes, version, created_at, updated_at)
        select id, user_name, user_name_key, '{}', 1, 1, 1 from users where active_by = 'test'");
    tx.execute(groups).await.unwrap();
    tx.execute(sql("update users set manager = id"))
        .await
        .unwrap();
    let one_each = "insert into group_users (group_id, user_id) select id, id from users where active_by = 'test'";
    tx.execute(sql(one_each)).await.unwrap();
    // Both ways, so that neither column is the same in nearly all rows: then no index would help.
    for nested in [
        "insert into group_groups (group_id, child_id) select a.id, b.id from groups a join groups b on b.display_name = 'everyone' and a.display_name < 'user-2'",
        "insert into group_groups (group_id, child_id) select b.id, a.id from groups a join groups b on b.display_name = 'everyone' and a.display_name >= 'user-2'",
    ] {
        tx.execute(sql(nested)).await.unwrap();
    }
    for table in [
        "users",
        "groups",
        "user_emails",
        "group_users",
        "group_groups",
    ] {
        tx.execute(composed_sql(format!("analyze {table}")))
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
}

fn asking(order: Order) -> Asking {
    Asking {
        connection: ConnectionId::BUILT_IN,
        order,
    }
}

fn condition<K: Indexed>(known: &'static ResourceType, filter: &str) -> Condition<K::Term> {
    let expression = compile(known, filter, Unknown::Refused).unwrap();
    let narrowed = narrow::<K>(&expression);
    Condition::All(vec![K::within_reach(), narrowed.condition])
}

async fn is_indexed<K: Indexed>(world: &World, known: &'static ResourceType, filter: &str) {
    let condition = condition::<K>(known, filter);
    let page = select_statement::<K>(asking(Order::BY_ID), &condition, &Slice::first(100));
    assert_eq!(full_reads(world, page).await, [""; 0], "{filter}");
    let count = count_statement::<K>(ConnectionId::BUILT_IN, &condition);
    assert_eq!(full_reads(world, count).await, [""; 0], "{filter}");
}

on_both_engines! {
    async fn users_are_found_by_indexes(world: World) {
        populated(&world).await;
        for filter in [
            "id eq \"x\"", "userName eq \"user-7\"", "externalId eq \"e-user-7\"", "emails.value eq \"user-7@x\"",
            "emails[type eq \"work\"].value eq \"user-7@x\"", "emails[value eq \"user-7@x\" and primary eq true]",
            "manager eq \"x\"", "id eq \"x\" and manager eq \"y\"", "userName eq \"a\" and active eq true",
            "userName eq \"a\" or userName eq \"b\" or externalId eq \"c\"", "userName eq \"a\" and title co \"x\"",
            "(userName eq \"a\" or emails eq \"b@x\") and not (active eq false)", "groups eq \"g\"",
            "groups[value eq \"g\" and type eq \"direct\"]",
        ] {
            is_indexed::<User>(&world, &USERS, filter).await;
        }
        let manager = format!("{ENTERPRISE}:manager.value eq \"x\"");
        is_indexed::<User>(&world, &USERS, &manager).await;
    }

    async fn users_are_found_by_ranges_of_indexes(world: World) {
        populated(&world).await;
        for filter in ["active eq false", "meta.lastModified gt \"2026-01-01T00:00:00Z\"",
                       "meta.created ge \"2026-01-01T00:00:00Z\" and active eq true"] {
            is_indexed::<User>(&world, &USERS, filter).await;
        }
    }

    async fn groups_are_found_by_indexes(world: World) {
        populated(&world).await;
        for filter in ["id eq \"x\"", "displayName eq \"everyone\"", "externalId eq \"x\"", "members eq \"x\"",
                       "id eq \"x\" and members eq \"y\"", "members[value eq \"x\"]",
                       "displayName eq \"a\" or displayName eq \"b\"", "displayName eq \"a\" and members.display co \"x\""] {
            is_indexed::<Group>(&world, &GROUPS, filter).await;
        }
    }

    async fn pages_in_an_order_of_an_index_sort_nothing(world: World) {
        populated(&world).await;
        let everyone = Condition::Is(UserTerm::NotAdministrator);
        let user = { let slice = Slice::first(1); doorward::domain::directory::search::find::<User>(&world.db, asking(Order::BY_ID), &everyone, &slice).await.unwrap().remove(0) };
        for by in [By::Id, By::Name, By::Created, By::Changed] {
            for descending in [false, true] {
                let order = Order { by, descending };
                let place: Place = user.place(order);
                for slice in [Slice::first(100), Slice::After(place.clone(), 100), Slice::Before(place, 100)] {
                    let (text, values) = select_statement::<User>(asking(order), &everyone, &slice);
                    assert!(!sorts(&world, (text, values)).await, "{order:?} {slice:?}");
                }
            }
        }
    }
}

/// Whether a plan sorts. PostgreSQL's incremental sort is none: it tops up rows that come
/// in order already.
async fn sorts(world: &World, statement: (String, Vec<Value>)) -> bool {
    plan(world, statement)
        .await
        .iter()
        .any(|line| match world.engine {
            Engine::Sqlite => line.contains("USE TEMP B-TREE"),
            Engine::Postgres => line
                .trim_start_matches([' ', '-', '>'])
                .starts_with("Sort "),
        })
}
