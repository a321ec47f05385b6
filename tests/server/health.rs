use doorward::app::router;
use doorward::domain::audit::{Actor, Change};
use doorward::foundation::db::sql;
use serde_json::{Value as Json, json};

use crate::on_both_engines;
use crate::support::Server;

async fn get(server: &Server, path: &str) -> (u16, Json) {
    let answer = server
        .http
        .get(format!("{}{path}", server.base))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.headers()["cache-control"], "no-store");
    (answer.status().as_u16(), answer.json().await.unwrap())
}

on_both_engines! {
    async fn a_server_that_can_serve_is_alive_and_ready(world: World) {
        let server = world.serve(router(world.state.clone()));
        assert_eq!(get(&server, "/healthz").await, (200, json!({ "status": "alive" })));
        assert_eq!(get(&server, "/readyz").await, (200, json!({ "status": "ready" })));
    }

    async fn another_schema_than_its_own_is_not_ready_but_alive(world: World) {
        let server = world.serve(router(world.state.clone()));
        let mut change = Change::begin(&world.db, Actor::System, world.now()).await.unwrap();
        change.unrecorded("a test");
        change.execute(sql("update _sqlx_migrations set version = 9999 where version = (select max(version) from _sqlx_migrations)")).await.unwrap();
        change.commit().await.unwrap();
        let (status, body) = get(&server, "/readyz").await;
        assert_eq!(status, 503);
        assert_eq!(body["status"], "unavailable");
        let known = world.db.schema().await.unwrap().known;
        let reason = format!("the database has schema version 9999, this program needs {known}");
        assert_eq!(body["reason"], reason);
        assert_eq!(get(&server, "/healthz").await.0, 200);
    }

    async fn a_database_that_is_gone_is_not_ready_and_nothing_of_it_is_told(world: World) {
        let server = world.serve(router(world.state.clone()));
        world.db.close().await;
        let (status, body) = get(&server, "/readyz").await;
        assert_eq!(status, 503);
        assert_eq!(body["reason"], "the database cannot be read");
        assert_eq!(get(&server, "/healthz").await.0, 200);
    }
}
