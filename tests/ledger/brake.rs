use std::time::Duration;

use doorward::domain::audit;
use doorward::domain::connections::Brake;
use doorward::domain::directory::{self, NewUser, Profile};
use doorward::domain::ledger::{self, Decision};
use doorward::foundation::db::sql;
use serde_json::{Value, json};

use crate::client::{Answer, GROUP, Scim};
use crate::on_both_engines;
use crate::source::{Source, change, count, source};
use crate::support::World;

const BRAKE: [(&str, &str); 3] = [
    ("brake.share_percent", "20"),
    ("brake.window_minutes", "60"),
    ("brake.at_least", "3"),
];

async fn users(scim: &Scim, number: usize) -> Vec<String> {
    let mut all = Vec::new();
    for n in 0..number {
        all.push(scim.user(&format!("user{n}")).await);
    }
    all
}

async fn deactivate(scim: &Scim, user: &str) -> Answer {
    let off = json!([{ "op": "replace", "path": "active", "value": false }]);
    scim.patch(&format!("/Users/{user}"), off).await
}

async fn notices(world: &World) -> i64 {
    let statement = sql("select count(*) as n from audit_events where action = 'connection.held'");
    count(world, statement).await
}

async fn active(world: &World) -> i64 {
    count(
        world,
        sql("select count(*) as n from users where active = true"),
    )
    .await
}

async fn release(world: &World, source: &Source) {
    let mut change = change(world).await;
    ledger::release(&mut change, source.id).await.unwrap();
    change.commit().await.unwrap();
}

async fn administrator(world: &World, name: &str) {
    let mut change = change(world).await;
    let new = NewUser {
        profile: Profile::named(name).with_email(&format!("{name}@example.com")),
        active: true,
        administrator: true,
    };
    directory::create_user(&mut change, new).await.unwrap();
    change.commit().await.unwrap();
}

