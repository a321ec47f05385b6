use doorward::domain::audit::{Actor, Change};
use doorward::foundation::clock::Timestamp;
use doorward::foundation::db::{Db, Error, Fetch, Statement, sql};

use crate::on_both_engines;
use crate::support::World;

async fn refusal(world: &World, statements: Vec<Statement>) -> Error {
    let mut change = Change::begin(&world.db, Actor::System, world.now())
        .await
        .unwrap();
    for statement in statements {
        if let Err(error) = change.execute(statement).await {
            return error;
        }
    }
    panic!("nothing was refused");
}

fn group(id: &str, key: &str) -> Statement {
    sql("insert into groups (id, display_name, display_name_key, unique_name_key, attributes, version,
           created_at, updated_at)
         values ($1, $2, $2, $2, '{}', 1, 0, 0)")
    .bind(id)
    .bind(key)
}

fn nested(parent: &str, child: &str) -> Statement {
    sql("insert into group_groups (group_id, child_id) values ($1, $2)")
        .bind(parent)
        .bind(child)
}

on_both_engines! {
    async fn a_unique_constraint_has_one_name_on_both_engines(world: World) {
        let error = refusal(&world, vec![group("a", "x"), group("b", "x")]).await;
        assert!(error.violates("groups.unique_name_key"), "{error:?}");
    }

    async fn a_constraint_of_two_columns_has_one_name_on_both_engines(world: World) {
        let error = refusal(
            &world,
            vec![group("a", "x"), group("b", "y"), nested("a", "b"), nested("a", "b")],
        )
        .await;
        assert!(error.violates("group_groups.group_id, group_groups.child_id"), "{error:?}");
    }

    async fn a_row_cannot_refer_to_one_that_is_not_there(world: World) {
        let error = refusal(&world, vec![group("a", "x"), nested("a", "nobody")]).await;
        assert!(matches!(error, Error::ForeignKey), "{error:?}");
    }

    async fn values_come_back_as_they_were_bound(world: World) {
        let mut from = &world.db;
        let row = from
            .fetch_one(
                sql("select $1 as t, cast($2 as bigint) as i, $3 as b, $4 as n,
                            cast($5 as bigint) as at")
                .bind("ünï\u{1F600}")
                .bind(i64::MAX)
                .bind(true)
                .bind(None::<&str>)
                .bind(Timestamp::from_millis(17)),
            )
            .await
            .unwrap();
        assert_eq!(row.get::<String>("t").unwrap(), "ünï\u{1F600}");
        assert_eq!(row.get::<i64>("i").unwrap(), i64::MAX);
        assert!(row.get::<bool>("b").unwrap());
        assert_eq!(row.get::<Option<String>>("n").unwrap(), None);
        assert_eq!(row.get::<Timestamp>("at").unwrap().millis(), 17);
    }

    async fn a_statement_that_always_has_a_row_says_so_when_it_has_none(world: World) {
        let mut from = &world.db;
        let none = from.fetch_one(sql("select id from users where id = 'nobody'")).await;
        assert!(matches!(none, Err(Error::NoRow)));
    }
}

#[tokio::test]
async fn sqlite_keeps_a_commit_over_a_power_cut_and_checks_foreign_keys() {
    let world = World::new(crate::support::Engine::Sqlite).await;
    for (pragma, expected) in [
        (sql("select * from pragma_journal_mode"), "journal_mode"),
        (
            sql("select cast(synchronous as text) as v from pragma_synchronous"),
            "2",
        ),
        (
            sql("select cast(foreign_keys as text) as v from pragma_foreign_keys"),
            "1",
        ),
    ] {
        let mut change = Change::begin(&world.db, Actor::System, world.now())
            .await
            .unwrap();
        let row = (&mut change).fetch_one(pragma).await.unwrap();
        if expected == "journal_mode" {
            assert_eq!(row.get::<String>("journal_mode").unwrap(), "wal");
        } else {
            assert_eq!(row.get::<String>("v").unwrap(), expected);
        }
    }
}

#[tokio::test]
async fn an_address_of_neither_engine_is_refused_with_a_sentence() {
    for address in ["", "mysql://x", "/tmp/x.db"] {
        let error = Db::open(address).await.unwrap_err();
        assert!(matches!(error, Error::Address(_)), "{error:?}");
    }
}

#[tokio::test]
async fn a_database_in_a_folder_that_is_not_there_is_unavailable() {
    let error = Db::open("sqlite:/nonexistent/folder/x.db")
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Unavailable(_)), "{error:?}");
}

