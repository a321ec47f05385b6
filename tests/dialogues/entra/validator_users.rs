//! The online SCIM validator: its tests of users.

use serde_json::{Value, json};

use crate::client::{ENTERPRISE, USER, id};
use crate::on_both_engines;
use crate::reading::assert_shown;
use crate::vendor::{Vendor, id_in};

/// A user such as the validator makes, of random words.
pub fn random_user() -> Value {
    json!({
        "schemas": [USER, ENTERPRISE],
        "userName": "ford_purdy@abernathypadberg.uk",
        "externalId": "4bd0a4e8-2c2f-4d3b-a3b8-6c6b4b8a8a20",
        "displayName": "KEGJDMBTZXPD", "nickName": "QHXQWERTYU", "title": "MLKJHGFDSA",
        "profileUrl": "YCJZQZDOOWVM", "userType": "ZXCVBNMASD", "preferredLanguage": "fr-BE",
        "locale": "LFUBWEUSVNKZ", "timezone": "America/Argentina/Catamarca", "active": true,
        "name": { "formatted": "Abdullah", "familyName": "Toy", "givenName": "Kaley",
                  "middleName": "Xavier", "honorificPrefix": "Nya", "honorificSuffix": "Gerry" },
        "emails": [{ "type": "work", "value": "tressie@brown.com", "primary": true }],
        "phoneNumbers": [{ "type": "work", "value": "9-567-5678", "primary": true },
                         { "type": "mobile", "value": "9-567-5679" },
                         { "type": "fax", "value": "9-567-5680" }],
        "addresses": [{ "type": "work", "formatted": "UJRSSJVWYOPL", "streetAddress": "8204 Johns Walk",
                        "locality": "KMYVNUJVVZWC", "region": "HVVZBYDOLTVR", "postalCode": "bx22 1gs",
                        "primary": true, "country": "Belize" }],
        "roles": [{ "primary": "True", "display": "KEGJDMBTZXPD", "value": "YFPHYSVYNPPK",
                    "type": "ABDRTDIQFQMG" }],
        ENTERPRISE: { "employeeNumber": "LASZUDHSJRUD", "department": "EXNYWRQXZLGF",
                      "costCenter": "WPKTTFLJZQRG", "organization": "VJXUWMVPMDDX",
                      "division": "OAGQXYJJWYBF", "manager": { "value": "VTNXMVHLRYYD" } },
    })
}

/// The name of an attribute of the enterprise extension.
macro_rules! enterprise {
    ($name:literal) => {
        concat!(
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:",
            $name
        )
    };
}

/// Every attribute that the validator adds to a user who has only a name: 36 operations.
fn everything() -> Vec<(&'static str, Value)> {
    vec![
        ("externalId", json!("c3b97a69-ee33-427b-8bc1-d661b7769314")),
        ("displayName", json!("VXQZMLUJWYRD")),
        ("nickName", json!("BDRPQKJSHFGA")),
        ("title", json!("LKJHGFDSAPOI")),
        ("userType", json!("ZMXNCBVALSKD")),
        ("profileUrl", json!("PQOWIEURYTLA")),
        ("preferredLanguage", json!("sw-KE")),
        ("locale", json!("TYGHBNVMLKJI")),
        ("timezone", json!("Africa/Djibouti")),
        ("name.formatted", json!("Ewald")),
        ("name.familyName", json!("Aliza")),
        ("name.givenName", json!("Deion")),
        ("name.middleName", json!("Layne")),
        ("name.honorificPrefix", json!("Elda")),
        ("name.honorificSuffix", json!("Cora")),
        (
            "emails[type eq \"work\"].value",
            json!("lilian.graham@millszboncak.ca"),
        ),
        ("emails[type eq \"work\"].primary", json!(true)),
        ("phoneNumbers[type eq \"work\"].value", json!("07-272-0828")),
        ("phoneNumbers[type eq \"work\"].primary", json!(true)),
        (
            "phoneNumbers[type eq \"mobile\"].value",
            json!("07-272-0829"),
        ),
        ("phoneNumbers[type eq \"fax\"].value", json!("07-272-0830")),
        (
            "addresses[type eq \"work\"].formatted",
            json!("WSOTOCQDGAYB"),
        ),
        (
            "addresses[type eq \"work\"].streetAddress",
            json!("2809 Johns Walk"),
        ),
        (
            "addresses[type eq \"work\"].locality",
            json!("KMYVNUJVVZWC"),
        ),
        ("addresses[type eq \"work\"].region", json!("OPUYTREWQASD")),
        ("addresses[type eq \"work\"].postalCode", json!("gv9 2zj")),
        ("addresses[type eq \"work\"].primary", json!(true)),
        ("addresses[type eq \"work\"].country", json!("Belize")),
        ("roles[primary eq \"True\"].display", json!("HGFDSAQWERTY")),
        ("roles[primary eq \"True\"].value", json!("MNBVCXZLKJHG")),
        ("roles[primary eq \"True\"].type", json!("POIUYTREWQAS")),
        (enterprise!("employeeNumber"), json!("DFGHJKLZXCVB")),
        (enterprise!("department"), json!("QAZWSXEDCRFV")),
        (enterprise!("costCenter"), json!("TGBYHNUJMIKO")),
        (enterprise!("organization"), json!("LPOKIJUHYGTF")),
        (enterprise!("division"), json!("RDESWAQZXCVB")),
    ]
}

