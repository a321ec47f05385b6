//! The tests of the app gallery that go straight to the endpoint. (Schema discovery has a
//! file of its own; the federated token stands with the tests of connections.)

use serde_json::{Value, json};

use super::{sample_group, sample_user};
use crate::client::{ENTERPRISE, USER};
use crate::on_both_engines;
use crate::reading::{assert_shown, at};
use crate::vendor::{Vendor, id_in};

const DEPARTMENT: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department";
const NUMBER: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber";
const MANAGER: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager";

/// Everything that is mapped, but for what may not be empty.
const OPTIONAL: [&str; 16] = [
    "displayName",
    "title",
    "preferredLanguage",
    "nickName",
    "name.givenName",
    "name.familyName",
    "name.formatted",
    "emails[type eq \"work\"].value",
    "emails[type eq \"home\"].value",
    "addresses[type eq \"work\"].streetAddress",
    "addresses[type eq \"work\"].country",
    "phoneNumbers[type eq \"work\"].value",
    "phoneNumbers[type eq \"mobile\"].value",
    "phoneNumbers[type eq \"fax\"].value",
    DEPARTMENT,
    NUMBER,
];

fn full_user() -> Value {
    json!({
        "schemas": [USER, ENTERPRISE], "userName": "scnull", "externalId": "e", "active": true,
        "displayName": "d", "title": "t", "preferredLanguage": "en", "nickName": "n",
        "name": { "givenName": "g", "familyName": "f", "formatted": "g f" },
        "emails": [{ "type": "work", "value": "w@x" }],
        "addresses": [{ "type": "work", "streetAddress": "s", "country": "c" }],
        "phoneNumbers": [{ "type": "work", "value": "1" }, { "type": "mobile", "value": "2" }],
        ENTERPRISE: { "department": "d", "employeeNumber": "7" },
    })
}

fn one_by_one(value: &Value) -> Value {
    let ops = OPTIONAL
        .iter()
        .map(|path| json!({ "op": "replace", "path": path, "value": value }));
    Value::Array(ops.collect())
}

/// Filtered paths one by one, the rest in one operation without a path.
fn in_one(value: &Value) -> Value {
    let (filtered, plain): (Vec<&str>, Vec<&str>) =
        OPTIONAL.iter().partition(|path| path.contains('['));
    let mut ops: Vec<Value> = filtered
        .iter()
        .map(|path| json!({ "op": "replace", "path": path, "value": value }))
        .collect();
    let plain = plain
        .into_iter()
        .map(|path| (path.to_owned(), value.clone()));
    ops.push(json!({ "op": "replace", "value": Value::Object(plain.collect()) }));
    Value::Array(ops)
}

#[track_caller]
fn assert_empty(user: &Value) {
    for path in OPTIONAL {
        assert_eq!(at(user, path), Value::Null, "{path}");
    }
    assert_eq!(
        (&user["userName"], &user["active"]),
        (&json!("scnull"), &json!(true))
    );
    assert_eq!(
        user["schemas"],
        json!([USER]),
        "the extension went with its last attribute"
    );
}