on_both_engines! {
    async fn a_share_may_go_and_what_is_over_it_is_held(world: World) {
        let source = source(&world, &BRAKE).await;
        let scim = &source.scim;
        let all = users(scim, 20).await;
        world.clock.advance(Duration::from_secs(1));
        deactivate(scim, &all[0]).await.ok(200);
        assert_eq!(scim.delete(&format!("/Users/{}", all[1])).await.status, 204);
        let off = json!({ "schemas": [crate::client::USER], "userName": "user2", "active": false });
        scim.put(&format!("/Users/{}", all[2]), off).await.ok(200);
        deactivate(scim, &all[3]).await.ok(200);
        world.clock.advance(Duration::from_secs(1));
        let answer = deactivate(scim, &all[4]).await;
        let seconds: u32 = answer.header("retry-after").parse().unwrap();
        assert!((3_500..=3_660).contains(&seconds), "{seconds}");
        let detail = answer.refused(429, None);
        let entry = source.newest(&world).await;
        assert_eq!((entry.decision, entry.status), (Decision::Held, 429));
        assert_eq!(entry.detail.map(|text| format!("{text}.")), Some(detail));
        assert_eq!(entry.before, Some(json!({ "active": true })));
        assert_eq!(entry.after, Some(json!({ "active": false })));
        scim.delete(&format!("/Users/{}", all[4])).await.refused(429, None);
        assert_eq!(scim.get(&format!("/Users/{}", all[4])).await.ok(200)["active"], true);
    }

    async fn so_many_may_go_whatever_the_share(world: World) {
        let source = source(&world, &BRAKE).await;
        let all = users(&source.scim, 4).await;
        for user in &all[..3] {
            deactivate(&source.scim, user).await.ok(200);
        }
        deactivate(&source.scim, &all[3]).await.refused(429, None);
    }

    async fn whatever_takes_nobody_away_goes_on_while_the_brake_holds(world: World) {
        let source = source(&world, &BRAKE).await;
        let scim = &source.scim;
        let all = users(scim, 4).await;
        let group = scim.group("G", &[]).await;
        for user in &all {
            deactivate(scim, user).await;
        }
        scim.user("new").await;
        let on = json!([{ "op": "replace", "path": "active", "value": true }]);
        scim.patch(&format!("/Users/{}", all[0]), on).await.ok(200);
        let title = json!([{ "op": "add", "path": "title", "value": "Dr" }]);
        scim.patch(&format!("/Users/{}", all[3]), title).await.ok(200);
        let add = json!([{ "op": "add", "path": "members", "value": [{ "value": all[3] }] }]);
        scim.patch(&format!("/Groups/{group}"), add).await.ok(200);
        deactivate(scim, &all[1]).await.ok(200);
    }

    async fn the_window_moves_on(world: World) {
        let source = source(&world, &BRAKE).await;
        let all = users(&source.scim, 5).await;
        for user in &all[..3] {
            deactivate(&source.scim, user).await.ok(200);
        }
        let answer = deactivate(&source.scim, &all[3]).await;
        let seconds: u64 = answer.header("retry-after").parse().unwrap();
        world.clock.advance(Duration::from_secs(seconds - 2));
        deactivate(&source.scim, &all[3]).await.refused(429, None);
        world.clock.advance(Duration::from_secs(2));
        deactivate(&source.scim, &all[3]).await.ok(200);
    }

    async fn a_release_lets_it_go_on_in_one_action(world: World) {
        let source = source(&world, &BRAKE).await;
        let all = users(&source.scim, 8).await;
        for user in &all[..3] {
            deactivate(&source.scim, user).await.ok(200);
        }
        deactivate(&source.scim, &all[3]).await.refused(429, None);
        let brake = Brake { share_percent: 20, window_minutes: 60, at_least: 3 };
        let standing = ledger::standing(&world.db, source.id, brake, world.now()).await.unwrap();
        assert_eq!((standing.gone, standing.held_since.is_some()), (3, true));
        release(&world, &source).await;
        let standing = ledger::standing(&world.db, source.id, brake, world.now()).await.unwrap();
        assert_eq!((standing.gone, standing.held_since), (0, None));
        for user in &all[3..6] {
            deactivate(&source.scim, user).await.ok(200);
        }
        deactivate(&source.scim, &all[6]).await.refused(429, None);
        assert_eq!(notices(&world).await, 2);
    }

    async fn the_administrator_is_told_once(world: World) {
        let source = source(&world, &BRAKE).await;
        let all = users(&source.scim, 8).await;
        for user in &all {
            deactivate(&source.scim, user).await;
        }
        assert_eq!(notices(&world).await, 1);
        assert!(audit::newest(&world.db).await.unwrap().is_some());
        let held = source.decisions(&world).await.into_iter().filter(|word| *word == "held").count();
        assert_eq!(held, 5);
    }

    async fn administrators_are_written_to_once_and_told_what_to_do(world: World) {
        let world = world.with_mail().await;
        administrator(&world, "root").await;
        let source = source(&world, &BRAKE).await;
        let all = users(&source.scim, 8).await;
        for user in &all {
            deactivate(&source.scim, user).await;
        }
        let letters = world.letters().await;
        assert_eq!(letters.len(), 1, "{letters:?}");
        assert_eq!(letters[0].to, "root@example.com");
        assert!(letters[0].text.contains(&format!("doorward connection release {}", source.id)));
        assert!(!letters[0].text.contains("user1"), "{}", letters[0].text);
    }

    async fn a_brake_at_a_hundred_percent_holds_nothing(world: World) {
        let source = source(&world, &[("brake.at_least", "0")]).await;
        for user in users(&source.scim, 4).await {
            deactivate(&source.scim, &user).await.ok(200);
        }
        assert_eq!(count(&world, sql("select count(*) as n from brakes")).await, 0);
    }

    async fn a_deactivation_that_is_no_news_is_not_counted(world: World) {
        let source = source(&world, &BRAKE).await;
        let all = users(&source.scim, 4).await;
        for _ in 0..5 {
            deactivate(&source.scim, &all[0]).await.ok(200);
        }
        deactivate(&source.scim, &all[1]).await.ok(200);
        deactivate(&source.scim, &all[2]).await.ok(200);
        deactivate(&source.scim, &all[3]).await.refused(429, None);
    }

    async fn emptying_a_group_is_counted(world: World) {
        let source = source(&world, &[("brake.share_percent", "0"), ("brake.at_least", "1")]).await;
        let scim = &source.scim;
        let ann = scim.user("ann").await;
        let one = scim.group("One", &[&ann]).await;
        let two = scim.group("Two", &[&ann]).await;
        let body = json!({ "schemas": [GROUP], "displayName": "One", "members": [] });
        scim.put(&format!("/Groups/{one}"), body).await.ok(200);
        let all = json!([{ "op": "replace", "path": "members", "value": [] }]);
        scim.patch(&format!("/Groups/{two}"), all).await.refused(429, None);
        assert_eq!(scim.members(&two).await, [ann]);
    }

    async fn each_operation_of_a_bulk_request_meets_the_brake(world: World) {
        let source = source(&world, &BRAKE).await;
        let all = users(&source.scim, 6).await;
        let delete = |user: &String| json!({ "method": "DELETE", "path": format!("/Users/{user}") });
        let body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
            "Operations": all.iter().map(delete).collect::<Vec<_>>(),
        });
        let answer = source.scim.post("/Bulk", body).await.ok(200);
        let statuses: Vec<&Value> = answer["Operations"].as_array().unwrap().iter()
            .map(|result| &result["status"]).collect();
        assert_eq!(statuses, ["204", "204", "204", "429", "429", "429"]);
        assert_eq!(active(&world).await, 3);
    }

    async fn of_thirty_two_deactivations_at_once_exactly_the_share_is_let_through(world: World) {
        let source = source(&world, &[
            ("brake.share_percent", "25"), ("brake.at_least", "0"),
        ]).await;
        let all = users(&source.scim, 32).await;
        let tries = all.iter().map(|user| deactivate(&source.scim, user));
        let answers = futures_util::future::join_all(tries).await;
        let of = |status: u16| answers.iter().filter(|a| a.status.as_u16() == status).count();
        assert_eq!((of(200), of(429)), (8, 24));
        assert_eq!(active(&world).await, 24);
        assert_eq!(notices(&world).await, 1);
        let held = source.ledger(&world).await.iter()
            .filter(|entry| entry.decision == Decision::Held).count();
        assert_eq!(held, 24);
    }
}