fn one_by_one(op: &str, sent: &[(&str, Value)]) -> Value {
    let ops = sent
        .iter()
        .map(|(path, value)| json!({ "op": op, "path": path, "value": value }));
    Value::Array(ops.collect())
}

/// Filtered paths as operations of their own, all other attributes in one without a path.
fn in_one(op: &str, sent: &[(&str, Value)]) -> Value {
    let (filtered, plain): (Vec<_>, Vec<_>) = sent
        .iter()
        .cloned()
        .partition(|(path, _)| path.contains('['));
    let Value::Array(mut ops) = one_by_one(op, &filtered) else {
        unreachable!()
    };
    let plain = plain
        .into_iter()
        .map(|(path, value)| (path.to_owned(), value));
    ops.push(json!({ "op": op, "value": Value::Object(plain.collect()) }));
    Value::Array(ops)
}

on_both_engines! {
    async fn create_a_new_user(world: World) {
        let entra = Vendor::entra(&world).await;
        let sent = random_user();
        let user = entra.post("/Users", sent.clone()).await.ok(201);
        for (name, value) in sent.as_object().unwrap() {
            if name != "roles" && name != "schemas" && name != ENTERPRISE {
                assert_eq!(&user[name], value, "{name} comes back as it was sent");
            }
        }
        assert_eq!(user["roles"], json!([{ "primary": true, "display": "KEGJDMBTZXPD",
                                           "value": "YFPHYSVYNPPK", "type": "ABDRTDIQFQMG" }]));
        assert_eq!(user[ENTERPRISE]["manager"]["value"], "VTNXMVHLRYYD");
        assert_eq!(user[ENTERPRISE]["department"], "EXNYWRQXZLGF");
        assert_eq!(entra.get(&format!("/Users/{}", id(&user))).await.ok(200), user);
    }

    async fn create_a_duplicate_user(world: World) {
        let entra = Vendor::entra(&world).await;
        entra.made("/Users", random_user()).await;
        entra.post("/Users", random_user()).await.refused(409, Some("uniqueness"));
    }

    async fn filter_for_an_existing_user(world: World) {
        let entra = Vendor::entra(&world).await;
        let path = entra.made("/Users", random_user()).await;
        let list = entra.get("/Users?filter=userName+eq+\"ford_purdy@abernathypadberg.uk\"").await.ok(200);
        assert_eq!((&list["totalResults"], &list["Resources"][0]["id"]),
                   (&json!(1), &json!(id_in(&path))));
    }

    async fn filter_for_a_non_existing_user(world: World) {
        let entra = Vendor::entra(&world).await;
        entra.made("/Users", random_user()).await;
        let list = entra.get("/Users?filter=userName+eq+\"RQWERTYUIOPA\"").await.ok(200);
        assert_eq!((&list["totalResults"], &list["Resources"]), (&json!(0), &json!([])));
    }

    async fn filter_for_an_existing_user_with_a_different_case(world: World) {
        let entra = Vendor::entra(&world).await;
        entra.made("/Users", random_user()).await;
        let list = entra.get("/Users?filter=userName+eq+\"FORD_PURDY@ABERNATHYPADBERG.UK\"").await.ok(200);
        assert_eq!(list["Resources"][0]["userName"], "ford_purdy@abernathypadberg.uk");
    }

    async fn patch_user_replace_attributes_verbose_request(world: World) {
        let entra = Vendor::entra(&world).await;
        let path = entra.made("/Users", random_user()).await;
        let sent = everything();
        assert_shown(&entra.patch(&path, one_by_one("replace", &sent)).await.ok(200), &sent);
        assert_shown(&entra.get(&path).await.ok(200), &sent);
    }

    async fn patch_user_replace_attributes(world: World) {
        let entra = Vendor::entra(&world).await;
        let path = entra.made("/Users", random_user()).await;
        let sent = everything();
        assert_shown(&entra.patch(&path, in_one("replace", &sent)).await.ok(200), &sent);
        assert_shown(&entra.get(&path).await.ok(200), &sent);
    }

    async fn update_user_user_name(world: World) {
        let entra = Vendor::entra(&world).await;
        let path = entra.made("/Users", random_user()).await;
        let ops = json!([{ "op": "replace", "value": { "userName": "emilio@hermann.uk" } }]);
        assert_eq!(entra.patch(&path, ops).await.ok(200)["userName"], "emilio@hermann.uk");
        let list = entra.get("/Users?filter=userName+eq+\"emilio@hermann.uk\"").await.ok(200);
        assert_eq!(list["totalResults"], 1);
    }

    async fn patch_user_disable_user(world: World) {
        let entra = Vendor::entra(&world).await;
        let path = entra.made("/Users", random_user()).await;
        let ops = json!([{ "op": "replace", "path": "active", "value": false }]);
        assert_eq!(entra.patch(&path, ops).await.ok(200)["active"], false);
        assert_eq!(entra.get(&path).await.ok(200)["active"], false);
    }

    async fn patch_user_add_attributes_verbose_request(world: World) {
        let entra = Vendor::entra(&world).await;
        let path = entra.made("/Users", json!({ "schemas": [USER], "userName": "minimal" })).await;
        let sent = everything();
        assert_eq!(sent.len(), 36);
        assert_shown(&entra.patch(&path, one_by_one("add", &sent)).await.ok(200), &sent);
        let user = entra.get(&path).await.ok(200);
        assert_shown(&user, &sent);
        for name in ["emails", "addresses", "roles"] {
            assert_eq!(user[name].as_array().unwrap().len(), 1, "{name} in one entry");
        }
    }

    async fn patch_user_add_attributes(world: World) {
        let entra = Vendor::entra(&world).await;
        let path = entra.made("/Users", json!({ "schemas": [USER], "userName": "minimal" })).await;
        let sent = everything();
        assert_shown(&entra.patch(&path, in_one("add", &sent)).await.ok(200), &sent);
    }

    async fn patch_user_add_manager(world: World) {
        let entra = Vendor::entra(&world).await;
        let path = entra.made("/Users", json!({ "schemas": [USER], "userName": "minimal" })).await;
        let ops = json!([{ "op": "add", "path": format!("{ENTERPRISE}:manager"),
                           "value": { "value": "AXTKDLNRKMKT" } }]);
        let user = entra.patch(&path, ops).await.ok(200);
        assert_eq!(user[ENTERPRISE], json!({ "manager": { "value": "AXTKDLNRKMKT" } }));
        assert_eq!(user.get(format!("{ENTERPRISE}:manager")), None);
    }

    async fn patch_user_replace_manager(world: World) {
        let entra = Vendor::entra(&world).await;
        let path = entra.made("/Users", random_user()).await;
        let ops = json!([{ "op": "replace", "path": format!("{ENTERPRISE}:manager"),
                           "value": { "value": "CBEQXYNPNAZS" } }]);
        let user = entra.patch(&path, ops).await.ok(200);
        assert_eq!(user[ENTERPRISE]["manager"]["value"], "CBEQXYNPNAZS");
    }

    async fn patch_user_remove_manager(world: World) {
        let entra = Vendor::entra(&world).await;
        let path = entra.made("/Users", random_user()).await;
        let ops = json!([{ "op": "remove", "path": format!("{ENTERPRISE}:manager") }]);
        let user = entra.patch(&path, ops).await.ok(200);
        assert_eq!(user[ENTERPRISE].get("manager"), None);
        assert_eq!(user[ENTERPRISE]["department"], "EXNYWRQXZLGF");
    }

    async fn patch_user_with_nothing_mapped(world: World) {
        let entra = Vendor::entra(&world).await;
        let path = entra.made("/Users", random_user()).await;
        let before = entra.get(&path).await.ok(200);
        assert_eq!(entra.patch(&path, json!([])).await.ok(200), before);
    }

    async fn delete_a_user(world: World) {
        let entra = Vendor::entra(&world).await;
        let path = entra.made("/Users", random_user()).await;
        assert_eq!(entra.delete(&path).await.status, 204);
        entra.get(&path).await.refused(404, None);
    }
}
