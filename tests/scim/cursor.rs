//! Pages by cursor (RFC 9865).

use std::time::Duration;

use serde_json::{Value, json};

use crate::client::{SEARCH, Scim, USER, administrator, id, token};
use crate::on_both_engines;
use crate::support::World;

async fn numbered(scim: &Scim, world: &World, number: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for place in 0..number {
        world.clock.advance(Duration::from_millis(1));
        let body = json!({ "schemas": [USER], "userName": format!("u{:02}", number - place),
            "title": format!("t{}", place % 3) });
        ids.push(id(&scim.post("/Users", body).await.ok(201)));
    }
    ids
}

fn ids(list: &Value) -> Vec<String> {
    list["Resources"]
        .as_array()
        .unwrap()
        .iter()
        .map(id)
        .collect()
}

/// All pages from the start, and what each says of the next and the previous one.
async fn walk(scim: &Scim, query: &str) -> Vec<Value> {
    let mut pages = vec![scim.get(&format!("/Users?cursor&{query}")).await.ok(200)];
    while let Some(next) = pages.last().unwrap()["nextCursor"].as_str() {
        assert!(pages.len() < 50, "the walk ends");
        pages.push(
            scim.get(&format!("/Users?cursor={next}&{query}"))
                .await
                .ok(200),
        );
    }
    pages
}

