//! Bad input: the RFC's error with a detail that helps, never 500, nothing half applied.

use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::client::{Answer, GROUP, PATCH, Scim, USER};
use crate::on_both_engines;

async fn raw(scim: &Scim, method: Method, path: &str, body: &str) -> Answer {
    let request = scim
        .request(method, path)
        .header("content-type", "application/scim+json")
        .body(body.to_owned());
    scim.send(request).await
}

/// Whatever is wrong with it, it is the client's mistake and said as such.
#[track_caller]
fn is_refused(answer: Answer, what: &str) -> String {
    let status = answer.status.as_u16();
    assert!(
        (400..500).contains(&status),
        "{what}: {status} {}",
        answer.text
    );
    let kind = answer.body["scimType"].as_str().map(str::to_owned);
    answer.refused(status, kind.as_deref())
}

/// Sends a list of members as it goes, with no length before it, until the server has an
/// answer. How many bytes it took, and the answer: what it did not take, it does not hold.
async fn in_pieces(scim: &Scim, path: &str, members: &str, times: usize) -> (usize, String) {
    let host = scim.server.base.trim_start_matches("http://").to_owned();
    let stream = tokio::net::TcpStream::connect(&host).await.unwrap();
    let (mut reads, mut writes) = stream.into_split();
    let reading = tokio::spawn(async move {
        let mut answer = vec![0; 4096];
        let length = reads.read(&mut answer).await.unwrap_or_default();
        String::from_utf8_lossy(&answer[..length]).into_owned()
    });
    let head = format!(
        "PUT /scim/v2{path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {}\r\n\
         content-type: application/scim+json\r\ntransfer-encoding: chunked\r\n\r\n",
        scim.token
    );
    writes.write_all(head.as_bytes()).await.unwrap();
    let begin = "{\"displayName\":\"g\",\"members\":[";
    let mut taken = 0;
    for piece in std::iter::once(begin).chain(std::iter::repeat_n(members, times)) {
        if reading.is_finished() {
            break;
        }
        let chunk = format!("{:x}\r\n{piece}\r\n", piece.len());
        let written = writes.write_all(chunk.as_bytes());
        match tokio::time::timeout(std::time::Duration::from_secs(2), written).await {
            Ok(Ok(())) => taken += piece.len(),
            _ => break,
        }
    }
    (taken, reading.await.unwrap())
}

async fn etag(scim: &Scim, path: &str) -> String {
    scim.get(path).await.header("etag").to_owned()
}

