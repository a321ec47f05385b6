//! Items 53 to 57: many operations in one request.

use doorward::foundation::db::{Fetch, sql};
use serde_json::{Value, json};

use crate::client::{Answer, GROUP, PATCH, Scim, USER, administrator, id};
use crate::on_both_engines;

const REQUEST: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
const RESPONSE: &str = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";
const ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:Error";
const NOBODY: &str = "01890000-0000-7000-8000-000000000000";

async fn send(scim: &Scim, operations: Value) -> Answer {
    scim.post(
        "/Bulk",
        json!({ "schemas": [REQUEST], "Operations": operations }),
    )
    .await
}

/// The results of a bulk request that was answered as one.
async fn bulk(scim: &Scim, operations: Value) -> Vec<Value> {
    let answer = send(scim, operations).await;
    assert_eq!(answer.header("content-type"), "application/scim+json");
    let body = answer.ok(200);
    assert_eq!(body["schemas"], json!([RESPONSE]));
    body["Operations"].as_array().unwrap().clone()
}

fn statuses(results: &[Value]) -> Vec<&str> {
    results
        .iter()
        .map(|result| result["status"].as_str().unwrap())
        .collect()
}

fn post_user(bulk_id: &str, name: &str) -> Value {
    json!({ "method": "POST", "path": "/Users", "bulkId": bulk_id,
            "data": { "schemas": [USER], "userName": name } })
}

fn post_group(bulk_id: &str, name: &str, members: &[&str]) -> Value {
    let members: Vec<Value> = members.iter().map(|id| json!({ "value": id })).collect();
    json!({ "method": "POST", "path": "/Groups", "bulkId": bulk_id,
            "data": { "schemas": [GROUP], "displayName": name, "members": members } })
}

/// The id at the end of a result's location.
fn created(result: &Value) -> String {
    let location = result["location"].as_str().unwrap();
    location.rsplit('/').next().unwrap().to_owned()
}

async fn total(scim: &Scim, kind: &str) -> i64 {
    scim.get(kind).await.ok(200)["totalResults"]
        .as_i64()
        .unwrap()
}