on_both_engines! {
    async fn a_walk_meets_everyone_once_in_order_and_goes_back_the_same_way(world: World) {
        let scim = Scim::new(&world).await;
        administrator(&world, "root").await;
        let all = numbered(&scim, &world, 11).await;
        let reversed: Vec<String> = all.iter().rev().cloned().collect();
        let mut by_title = all.clone();
        by_title.sort_by_key(|one| (all.iter().position(|id| id == one).unwrap() % 3, one.clone()));
        let by_title_down: Vec<String> = by_title.iter().rev().cloned().collect();
        let other_than_t1: Vec<String> = all.iter().enumerate()
            .filter(|(place, _)| place % 3 != 1).map(|(_, id)| id.clone()).collect();
        let active_t0: Vec<String> = all.iter().step_by(3).cloned().collect();
        for (query, wanted) in [
            ("count=4", &all), ("count=11", &all), ("count=1", &all), ("", &all), ("count=10", &all),
            ("count=4&sortOrder=descending", &reversed),
            ("count=4&sortBy=userName", &reversed),
            ("count=4&sortBy=userName&sortOrder=descending", &all),
            ("count=3&sortBy=meta.created&sortOrder=descending", &reversed),
            ("count=3&sortBy=meta.lastModified", &all),
            ("count=4&sortBy=title", &by_title),
            ("count=4&sortBy=title&sortOrder=descending", &by_title_down),
            ("count=2&filter=title+ne+%22T1%22", &other_than_t1),
            ("count=2&filter=active+eq+true+and+title+eq+%22t0%22", &active_t0),
            ("count=3&filter=meta.created+pr", &all),
        ] {
            let pages = walk(&scim, query).await;
            let seen: Vec<String> = pages.iter().flat_map(ids).collect();
            assert_eq!(seen, *wanted, "{query}");
            let size: usize = query.strip_prefix("count=").and_then(|rest| rest.split('&').next()?.parse().ok()).unwrap_or(100);
            assert_eq!(pages.len(), wanted.len().div_ceil(size), "{query}");
            for (number, page) in pages.iter().enumerate() {
                assert_eq!(page["itemsPerPage"], ids(page).len());
                assert_eq!(page.get("startIndex"), None);
                assert_eq!(page.get("previousCursor").is_some(), number > 0, "{query}");
            }
            // And back.
            let mut page = pages.last().unwrap().clone();
            for before in pages.iter().rev().skip(1) {
                let cursor = page["previousCursor"].as_str().unwrap();
                page = scim.get(&format!("/Users?cursor={cursor}&{query}")).await.ok(200);
                assert_eq!(ids(&page), ids(before), "{query}");
                assert!(page["nextCursor"].is_string());
            }
            assert_eq!(page.get("previousCursor"), None, "{query}");
        }
    }

    async fn who_comes_or_goes_does_not_move_the_others(world: World) {
        let scim = Scim::new(&world).await;
        let all = numbered(&scim, &world, 6).await;
        let first = scim.get("/Users?cursor&count=3").await.ok(200);
        for gone in [&all[0], &all[2], &all[3]] {
            scim.delete(&format!("/Users/{gone}")).await.ok(204);
        }
        world.clock.advance(Duration::from_secs(1));
        let new = scim.later_user(&world, "new").await;
        let next = format!("/Users?cursor={}&count=3", first["nextCursor"].as_str().unwrap());
        let second = scim.get(&next).await.ok(200);
        assert_eq!(ids(&second), [all[4].clone(), all[5].clone(), new]);
    }

    async fn a_cursor_is_refused_when_it_is_old_foreign_changed_or_of_another_query(world: World) {
        let scim = Scim::new(&world).await;
        numbered(&scim, &world, 5).await;
        let page = scim.get("/Users?cursor=&count=2&filter=title+pr").await.ok(200);
        let cursor = page["nextCursor"].as_str().unwrap().to_owned();
        assert!(cursor.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b)), "unreserved letters");
        let mut changed = cursor.clone();
        changed.replace_range(30..31, if &cursor[30..31] == "A" { "B" } else { "A" });
        for query in [
            format!("cursor={cursor}&filter=userName+pr"), format!("cursor={cursor}"),
            format!("cursor={cursor}&filter=title+pr&sortBy=userName"),
            format!("cursor={cursor}&filter=title+pr&sortOrder=descending"),
            format!("cursor={changed}&filter=title+pr"), "cursor=x".to_owned(), "cursor=%00".to_owned(),
        ] {
            scim.get(&format!("/Users?{query}")).await.refused(400, Some("invalidCursor"));
        }
        scim.get(&format!("/Groups?cursor={cursor}")).await.refused(400, Some("invalidCursor"));
        let other = Scim { server: scim.server, token: token(&world, "scim").await };
        let same = format!("/Users?cursor={cursor}&filter=title+pr&count=2");
        other.get(&same).await.refused(400, Some("invalidCursor"));
        let mine = Scim { server: other.server, token: scim.token };
        mine.get(&same).await.ok(200);
        mine.get(&format!("{same}&attributes=userName")).await.ok(200);
        world.clock.advance(Duration::from_secs(3599));
        mine.get(&same).await.ok(200);
        world.clock.advance(Duration::from_secs(2));
        mine.get(&same).await.refused(400, Some("expiredCursor"));
    }

    async fn every_page_needs_the_token_again(world: World) {
        let scim = Scim::new(&world).await;
        numbered(&scim, &world, 3).await;
        let page = scim.get("/Users?cursor=&count=2").await.ok(200);
        let url = scim.url(&format!("/Users?cursor={}", page["nextCursor"].as_str().unwrap()));
        scim.send(scim.server.http.get(url)).await.refused(401, None);
    }

    async fn the_count_of_a_page_by_cursor_is_bounded(world: World) {
        let scim = Scim::new(&world).await;
        numbered(&scim, &world, 3).await;
        for count in ["501", "x", "1.5", "99999999999999999999"] {
            scim.get(&format!("/Users?cursor&count={count}")).await.refused(400, Some("invalidCount"));
        }
        for count in ["0", "-3"] {
            let page = scim.get(&format!("/Users?cursor&count={count}")).await.ok(200);
            assert_eq!(page["totalResults"], 3);
            assert_eq!(page["Resources"], json!([]));
            assert_eq!(page.get("nextCursor"), None);
        }
        scim.get("/Users?cursor&startIndex=1").await.refused(400, Some("invalidValue"));
        let index = scim.get("/Users?count=2").await.ok(200);
        assert_eq!((index.get("nextCursor"), &index["startIndex"]), (None, &json!(1)));
    }

    async fn a_search_request_pages_by_cursor_too_and_over_all_types(world: World) {
        let scim = Scim::new(&world).await;
        let users = numbered(&scim, &world, 3).await;
        let mut all = users.clone();
        for name in ["a", "b"] {
            all.push(scim.later_group(&world, name, &[]).await);
        }
        let mut reversed = all.clone();
        reversed.reverse();
        for (order, wanted) in [("ascending", &all), ("descending", &reversed)] {
            let (mut cursor, mut seen, mut last) = (json!(""), Vec::new(), json!(null));
            while cursor.is_string() {
                let body = json!({ "schemas": [SEARCH], "cursor": cursor, "count": 2, "sortOrder": order });
                last = scim.post("/.search", body).await.ok(200);
                assert_eq!(last["totalResults"], 5);
                seen.extend(ids(&last));
                cursor = last["nextCursor"].clone();
            }
            assert_eq!(seen, *wanted, "{order}");
            let body = json!({ "schemas": [SEARCH], "cursor": last["previousCursor"], "count": 2, "sortOrder": order });
            assert_eq!(ids(&scim.post("/.search", body).await.ok(200)), wanted[2..4], "{order}");
        }
    }
}