on_both_engines! {
    async fn a_bulk_request_of_10000_operations_is_refused_by_number(world: World) {
        let scim = Scim::new(&world).await;
        let operations: Vec<Value> = (0..10_000)
            .map(|n| json!({ "method": "POST", "path": "/Users", "bulkId": n.to_string(), "data": { "userName": format!("u{n}") } }))
            .collect();
        let detail = scim.post("/Bulk", json!({ "Operations": operations })).await.refused(413, None);
        assert!(detail.contains("maxOperations"), "{detail}");
        assert_eq!(scim.get("/Users").await.ok(200)["totalResults"], 0);
    }

    async fn a_patch_of_10000_operations_is_refused_by_number_alone_and_in_bulk(world: World) {
        let scim = Scim::new(&world).await;
        let ann = format!("/Users/{}", scim.user("ann").await);
        let operations = vec![json!({ "op": "replace", "path": "title", "value": "x" }); 10_000];
        let detail = scim.patch(&ann, json!(operations)).await.refused(413, None);
        assert!(detail.contains("1000"), "{detail}");
        let bulk = json!({ "Operations": [{ "method": "PATCH", "path": ann,
            "data": { "schemas": [PATCH], "Operations": operations } }] });
        let result = scim.post("/Bulk", bulk).await.ok(200)["Operations"][0].clone();
        assert_eq!(result["status"], "413");
        assert_eq!(etag(&scim, &ann).await, "W/\"1\"");
    }

    async fn a_list_of_a_million_members_is_refused_by_its_size(world: World) {
        let scim = Scim::new(&world).await;
        let group = format!("/Groups/{}", scim.group("g", &[]).await);
        let member = "{\"value\":\"01890000-0000-7000-8000-000000000000\"},";
        let members = member.repeat(1_000_000);
        let body = format!("{{\"schemas\":[\"{GROUP}\"],\"displayName\":\"g\",\"members\":[{}]}}", members.trim_end_matches(','));
        let request = scim.request(Method::PUT, &group).header("content-type", "application/scim+json").body(body);
        // The server does not read 50 MB to say no: a client that sends them all the same may
        // find the connection closed before it reads the answer.
        if let Ok(answer) = request.send().await {
            assert_eq!(answer.status(), 413);
            assert_eq!(answer.headers()["content-type"], "application/scim+json");
            assert!(answer.text().await.unwrap().contains("2097152 bytes"));
        }
        assert_eq!(etag(&scim, &group).await, "W/\"1\"");
    }

    async fn a_list_of_a_million_members_that_comes_bit_by_bit_is_not_read_to_its_end(world: World) {
        let scim = Scim::new(&world).await;
        let group = format!("/Groups/{}", scim.group("g", &[]).await);
        let member = "{\"value\":\"01890000-0000-7000-8000-000000000000\"},".repeat(1_000);
        let (taken, answer) = in_pieces(&scim, &group, &member, 1_000).await;
        assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
        assert!(answer.contains("application/scim+json") && answer.contains("2097152 bytes"), "{answer}");
        // The limit, and what waits in the sockets on the way.
        let whole = 1_000 * member.len();
        assert!(taken < whole / 3, "{taken} of {whole} bytes were taken");
        assert_eq!(etag(&scim, &group).await, "W/\"1\"");
    }

    async fn nul_is_refused_wherever_a_text_goes(world: World) {
        let scim = Scim::new(&world).await;
        let ann = scim.user("ann").await;
        let team = scim.group("team", &[&ann]).await;
        let (ann, team) = (format!("/Users/{ann}"), format!("/Groups/{team}"));
        for attribute in ["userName", "displayName", "title", "externalId", "password", "nickName"] {
            let mut body = json!({ "schemas": [USER], "userName": "bob" });
            body[attribute] = json!("a\u{0}b");
            let detail = is_refused(scim.post("/Users", body.clone()).await, attribute);
            assert!(detail.contains(attribute), "{detail}");
            is_refused(scim.put(&ann, body).await, attribute);
            is_refused(scim.patch(&ann, json!([{ "op": "replace", "path": attribute, "value": "a\u{0}" }])).await, attribute);
        }
        is_refused(scim.post("/Users", json!({ "userName": "b", "emails": [{ "value": "a\u{0}@x" }] })).await, "emails");
        for value in ["\u{0}", "01890000-0000-7000-8000-00000000000\u{0}"] {
            let members = json!([{ "value": value }]);
            is_refused(scim.post("/Groups", json!({ "displayName": "g", "members": members })).await, "members");
            is_refused(scim.patch(&team, json!([{ "op": "add", "path": "members", "value": members }])).await, "add");
            // Nobody has such an id, so there is nobody to remove.
            let removed = scim.patch(&team, json!([{ "op": "remove", "path": "members", "value": members }])).await;
            assert!(removed.status.is_success() || removed.status == 400, "{}", removed.text);
        }
        let bulk = json!({ "Operations": [{ "method": "POST", "path": "/Users\u{0}", "bulkId": "\u{0}", "data": {} },
            { "method": "PUT", "path": "/Users/\u{0}", "data": { "userName": "x" } }] });
        let results = scim.post("/Bulk", bulk).await.ok(200)["Operations"].clone();
        assert_eq!((&results[0]["status"], &results[1]["status"]), (&json!("404"), &json!("404")));
        assert_eq!((etag(&scim, &ann).await, etag(&scim, &team).await), ("W/\"1\"".into(), "W/\"1\"".into()));
        for filter in ["userName eq \"\\u0000\"", "externalId eq \"a\\u0000\"", "id eq \"\\u0000\"", "emails.value eq \"\\u0000\""] {
            let answer = scim.find("/Users", filter).await;
            assert!(answer.status == 400 || answer.body["totalResults"] == 0, "{filter}: {}", answer.text);
        }
        is_refused(scim.get("/Users/%00").await, "an address");
    }

    async fn lone_surrogates_and_bytes_that_are_no_utf8_are_bad_syntax(world: World) {
        let scim = Scim::new(&world).await;
        let ann = format!("/Users/{}", scim.user("ann").await);
        for text in ["\\ud800", "\\udc00x", "\\ud800\\u0041"] {
            for (method, path) in [(Method::POST, "/Users"), (Method::PUT, ann.as_str())] {
                let body = format!("{{\"userName\":\"bob\",\"title\":\"{text}\"}}");
                raw(&scim, method, path, &body).await.refused(400, Some("invalidSyntax"));
            }
            let body = format!("{{\"Operations\":[{{\"op\":\"replace\",\"path\":\"title\",\"value\":\"{text}\"}}]}}");
            raw(&scim, Method::PATCH, &ann, &body).await.refused(400, Some("invalidSyntax"));
            let body = format!("{{\"Operations\":[{{\"method\":\"POST\",\"bulkId\":\"{text}\"}}]}}");
            raw(&scim, Method::POST, "/Bulk", &body).await.refused(400, Some("invalidSyntax"));
        }
        let request = scim.request(Method::POST, "/Users").header("content-type", "application/scim+json")
            .body(b"{\"userName\":\"\xff\xfe\"}".to_vec());
        scim.send(request).await.refused(400, Some("invalidSyntax"));
        assert_eq!(etag(&scim, &ann).await, "W/\"1\"");
        assert_eq!(scim.get("/Users").await.ok(200)["totalResults"], 1);
    }

    async fn an_id_of_another_type_finds_nothing(world: World) {
        let scim = Scim::new(&world).await;
        let (user, group) = (scim.user("ann").await, scim.group("g", &[]).await);
        for path in [format!("/Users/{group}"), format!("/Groups/{user}")] {
            scim.get(&path).await.refused(404, None);
            scim.put(&path, json!({ "userName": "x", "displayName": "x" })).await.refused(404, None);
            scim.patch(&path, json!([])).await.refused(404, None);
            scim.delete(&path).await.refused(404, None);
        }
        assert_eq!(etag(&scim, &format!("/Users/{user}")).await, "W/\"1\"");
        assert_eq!(etag(&scim, &format!("/Groups/{group}")).await, "W/\"1\"");
    }

    async fn a_bulk_request_of_deep_nesting_and_odd_references_ends(world: World) {
        let scim = Scim::new(&world).await;
        let deep = format!("{{\"Operations\":[{}", "[".repeat(100_000));
        raw(&scim, Method::POST, "/Bulk", &deep).await.refused(400, Some("invalidSyntax"));
        let long = "bulkId:".repeat(10_000);
        let operations = json!([{ "method": "POST", "path": "/Users", "bulkId": "a",
            "data": { "userName": "a", "title": long } },
            { "method": "PATCH", "path": format!("/Users/{long}"), "data": { "Operations": [
                { "op": "remove", "path": "members[value eq \"bulkId:" }] } }]);
        let results = scim.post("/Bulk", json!({ "Operations": operations })).await.ok(200)["Operations"].clone();
        assert_eq!((&results[0]["status"], &results[1]["status"]), (&json!("400"), &json!("400")));
    }
}