on_both_engines! {
    async fn item_53_every_method_does_what_it_does_by_itself(world: World) {
        let scim = Scim::new(&world).await;
        let (ann, bob, gone) = (scim.user("ann").await, scim.user("bob").await, scim.user("gone").await);
        let results = bulk(&scim, json!([
            post_user("u1", "cid"),
            { "method": "PUT", "path": format!("/Users/{ann}"),
              "data": { "schemas": [USER], "userName": "ann", "title": "Boss" } },
            { "method": "patch", "path": format!("/Users/{bob}"), "bulkId": "mine",
              "data": { "schemas": [PATCH], "Operations": [{ "op": "replace", "path": "active", "value": false }] } },
            { "method": "DELETE", "path": format!("/Users/{gone}") },
        ])).await;
        assert_eq!(statuses(&results), ["201", "200", "200", "204"]);
        let methods: Vec<&Value> = results.iter().map(|result| &result["method"]).collect();
        assert_eq!(methods, ["POST", "PUT", "PATCH", "DELETE"]);
        assert_eq!((&results[0]["bulkId"], &results[2]["bulkId"]), (&json!("u1"), &json!("mine")));
        assert!(results[1].get("bulkId").is_none() && results[3].get("version").is_none());
        for result in &results {
            assert!(result.get("response").is_none(), "{result}");
        }
        for result in &results[..3] {
            let location = result["location"].as_str().unwrap();
            let path = location.strip_prefix(&scim.url("")).unwrap();
            let answer = scim.get(path).await;
            assert_eq!(answer.header("etag"), result["version"], "{result}");
        }
        assert_eq!(scim.get(&format!("/Users/{ann}")).await.ok(200)["title"], "Boss");
        assert_eq!(scim.get(&format!("/Users/{bob}")).await.ok(200)["active"], false);
        assert_eq!(results[3]["location"], scim.url(&format!("/Users/{gone}")));
        scim.get(&format!("/Users/{gone}")).await.refused(404, None);
    }

    async fn item_53_a_failed_operation_carries_its_error_and_a_failed_post_no_location(world: World) {
        let scim = Scim::new(&world).await;
        scim.user("ann").await;
        let results = bulk(&scim, json!([
            post_user("u1", "ANN"),
            { "method": "PUT", "path": format!("/Users/{NOBODY}"), "data": { "userName": "x" } },
            { "method": "PATCH", "path": format!("/Groups/{NOBODY}"),
              "data": { "schemas": [PATCH], "Operations": [] } },
        ])).await;
        assert_eq!(statuses(&results), ["409", "404", "404"]);
        assert!(results[0].get("location").is_none());
        assert_eq!(results[0]["response"]["scimType"], "uniqueness");
        assert_eq!(results[1]["location"], scim.url(&format!("/Users/{NOBODY}")));
        for result in &results {
            assert_eq!(result["response"]["schemas"], json!([ERROR]));
            assert_eq!(result["response"]["status"], result["status"]);
            assert!(!result["response"]["detail"].as_str().unwrap().is_empty());
            assert!(result.get("version").is_none());
        }
    }

    async fn item_53_what_is_no_operation_fails_alone_and_says_why(world: World) {
        let scim = Scim::new(&world).await;
        let results = bulk(&scim, json!([
            "x", {}, { "method": "GET", "path": "/Users" }, { "method": "POST" },
            { "method": "POST", "path": "/Users", "data": { "userName": "a" } },
            { "method": "POST", "path": "/Users", "bulkId": "q" },
            { "method": "POST", "path": format!("/Users/{NOBODY}"), "bulkId": "r", "data": {} },
            { "method": "DELETE", "path": "/Users" },
            { "method": "POST", "path": "/Bulk", "bulkId": "s", "data": {} },
            { "method": "PUT", "path": "/Users/bulkId:nope", "data": {} },
            { "method": "PUT", "path": format!("/Users/{NOBODY}"), "version": 3, "data": {} },
            post_user("good", "good"),
        ])).await;
        assert_eq!(statuses(&results),
            ["400", "400", "400", "400", "400", "400", "405", "405", "404", "400", "400", "201"]);
        assert_eq!(total(&scim, "/Users").await, 1);
    }

    async fn item_54_errors_stop_nothing_unless_there_are_as_many_as_the_client_says(world: World) {
        let scim = Scim::new(&world).await;
        scim.user("ann").await;
        let operations = |suffix: &str| json!([
            post_user("a", &format!("a{suffix}")), post_user("b", "ann"),
            post_user("c", &format!("c{suffix}")), post_user("d", "ann"), post_user("e", &format!("e{suffix}")),
        ]);
        let results = bulk(&scim, operations("1")).await;
        assert_eq!(statuses(&results), ["201", "409", "201", "409", "201"]);
        let mut request = json!({ "schemas": [REQUEST], "failOnErrors": 2, "Operations": operations("2") });
        let results = scim.post("/Bulk", request.clone()).await.ok(200)["Operations"].clone();
        assert_eq!(statuses(results.as_array().unwrap()), ["201", "409", "201", "409"]);
        assert_eq!(scim.find("/Users", "userName eq \"e2\"").await.ok(200)["totalResults"], 0);
        for bad in [json!(0), json!(-1), json!("1"), json!(1.5)] {
            request["failOnErrors"] = bad;
            scim.post("/Bulk", request.clone()).await.refused(400, Some("invalidValue"));
        }
    }

    async fn item_55_references_are_resolved_in_any_order_in_values_and_in_paths(world: World) {
        let scim = Scim::new(&world).await;
        let enterprise = crate::client::ENTERPRISE;
        let old = scim.group("old", &[]).await;
        let results = bulk(&scim, json!([
            post_group("g", "team", &["bulkId:u", "bulkId:sub"]),
            { "method": "PATCH", "path": "/Users/bulkId:u", "data": { "schemas": [PATCH], "Operations": [
                { "op": "add", "path": format!("{enterprise}:manager"), "value": "bulkId:boss" }] } },
            { "method": "PATCH", "path": format!("/Groups/{old}"), "data": { "schemas": [PATCH], "Operations": [
                { "op": "add", "path": "members", "value": [{ "value": "bulkId:u" }, { "value": "bulkId:boss" }] },
                { "op": "remove", "path": "members[value eq \"bulkId:boss\"]" }] } },
            post_user("u", "u"), post_user("boss", "boss"), post_group("sub", "sub", &[]),
        ])).await;
        assert_eq!(statuses(&results), ["201", "200", "200", "201", "201", "201"]);
        let (user, boss, sub) = (created(&results[3]), created(&results[4]), created(&results[5]));
        let mut members = scim.members(&created(&results[0])).await;
        members.sort();
        let mut expected = vec![user.clone(), sub];
        expected.sort();
        assert_eq!(members, expected);
        assert_eq!(scim.members(&old).await, std::slice::from_ref(&user));
        let user = scim.get(&format!("/Users/{user}")).await.ok(200);
        assert_eq!(user[enterprise]["manager"]["value"], boss);
        assert_eq!(created(&results[1]), id(&user));
    }

    async fn item_55_references_in_a_circle_are_created_then_completed(world: World) {
        let scim = Scim::new(&world).await;
        let enterprise = crate::client::ENTERPRISE;
        let managed = |bulk_id: &str, by: &str| json!({
            "method": "POST", "path": "/Users", "bulkId": bulk_id,
            "data": { "schemas": [USER, enterprise], "userName": bulk_id, "password": "correct horse battery",
                      enterprise: { "department": "d", "manager": { "value": format!("bulkId:{by}") } } },
        });
        let results = bulk(&scim, json!([
            post_group("a", "a", &["bulkId:b", "bulkId:m"]), post_group("b", "b", &["bulkId:a"]),
            managed("m", "n"), managed("n", "m"), post_group("self", "self", &["bulkId:self"]),
        ])).await;
        assert_eq!(statuses(&results), ["201"; 5]);
        let ids: Vec<String> = results.iter().map(created).collect();
        let mut members = scim.members(&ids[0]).await;
        members.sort();
        let mut expected = vec![ids[1].clone(), ids[2].clone()];
        expected.sort();
        assert_eq!(members, expected);
        assert_eq!(scim.members(&ids[1]).await, [ids[0].clone()]);
        assert_eq!(scim.members(&ids[4]).await, [ids[4].clone()]);
        for (user, manager) in [(2, 3), (3, 2)] {
            let answer = scim.get(&format!("/Users/{}", ids[user])).await;
            assert_eq!(answer.header("etag"), results[user]["version"]);
            let user = answer.ok(200);
            assert_eq!(user[enterprise]["manager"]["value"], ids[manager]);
            assert_eq!(user[enterprise]["department"], "d");
        }
        let passwords = (&world.db).fetch_one(sql("select count(*) as n from passwords")).await.unwrap();
        assert_eq!(passwords.get::<i64>("n").unwrap(), 2);
    }

    async fn item_55_a_circle_that_cannot_be_closed_leaves_nothing_of_itself(world: World) {
        let scim = Scim::new(&world).await;
        scim.group("taken", &[]).await;
        let results = bulk(&scim, json!([
            post_group("a", "a", &["bulkId:b"]), post_group("b", "taken", &["bulkId:a"]),
            post_group("c", "c", &["bulkId:a"]), post_group("d", "d", &["bulkId:e", NOBODY]),
            post_group("e", "e", &["bulkId:d"]), post_user("u", "u"),
        ])).await;
        assert_eq!(statuses(&results), ["409", "409", "409", "400", "409", "201"]);
        assert_eq!(results[1]["response"]["scimType"], "uniqueness");
        assert!(results[3]["response"]["detail"].as_str().unwrap().contains(NOBODY));
        assert_eq!(total(&scim, "/Groups").await, 1);
    }

    async fn item_55_an_unknown_or_failed_bulk_id_is_refused_and_named(world: World) {
        let scim = Scim::new(&world).await;
        scim.user("ann").await;
        let results = bulk(&scim, json!([
            post_group("g", "g", &["bulkId:nobody"]),
            post_group("h", "h", &["bulkId:twin"]),
            post_user("twin", "ann"),
            { "method": "DELETE", "path": "/Users/bulkId:twin" },
        ])).await;
        assert_eq!(statuses(&results), ["400", "409", "409", "409"]);
        for (place, name) in [(0, "bulkId:nobody"), (1, "bulkId:twin"), (3, "bulkId:twin")] {
            let detail = results[place]["response"]["detail"].as_str().unwrap();
            assert!(detail.contains(name), "{detail}");
        }
        assert_eq!(total(&scim, "/Groups").await, 0);
        let twice = send(&scim, json!([post_user("x", "x"), post_user("x", "y")])).await;
        assert!(twice.refused(400, Some("invalidValue")).contains("`x`"));
        assert_eq!(total(&scim, "/Users").await, 1);
    }

    async fn item_56_a_request_over_the_limits_names_the_limit_and_does_nothing(world: World) {
        let scim = Scim::new(&world).await;
        let config = scim.get("/ServiceProviderConfig").await.ok(200);
        assert_eq!(config["bulk"], json!({ "supported": true, "maxOperations": 1000, "maxPayloadSize": 2_097_152 }));
        let many: Vec<Value> = (0..1001).map(|n| post_user(&n.to_string(), &format!("u{n}"))).collect();
        let detail = send(&scim, json!(many)).await.refused(413, None);
        assert!(detail.contains("maxOperations") && detail.contains("1000"), "{detail}");
        let mut large = post_user("x", "x");
        large["data"]["title"] = json!("x".repeat(3 << 20));
        let detail = send(&scim, json!([large])).await.refused(413, None);
        assert!(detail.contains("maxPayloadSize") && detail.contains("2097152"), "{detail}");
        assert_eq!(total(&scim, "/Users").await, 0);
    }

    async fn item_57_an_operation_is_done_whole_or_not_at_all_and_others_stay(world: World) {
        let scim = Scim::new(&world).await;
        let ann = scim.user("ann").await;
        let team = scim.group("team", &[]).await;
        let results = bulk(&scim, json!([
            post_group("g", "half", &[&ann, NOBODY]),
            { "method": "PATCH", "path": format!("/Users/{ann}"), "data": { "schemas": [PATCH], "Operations": [
                { "op": "replace", "path": "title", "value": "t" },
                { "op": "replace", "path": "nonsense", "value": "x" }] } },
            { "method": "PATCH", "path": format!("/Groups/{team}"), "data": { "schemas": [PATCH], "Operations": [
                { "op": "replace", "path": "displayName", "value": "renamed" },
                { "op": "add", "path": "members", "value": [{ "value": ann }, { "value": NOBODY }] }] } },
            post_user("u", "bob"),
        ])).await;
        assert_eq!(statuses(&results), ["400", "400", "400", "201"]);
        assert_eq!(scim.find("/Groups", "displayName eq \"half\"").await.ok(200)["totalResults"], 0);
        for path in [format!("/Users/{ann}"), format!("/Groups/{team}")] {
            assert_eq!(scim.get(&path).await.header("etag"), "W/\"1\"", "{path}");
        }
        assert!(scim.members(&team).await.is_empty());
    }

    async fn item_52_the_version_of_an_operation_is_its_if_match(world: World) {
        let scim = Scim::new(&world).await;
        let ann = scim.user("ann").await;
        let put = |version: &str, title: &str| json!({
            "method": "PUT", "path": format!("/Users/{ann}"), "version": version,
            "data": { "userName": "ann", "title": title } });
        let results = bulk(&scim, json!([put("W/\"1\"", "a"), put("W/\"1\"", "b"), put("W/\"2\"", "c"),
            { "method": "DELETE", "path": format!("/Users/{ann}"), "version": "W/\"2\"" }])).await;
        assert_eq!(statuses(&results), ["200", "412", "200", "412"]);
        assert_eq!(scim.get(&format!("/Users/{ann}")).await.ok(200)["title"], "c");
    }

    async fn a_bulk_request_needs_a_token_and_is_posted(world: World) {
        let scim = Scim::new(&world).await;
        let answer = scim.get("/Bulk").await;
        assert_eq!(answer.header("allow"), "POST");
        answer.refused(405, None);
        let body = json!({ "Operations": [post_user("a", "a")] }).to_string();
        let stranger = scim.server.http.post(scim.url("/Bulk")).body(body);
        scim.send(stranger).await.refused(401, None);
        for bad in [json!([]), json!({}), json!({ "Operations": {} }),
                    json!({ "schemas": [PATCH], "Operations": [] })] {
            scim.post("/Bulk", bad).await.refused(400, Some("invalidSyntax"));
        }
        assert_eq!(bulk(&scim, json!([])).await, Vec::<Value>::new());
        assert_eq!(total(&scim, "/Users").await, 0);
    }

    async fn administrators_are_out_of_reach_of_bulk_requests_too(world: World) {
        let scim = Scim::new(&world).await;
        let admin = administrator(&world, "root").await.id.to_string();
        let results = bulk(&scim, json!([
            { "method": "DELETE", "path": format!("/Users/{admin}") },
            { "method": "PATCH", "path": format!("/Users/{admin}"), "data": { "Operations": [
                { "op": "replace", "path": "active", "value": false }] } },
            post_group("g", "g", &[&admin]),
        ])).await;
        assert_eq!(statuses(&results), ["404", "404", "400"]);
    }

    async fn of_sixteen_bulk_requests_that_want_one_name_one_gets_it(world: World) {
        let scim = Scim::new(&world).await;
        let requests = (0..16).map(|n| {
            let operations = json!([post_user("a", "same"), post_user("b", &format!("own{n}")),
                post_group("g", &format!("g{n}"), &["bulkId:b"])]);
            bulk(&scim, operations)
        });
        let all = futures_util::future::join_all(requests).await;
        let won = all.iter().filter(|results| results[0]["status"] == "201").count();
        assert_eq!(won, 1);
        for results in &all {
            assert_eq!(statuses(&results[1..]), ["201", "201"], "{results:?}");
        }
        assert_eq!(total(&scim, "/Users").await, 17);
    }
}
