//! Many at once: nothing is there twice, and nothing is lost.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::client::{Answer, PATCH, Scim, USER};
use crate::on_both_engines;

const MANY: usize = 64;

/// Sends all of them at the same time.
async fn all_at_once<F>(many: impl IntoIterator<Item = F>) -> Vec<Answer>
where
    F: Future<Output = Answer> + Send + 'static,
{
    let tasks: Vec<_> = many.into_iter().map(tokio::spawn).collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    answers
}

fn count(answers: &[Answer], status: u16) -> usize {
    answers
        .iter()
        .filter(|answer| answer.status == status)
        .count()
}

on_both_engines! {
    async fn one_of_64_parallel_creates_of_a_name_wins(world: World) {
        let scim = Arc::new(Scim::new(&world).await);
        let answers = all_at_once((0..MANY).map(|number| {
            let scim = scim.clone();
            let name = if number % 2 == 0 { "Ann" } else { "aNN" };
            async move { scim.post("/Users", json!({ "schemas": [USER], "userName": name })).await }
        })).await;
        assert_eq!((count(&answers, 201), count(&answers, 409)), (1, MANY - 1));
        assert_eq!(scim.get("/Users").await.ok(200)["totalResults"], 1);
    }

    async fn one_of_many_parallel_creates_of_a_group_wins(world: World) {
        let scim = Arc::new(Scim::new(&world).await);
        let answers = all_at_once((0..MANY).map(|_| {
            let scim = scim.clone();
            async move { scim.post("/Groups", json!({ "displayName": "g" })).await }
        })).await;
        assert_eq!((count(&answers, 201), count(&answers, 409)), (1, MANY - 1));
    }

    async fn fault_4_64_parallel_additions_to_a_group_lose_nothing(world: World) {
        let scim = Arc::new(Scim::new(&world).await);
        let mut users = Vec::new();
        for number in 0..MANY {
            users.push(scim.user(&format!("u{number}")).await);
        }
        let group = scim.group("g", &[&users[0], &users[1]]).await;
        let answers = all_at_once(users.iter().cloned().enumerate().map(|(number, user)| {
            let (scim, path) = (scim.clone(), format!("/Groups/{group}"));
            // The first two go while the others come.
            let op = if number < 2 { "remove" } else { "add" };
            async move {
                let ops = json!([{ "op": op, "path": "members", "value": [{ "value": user }] }]);
                scim.patch(&path, ops).await
            }
        })).await;
        assert_eq!(count(&answers, 200) + count(&answers, 204), MANY);
        let mut wanted = users[2..].to_vec();
        wanted.sort();
        assert_eq!(scim.members(&group).await, wanted);
        let group = scim.get(&format!("/Groups/{group}?attributes=meta")).await.ok(200);
        assert_eq!(group["meta"]["version"], format!("W/\"{}\"", MANY + 1), "each change counted");
    }

    async fn parallel_changes_of_one_user_lose_nothing(world: World) {
        let scim = Arc::new(Scim::new(&world).await);
        let path = format!("/Users/{}", scim.user("ann").await);
        let answers = all_at_once((0..MANY).map(|number| {
            let (scim, path) = (scim.clone(), path.clone());
            async move {
                let value = format!("a{number}@x");
                let ops = json!([{ "op": "add", "path": "emails", "value": [{ "value": value }] }]);
                scim.patch(&path, ops).await
            }
        })).await;
        assert_eq!(count(&answers, 200), MANY);
        let user = scim.get(&path).await.ok(200);
        assert_eq!(user["emails"].as_array().unwrap().len(), MANY);
        assert_eq!(user["meta"]["version"], format!("W/\"{}\"", MANY + 1));
    }

    async fn one_of_many_changes_meant_for_one_version_wins(world: World) {
        let scim = Arc::new(Scim::new(&world).await);
        let path = format!("/Users/{}", scim.user("ann").await);
        let answers = all_at_once((0..MANY).map(|number| {
            let (scim, path) = (scim.clone(), path.clone());
            async move {
                let body = json!({ "schemas": [PATCH], "Operations": [
                    { "op": "replace", "path": "title", "value": format!("t{number}") }] });
                let request = scim.request(reqwest::Method::PATCH, &path)
                    .header("if-match", "W/\"1\"")
                    .header("content-type", "application/scim+json").body(body.to_string());
                scim.send(request).await
            }
        })).await;
        assert_eq!((count(&answers, 200), count(&answers, 412)), (1, MANY - 1));
    }

    async fn members_may_be_deleted_while_they_are_added(world: World) {
        let scim = Arc::new(Scim::new(&world).await);
        let mut users = Vec::new();
        for number in 0..MANY / 2 {
            users.push(scim.user(&format!("u{number}")).await);
        }
        let all: Vec<Value> = users.iter().map(|id| json!({ "value": id })).collect();
        let groups = [scim.group("g", &[]).await, scim.group("h", &[]).await];
        let add = groups.iter().map(|group| {
            let (scim, path, all) = (scim.clone(), format!("/Groups/{group}"), all.clone());
            tokio::spawn(async move {
                scim.patch(&path, json!([{ "op": "add", "path": "members", "value": all }])).await
            })
        });
        let delete = users.iter().map(|user| {
            let (scim, path) = (scim.clone(), format!("/Users/{user}"));
            tokio::spawn(async move { scim.delete(&path).await })
        });
        for task in add.chain(delete).collect::<Vec<_>>() {
            let answer = task.await.unwrap();
            assert!(answer.status.as_u16() < 500, "{}", answer.text);
        }
        for group in &groups {
            assert_eq!(scim.members(group).await, [] as [String; 0]);
        }
    }
}