on_both_engines! {
    async fn scim_null_update_test_with_empty_texts_and_then_nulls_one_by_one(world: World) {
        let entra = Vendor::entra(&world).await;
        let path = entra.made("/Users", full_user()).await;
        for value in [json!(""), json!(null)] {
            entra.patch(&path, one_by_one(&value)).await.ok(200);
            assert_empty(&entra.get(&path).await.ok(200));
        }
    }

    async fn scim_null_update_test_with_empty_texts_and_then_nulls_in_one_operation(world: World) {
        let entra = Vendor::entra(&world).await;
        let path = entra.made("/Users", full_user()).await;
        for value in [json!(""), json!(null)] {
            entra.patch(&path, in_one(&value)).await.ok(200);
            assert_empty(&entra.get(&path).await.ok(200));
        }
    }

    async fn scim_null_update_test_with_nulls_first(world: World) {
        let entra = Vendor::entra(&world).await;
        for ops in [one_by_one(&json!(null)), in_one(&json!(null))] {
            let path = entra.made("/Users", full_user()).await;
            entra.patch(&path, ops).await.ok(200);
            assert_empty(&entra.get(&path).await.ok(200));
            assert_eq!(entra.delete(&path).await.status, 204);
        }
    }

    async fn scim_null_update_of_what_is_not_there_changes_nothing(world: World) {
        let entra = Vendor::entra(&world).await;
        let path = entra.made("/Users", json!({ "schemas": [USER], "userName": "scnull" })).await;
        let before = entra.get(&path).await.ok(200);
        for ops in [one_by_one(&json!("")), in_one(&json!("")), one_by_one(&json!(null)), in_one(&json!(null))] {
            entra.patch(&path, ops).await.ok(200);
            assert_eq!(entra.get(&path).await.ok(200), before, "lastModified and all");
        }
    }

    async fn scim_user_create_test(world: World) {
        let entra = Vendor::entra(&world).await;
        let user = entra.post("/Users", sample_user("lauser8f3c@test.com")).await.ok(201);
        assert!(!user["id"].as_str().unwrap().is_empty());
        assert_eq!(user["userName"], "lauser8f3c@test.com");
    }

    async fn scim_user_update_test(world: World) {
        let entra = Vendor::entra(&world).await;
        let path = entra.made("/Users", sample_user("lasupduser")).await;
        let sent: Vec<(&str, Value)> = ["userName", "externalId", "displayName", "title", "nickName", "userType",
            "preferredLanguage", "locale", "timezone", "name.givenName", "name.familyName",
            "name.formatted", "name.middleName", DEPARTMENT, NUMBER, "emails[type eq \"work\"].value",
            "addresses[type eq \"work\"].locality", "phoneNumbers[type eq \"mobile\"].value"]
            .iter().map(|path| (*path, json!(format!("upd-{}", path.len())))).collect();
        let ops: Vec<Value> = sent.iter()
            .map(|(path, value)| json!({ "op": "replace", "path": path, "value": value })).collect();
        entra.patch(&path, json!(ops)).await.ok(200);
        assert_shown(&entra.get(&path).await.ok(200), &sent);
    }

    async fn scim_user_update_test_without_paths(world: World) {
        let entra = Vendor::entra(&world).await;
        let path = entra.made("/Users", sample_user("lasupduser")).await;
        let sent = [("userName", json!("upd-1")), ("title", json!("upd-2")), ("name.givenName", json!("upd-3")),
                    (DEPARTMENT, json!("upd-4"))];
        let parts = sent.iter().map(|(path, value)| ((*path).to_owned(), value.clone()));
        let ops = json!([{ "op": "replace", "value": Value::Object(parts.collect()) }]);
        entra.patch(&path, ops).await.ok(200);
        assert_shown(&entra.get(&path).await.ok(200), &sent);
    }

    async fn scim_group_create_test(world: World) {
        let entra = Vendor::entra(&world).await;
        let group = entra.post("/Groups", sample_group("lagroup8f3c")).await.ok(201);
        assert!(!group["id"].as_str().unwrap().is_empty());
        assert_eq!(group["displayName"], "lagroup8f3c");
    }

    async fn scim_group_update_test(world: World) {
        let entra = Vendor::entra(&world).await;
        let path = entra.made("/Groups", sample_group("lagroup")).await;
        let sent = [("displayName", json!("upd-1")), ("externalId", json!("upd-2"))];
        for ops in [json!([{ "op": "replace", "path": "displayName", "value": "upd-1" },
                           { "op": "replace", "path": "externalId", "value": "upd-2" }]),
                    json!([{ "op": "replace", "value": { "displayName": "upd-1", "externalId": "upd-2" } }])] {
            entra.patch(&path, ops).await.ok(200);
            assert_shown(&entra.get(&path).await.ok(200), &sent);
        }
    }

    async fn scim_user_pagination_test(world: World) {
        let entra = Vendor::entra(&world).await;
        for number in 0..11 {
            entra.made("/Users", sample_user(&format!("page{number}"))).await;
        }
        walk(&entra, "/Users").await;
    }

    async fn scim_group_pagination_test(world: World) {
        let entra = Vendor::entra(&world).await;
        for number in 0..11 {
            entra.made("/Groups", sample_group(&format!("page{number}"))).await;
        }
        walk(&entra, "/Groups").await;
    }

    async fn validate_credentials_test(world: World) {
        let mut entra = Vendor::entra(&world).await;
        let (id, secret) = entra.client.clone();
        let form = [("grant_type", "client_credentials"), ("client_id", &id),
                    ("client_secret", &secret), ("scope", "scim")];
        for fields in [&form[..], &form[..3]] {
            let url = format!("{}/oauth2/token", entra.scim.server.base);
            let request = entra.scim.server.http.post(url).form(fields);
            let answer = entra.scim.send(request).await.ok(200);
            let minutes = answer["expires_in"].as_i64().unwrap() / 60;
            assert!((60..=360).contains(&minutes), "{minutes} minutes");
            entra.scim.token = answer["access_token"].as_str().unwrap().to_owned();
            entra.get("/Users?startIndex=1&count=1").await.ok(200);
            let path = entra.made("/Users", sample_user("a")).await;
            assert_eq!(entra.delete(&path).await.status, 204);
        }
    }

    async fn scim_update_manager_test(world: World) {
        let entra = Vendor::entra(&world).await;
        let one = entra.made("/Users", sample_user("one")).await;
        let two = entra.made("/Users", sample_user("two")).await;
        let path = entra.made("/Users", sample_user("ann")).await;
        for (op, value, shown) in [("Add", id_in(&one), json!(id_in(&one))),
                                   ("Replace", id_in(&two), json!(id_in(&two))),
                                   ("Replace", "", json!(null))] {
            let ops = json!([{ "op": op, "path": MANAGER, "value": value }]);
            entra.patch(&path, ops).await.ok(200);
            assert_eq!(entra.get(&path).await.ok(200)[ENTERPRISE]["manager"]["value"], shown, "{op}");
        }
    }
}

async fn walk(entra: &Vendor, kind: &str) {
    let mut seen = std::collections::BTreeSet::new();
    for page in 0..3 {
        let start = 1 + 5 * page;
        let list = entra
            .get(&format!("{kind}?startIndex={start}&count=5"))
            .await
            .ok(200);
        assert_eq!(
            (&list["startIndex"], &list["totalResults"]),
            (&json!(start), &json!(11))
        );
        let resources = list["Resources"].as_array().unwrap();
        seen.extend(resources.iter().map(|found| found["id"].to_string()));
    }
    assert_eq!(seen.len(), 11);
}