on_both_engines! {
    async fn changes_at_once_are_each_done_whole_or_not_at_all(world: World) {
        let tasks: Vec<_> = (0..64_u32)
            .map(|number| {
                let (db, now) = (world.db.clone(), world.now());
                tokio::spawn(async move {
                    let mut change = Change::begin(&db, Actor::System, now).await.unwrap();
                    change.unrecorded("a test");
                    for part in 0..3 {
                        let key = format!("{number}-{part}");
                        change.execute(group(&key, &key)).await.unwrap();
                    }
                    let again = group("again", &format!("{number}-0"));
                    match number % 4 {
                        // Refused by a constraint, ended in the middle, undone, or done.
                        0 => assert!(change.execute(again).await.is_err()),
                        1 => {
                            let mut from = &mut change;
                            let long = sql("select count(*) as n from groups").long();
                            let soon = std::time::Duration::from_nanos(1);
                            let _ = tokio::time::timeout(soon, from.fetch_one(long)).await;
                        }
                        2 => {}
                        _ => {
                            change.commit().await.unwrap();
                            // What has been acknowledged is there for everybody.
                            let mine = sql("select id from groups where id = $1");
                            let mut from = &db;
                            let row = from.fetch_optional(mine.bind(format!("{number}-2"))).await;
                            assert!(row.unwrap().is_some(), "{number}");
                        }
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        let mut from = &world.db;
        let rows = from.fetch_all(sql("select id from groups")).await.unwrap();
        let mut found: Vec<String> = rows.iter().map(|row| row.get("id").unwrap()).collect();
        found.sort();
        let done = (0..64_u32).filter(|number| number % 4 == 3);
        let mut expected: Vec<String> = done
            .flat_map(|number| (0..3).map(move |part| format!("{number}-{part}")))
            .collect();
        expected.sort();
        assert_eq!(found, expected);
        // Nobody holds the database any more.
        let change = Change::begin(&world.db, Actor::System, world.now()).await.unwrap();
        change.commit().await.unwrap();
    }

    async fn what_a_change_saw_is_committed_when_it_ends_however_it_ends(world: World) {
        let tasks: Vec<_> = (0..32)
            .map(|_| {
                let (db, now) = (world.db.clone(), world.now());
                tokio::spawn(async move {
                    let mut change = Change::begin(&db, Actor::System, now).await.unwrap();
                    change.unrecorded("a test");
                    let won = change.execute(group("only", "only")).await.is_ok();
                    if won {
                        change.commit().await.unwrap();
                    } else {
                        drop(change);
                        let mut from = &db;
                        let row = from.fetch_optional(sql("select id from groups")).await;
                        assert!(row.unwrap().is_some(), "a loser sees who won");
                    }
                    won
                })
            })
            .collect();
        let mut won = 0;
        for task in tasks {
            won += u32::from(task.await.unwrap());
        }
        assert_eq!(won, 1);
    }

    async fn a_read_that_takes_long_ends_all_the_same(world: World) {
        let mut from = &world.db;
        let long = sql("with recursive n (n) as (select 1 union all select n + 1 from n where n < 300000)
                        select count(*) as n from n");
        let row = from.fetch_one(long).await.unwrap();
        assert_eq!(row.get::<i64>("n").unwrap(), 300_000);
        let mut change = Change::begin(&world.db, Actor::System, world.now()).await.unwrap();
        change.unrecorded("a test");
        change.execute(group("a", "a")).await.unwrap();
        let long = sql("with recursive n (n) as (select 1 union all select n + 1 from n where n < 300000)
                        select count(*) as n from n");
        (&mut change).fetch_one(long).await.unwrap();
        change.commit().await.unwrap();
        let row = from.fetch_optional(sql("select id from groups")).await.unwrap();
        assert!(row.is_some(), "what was written before the long read is still there");
    }
}

/// Two handles are as good as two processes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_changes_of_several_processes_wait_for_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let url = crate::support::empty_database_url(crate::support::Engine::Sqlite, &folder).await;
    let one = Db::open(&url).await.unwrap();
    one.migrate().await.unwrap();
    let other = Db::open(&url).await.unwrap();
    let now = Timestamp::from_millis(1);
    let tasks: Vec<_> = (0..32_u32)
        .map(|number| {
            let db = if number % 2 == 0 {
                one.clone()
            } else {
                other.clone()
            };
            tokio::spawn(async move {
                let mut change = Change::begin(&db, Actor::System, now).await.unwrap();
                change.unrecorded("a test");
                let key = number.to_string();
                change.execute(group(&key, &key)).await.unwrap();
                change.commit().await.unwrap();
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let mut from = &one;
    let row = from
        .fetch_one(sql("select count(*) as n from groups"))
        .await
        .unwrap();
    assert_eq!(row.get::<i64>("n").unwrap(), 32);
}
