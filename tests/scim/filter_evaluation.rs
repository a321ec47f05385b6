//! Items 26 to 35: what filters find, over HTTP.

use std::time::Duration;

use serde_json::{Value, json};

use doorward::domain::schemas::ResourceKind;

use crate::client::{ENTERPRISE, GROUP, Scim, USER, administrator, id};
use crate::custom_schemas::{BADGE, badge, declare};
use crate::on_both_engines;

/// Ann has everything, Ben other things, Cid next to nothing.
async fn people(scim: &Scim, world: &World) -> Vec<String> {
    let bodies = [
        json!({ "schemas": [USER, ENTERPRISE], "userName": "Ann@X", "externalId": "E1", "title": "Dr",
            "active": true, "userType": "Employee", "preferredLanguage": "de",
            "name": { "givenName": "Änn", "familyName": "O'Neil" },
            "emails": [{ "value": "ann@work.example", "type": "work", "primary": true },
                       { "value": "ann@home.example", "type": "home" }],
            "phoneNumbers": [{ "value": "+49 1", "type": "mobile" }],
            "x509Certificates": [{ "value": "AAEC" }],
            ENTERPRISE: { "department": "Sales", "manager": { "value": "M1" } } }),
        json!({ "schemas": [USER, ENTERPRISE], "userName": "ben", "active": false, "title": "dr",
            "emails": [{ "value": "ben@work.example", "type": "work" }, { "value": "b@x" }],
            ENTERPRISE: { "department": "sales", "costCenter": "7" } }),
        json!({ "schemas": [USER], "userName": "cid", "nickName": "say \"hi\" \\ ü" }),
    ];
    let mut ids = Vec::new();
    for body in bodies {
        ids.push(id(&scim.post("/Users", body).await.ok(201)));
        world.clock.advance(Duration::from_secs(60));
    }
    ids
}

use crate::support::World;

fn names(list: &Value) -> String {
    let all = list["Resources"].as_array().unwrap();
    assert_eq!(list["totalResults"], all.len());
    let name = |user: &Value| user["userName"].as_str().unwrap()[..1].to_lowercase();
    all.iter().map(name).collect()
}

async fn check(scim: &Scim, cases: &[(&str, &str)]) {
    for (filter, wanted) in cases {
        let list = scim.find("/Users", filter).await.ok(200);
        assert_eq!(names(&list), *wanted, "{filter}");
    }
}

on_both_engines! {
    async fn item_26_every_operator_and_its_combinations(world: World) {
        let scim = Scim::new(&world).await;
        people(&scim, &world).await;
        administrator(&world, "root").await;
        check(&scim, &[
            ("title eq \"dr\"", "ab"), ("title ne \"dr\"", "c"), ("userName co \"n\"", "ab"),
            ("userName sw \"A\"", "a"), ("userName ew \"x\"", "a"), ("title pr", "ab"),
            ("userName gt \"ben\"", "c"), ("userName ge \"ben\"", "bc"),
            ("userName lt \"ben\"", "a"), ("userName le \"BEN\"", "ab"),
            ("title pr and active eq false", "b"), ("userName eq \"cid\" or title eq \"Dr\"", "abc"),
            ("not (title pr)", "c"), ("not(title pr)", "c"), ("NOT (TITLE PR)", "c"),
            ("userName eq \"cid\" or userName eq \"ben\" and active eq true", "c"),
            ("(userName eq \"cid\" or userName eq \"ben\") and active eq true", "c"),
            ("(userName eq \"ann@x\" or userName eq \"ben\") and not (active eq false)", "a"),
            ("not (userName eq \"ben\" or userName eq \"cid\")", "a"),
            ("userName pr", "abc"), ("not (userName pr)", ""),
            ("userName ne \"BEN\"", "ac"), ("not (not (userName eq \"ben\"))", "b"),
        ]).await;
    }

    async fn item_27_what_has_no_order_is_not_compared_by_it(world: World) {
        let scim = Scim::new(&world).await;
        people(&scim, &world).await;
        for attribute in ["active", "emails.primary", "x509Certificates.value", "x509Certificates"] {
            for operator in ["gt", "ge", "lt", "le"] {
                let value = if attribute.starts_with('x') { "\"AAEC\"" } else { "true" };
                scim.find("/Users", &format!("{attribute} {operator} {value}")).await
                    .refused(400, Some("invalidFilter"));
            }
        }
        for filter in ["active co true", "active sw \"true\"", "userName xx \"a\"", "userName = \"a\""] {
            scim.find("/Users", filter).await.refused(400, Some("invalidFilter"));
        }
        check(&scim, &[
            ("active eq true", "ac"), ("active ne true", "b"), ("active eq \"False\"", "b"),
            ("emails.primary eq true", "a"), ("x509Certificates.value eq \"AAEC\"", "a"),
            ("x509Certificates.value eq \"aaec\"", ""),
        ]).await;
    }

    async fn item_28_literals_are_those_of_json(world: World) {
        let scim = Scim::new(&world).await;
        people(&scim, &world).await;
        check(&scim, &[
            (r#"nickName eq "say \"hi\" \\ \u00fc""#, "c"), (r#"nickName co "\\""#, "c"),
            ("name.familyName eq \"o'neil\"", "a"), ("name.givenName eq \"\\u00C4NN\"", "a"),
            ("title eq null", "c"), ("title ne null", "ab"), ("emails eq null", "c"),
            ("manager eq null", "bc"), ("externalId ne null", "a"),
        ]).await;
    }

    async fn item_29_moments_are_compared_as_instants_and_case_as_the_schema_says(world: World) {
        let scim = Scim::new(&world).await;
        people(&scim, &world).await;
        // Ann was created at 09:00, Ben at 09:01, Cid at 09:02.
        check(&scim, &[
            ("meta.created eq \"2026-11-21T09:01:00Z\"", "b"),
            ("meta.created eq \"2026-11-21T10:01:00.000+01:00\"", "b"),
            ("meta.created ne \"2026-11-21T09:01:00Z\"", "ac"),
            ("meta.created gt \"2026-11-21T09:01:00Z\"", "c"),
            ("meta.created ge \"2026-11-21T04:01:00-05:00\"", "bc"),
            ("meta.lastModified lt \"2026-11-21T09:01:00Z\"", "a"),
            ("meta.lastModified le \"2026-11-21T09:01:00.0Z\"", "ab"),
            ("meta.created gt \"2026-11-21T09:00:00Z\" and meta.created lt \"2026-11-21T09:02:00Z\"", "b"),
            ("meta.created sw \"2026-11-21T09:02\"", "c"),
            ("externalId eq \"E1\"", "a"), ("externalId eq \"e1\"", ""), ("externalId sw \"e\"", ""),
            ("externalId ne \"e1\"", "abc"), ("title eq \"DR\"", "ab"),
        ]).await;
    }

    async fn item_30_a_list_meets_a_filter_when_one_of_its_values_does(world: World) {
        let scim = Scim::new(&world).await;
        people(&scim, &world).await;
        check(&scim, &[
            ("emails co \"work.example\"", "ab"), ("emails.value co \"HOME\"", "a"),
            ("emails eq \"ANN@home.example\"", "a"), ("emails.type eq \"work\"", "ab"),
            ("emails pr", "ab"), ("emails.type pr", "ab"), ("emails.display pr", ""),
            // Ann's home address is of type home, and is not at work.
            ("emails.type eq \"home\" and emails.value eq \"ann@work.example\"", "a"),
            ("emails[type eq \"home\" and value eq \"ann@work.example\"]", ""),
            ("emails[type eq \"work\" and value sw \"ann\"]", "a"),
            ("emails[not (type eq \"work\")]", "ab"), ("emails[type pr]", "ab"),
            ("emails[primary eq true]", "a"), ("emails[primary eq \"True\"].value co \"work\"", "a"),
            ("emails[type eq \"work\" or type eq \"home\"]", "ab"),
            ("emails[value eq \"ann@work.example\" and value eq \"ann@home.example\"]", ""),
            ("emails[type eq \"work\"] and emails[type eq \"home\"]", "a"),
            ("phoneNumbers[type eq \"mobile\"].value eq \"+49 1\"", "a"),
            ("name pr", "a"), ("name.givenName pr", "a"), ("name[givenName pr]", "a"),
        ]).await;
    }

    async fn item_31_names_with_a_urn_are_the_same_names(world: World) {
        let scim = Scim::new(&world).await;
        people(&scim, &world).await;
        for (filter, wanted) in [
            (format!("{USER}:userType eq \"employee\""), "a"),
            (format!("{}:USERNAME eq \"ben\"", USER.to_uppercase()), "b"),
            (format!("{USER}:emails[type eq \"work\"].value eq \"ben@work.example\""), "b"),
            (format!("{USER}:name.familyName sw \"O\""), "a"),
            (format!("{ENTERPRISE}:department eq \"SALES\""), "ab"),
            (format!("{ENTERPRISE}:manager.value eq \"M1\""), "a"),
            (format!("{ENTERPRISE}:manager eq \"m1\""), ""),
            (format!("{ENTERPRISE}:manager pr"), "a"),
            (format!("{ENTERPRISE} pr"), "ab"),
            (format!("not ({ENTERPRISE} pr)"), "c"),
            (format!("schemas eq \"{ENTERPRISE}\""), "ab"),
            (format!("schemas eq \"{}\"", ENTERPRISE.to_lowercase()), "ab"),
        ] {
            assert_eq!(names(&scim.find("/Users", &filter).await.ok(200)), wanted, "{filter}");
        }
    }

    async fn item_32_an_attribute_without_a_value_meets_ne_and_nothing_else(world: World) {
        let scim = Scim::new(&world).await;
        people(&scim, &world).await;
        for attribute in ["title", "manager", "externalId", "emails", "emails.type", "name.givenName"] {
            for operator in ["eq", "co", "sw", "ew", "gt", "ge", "lt", "le"] {
                let filter = format!("userName eq \"cid\" and not ({attribute} {operator} \"~\")");
                assert_eq!(names(&scim.find("/Users", &filter).await.ok(200)), "c", "{filter}");
            }
        }
        check(&scim, &[
            ("nickName ne \"x\"", "abc"), ("externalId ne \"E1\"", "bc"), ("manager ne \"M1\"", "bc"),
            ("emails.value ne \"ben@work.example\"", "abc"),
            ("emails.type ne \"work\"", "abc"), ("not (emails.type eq \"work\")", "c"),
            ("emails[type ne \"work\"]", "ab"), ("nickName eq \"\"", ""), ("nickName ne \"\"", "abc"),
            ("nickName co \"\"", "c"),
        ]).await;
    }

    async fn item_33_what_every_resource_has_is_filtered_by_and_the_password_is_not(world: World) {
        let scim = Scim::new(&world).await;
        let all = people(&scim, &world).await;
        for (filter, wanted) in [
            (format!("id eq \"{}\"", all[1]), "b"),
            (format!("id ne \"{}\"", all[1]), "ac"),
            (format!("id eq \"{}\"", all[1].to_uppercase()), ""),
            (format!("meta.location eq \"{}\"", scim.url(&format!("/Users/{}", all[2]))), "c"),
            ("meta.resourceType eq \"User\"".to_owned(), "abc"),
            ("meta.resourceType eq \"Group\"".to_owned(), ""),
            ("meta.version eq \"W/\\\"1\\\"\"".to_owned(), "abc"),
            ("meta pr".to_owned(), "abc"),
            ("id pr and schemas pr".to_owned(), "abc"),
        ] {
            assert_eq!(names(&scim.find("/Users", &filter).await.ok(200)), wanted, "{filter}");
        }
        for filter in ["password eq \"x\"", "password pr", "password ne \"x\"", "not (password eq \"x\")",
                       "userName pr or password sw \"$\""] {
            scim.find("/Users", filter).await.refused(400, Some("invalidFilter"));
        }
    }

    async fn groups_are_found_by_everything_that_they_have(world: World) {
        let scim = Scim::new(&world).await;
        let ann = scim.later_user(&world, "ann").await;
        let inner = scim.later_group(&world, "Inner", &[&ann]).await;
        let outer = scim.later_group(&world, "Outer", &[&inner]).await;
        let empty = scim.later_group(&world, "Empty", &[]).await;
        for (filter, wanted) in [
            ("displayName co \"n\"".to_owned(), vec![&inner]),
            ("displayName eq \"inner\" or displayName eq \"OUTER\"".to_owned(), vec![&inner, &outer]),
            ("displayName gt \"f\"".to_owned(), vec![&inner, &outer]),
            ("members pr".to_owned(), vec![&inner, &outer]),
            ("not (members pr)".to_owned(), vec![&empty]),
            ("members.type eq \"Group\"".to_owned(), vec![&outer]),
            ("members[type eq \"user\"]".to_owned(), vec![&inner]),
            ("members.display eq \"ANN\"".to_owned(), vec![&inner]),
            (format!("members.$ref eq \"{}\"", scim.url(&format!("/Groups/{inner}"))), vec![&outer]),
            (format!("members[value eq \"{inner}\" and type eq \"Group\"]"), vec![&outer]),
            (format!("members[value eq \"{inner}\" and type eq \"User\"]"), vec![]),
            (format!("not (members eq \"{ann}\")"), vec![&outer, &empty]),
            ("externalId pr".to_owned(), vec![]),
            (format!("schemas eq \"{GROUP}\" and displayName sw \"e\""), vec![&empty]),
        ] {
            let list = scim.find("/Groups", &filter).await.ok(200);
            let found: Vec<String> = list["Resources"].as_array().unwrap().iter().map(id).collect();
            assert_eq!(found.iter().collect::<Vec<_>>(), wanted, "{filter}");
        }
    }

    async fn item_17_users_are_found_by_their_groups_direct_and_indirect_in_circles_too(world: World) {
        let scim = Scim::new(&world).await;
        let (ann, ben) = (scim.later_user(&world, "ann").await, scim.later_user(&world, "ben").await);
        scim.later_user(&world, "cid").await;
        let inner = scim.later_group(&world, "Inner", &[&ann]).await;
        let outer = scim.later_group(&world, "Outer", &[&inner, &ben]).await;
        let circle = json!([{ "op": "add", "path": "members", "value": [{ "value": outer }] }]);
        scim.patch(&format!("/Groups/{inner}"), circle).await.ok(200);
        for (filter, wanted) in [
            (format!("groups.value eq \"{inner}\""), "ab"), (format!("groups eq \"{outer}\""), "ab"),
            (format!("groups[value eq \"{inner}\" and type eq \"direct\"]"), "a"),
            (format!("groups[value eq \"{inner}\" and type eq \"indirect\"]"), "b"),
            (format!("not (groups eq \"{outer}\")"), "c"),
            ("groups.display eq \"outer\"".to_owned(), "ab"), ("groups pr".to_owned(), "ab"),
            ("groups eq \"nope\"".to_owned(), ""),
        ] {
            assert_eq!(names(&scim.find("/Users", &filter).await.ok(200)), wanted, "{filter}");
        }
        let shown = scim.get(&format!("/Users/{ann}")).await.ok(200);
        let mut kinds: Vec<(String, String)> = shown["groups"].as_array().unwrap().iter().map(|group| {
            assert_eq!(group["$ref"], scim.url(&format!("/Groups/{}", group["value"].as_str().unwrap())));
            (group["display"].as_str().unwrap().into(), group["type"].as_str().unwrap().into())
        }).collect();
        kinds.sort();
        assert_eq!(kinds, [("Inner".into(), "direct".into()), ("Outer".into(), "indirect".to_owned())]);
    }

    async fn administrators_are_found_by_no_filter(world: World) {
        let scim = Scim::new(&world).await;
        let root = administrator(&world, "root").await.id.to_string();
        scim.later_user(&world, "ann").await;
        for filter in ["userName pr".to_owned(), "userName eq \"root\"".to_owned(), "not (userName eq \"ann\")".to_owned(),
                       format!("id eq \"{root}\" or userName eq \"root\""), "userName co \"r\"".to_owned(),
                       "active eq true".to_owned(), "meta.created pr or title pr".to_owned(),
                       format!("userName eq \"root\" or title co \"{root}\"")] {
            let list = scim.find("/Users", &filter).await.ok(200);
            assert!(!list.to_string().contains(&root), "{filter}");
            assert!(list["totalResults"].as_u64().unwrap() <= 1, "{filter}");
        }
    }

    async fn a_filter_that_would_read_through_a_large_directory_is_refused(world: World) {
        let scim = Scim::new(&world).await;
        scim.later_user(&world, "ann").await;
        let group = scim.later_group(&world, "g", &[]).await;
        crate::client::pretend_total(&world, 20_000).await;
        for filter in ["title co \"x\"", "userName sw \"a\"", "not (userName eq \"x\")", "externalId pr",
                       "userName eq \"a\" or title eq \"x\"", "emails.type eq \"work\""] {
            let detail = scim.find("/Users", filter).await.refused(400, Some("tooMany"));
            assert!(detail.contains("10000"), "{detail}");
            scim.get(&format!("/Users?cursor&filter={}", filter.replace(' ', "+"))).await.refused(400, Some("tooMany"));
        }
        scim.get("/Users?sortBy=title").await.refused(400, Some("tooMany"));
        scim.find("/Groups", "displayName co \"x\"").await.refused(400, Some("tooMany"));
        for filter in ["userName eq \"ann\" and title co \"x\"".to_owned(), "active eq true".to_owned(),
                       "userName eq \"a\" or emails eq \"x\"".to_owned(), format!("groups eq \"{group}\""),
                       "meta.lastModified gt \"2026-11-21T09:00:00Z\" and title pr".to_owned()] {
            scim.find("/Users", &filter).await.ok(200);
        }
        assert_eq!(scim.get("/Users?count=1").await.ok(200)["totalResults"], 20_000);
        scim.get("/Users?sortBy=userName&count=1").await.ok(200);
    }

    async fn an_index_that_leads_to_too_many_is_not_followed_to_the_end(world: World) {
        let scim = Scim::new(&world).await;
        crate::client::many_users(&world, 10_050).await;
        scim.find("/Users", "active eq true and title co \"x\"").await.refused(400, Some("tooMany"));
        let list = scim.find("/Users", "active eq true").await.ok(200);
        assert_eq!(list["totalResults"], 10_050);
        let one = scim.find("/Users", "userName eq \"user-77\" and title co \"t\"").await.ok(200);
        assert_eq!(one["totalResults"], 1);
    }

    async fn bad_input_a_huge_or_deep_filter_is_refused(world: World) {
        let scim = Scim::new(&world).await;
        let long = format!("userName eq \"{}\"", "x".repeat(100_000));
        let deep = format!("{}a pr{}", "(".repeat(10_000), ")".repeat(10_000));
        let nots = format!("{}userName pr{}", "not (".repeat(10_000), ")".repeat(10_000));
        let wide = vec!["userName eq \"x\""; 10_000].join(" or ");
        let just_deep = format!("{}userName pr{}", "(".repeat(40), ")".repeat(40));
        for filter in [long, deep, nots, wide, just_deep] {
            let body = json!({ "schemas": [crate::client::SEARCH], "filter": filter });
            scim.post("/Users/.search", body).await.refused(400, Some("invalidFilter"));
        }
    }

    async fn item_12_declared_attributes_are_filtered_and_sorted_by_their_types(world: World) {
        declare(&world, ResourceKind::User, &badge()).await;
        let scim = Scim::new(&world).await;
        for (name, body) in [
            ("a", json!({ "number": 10, "weight": 2.5, "valid": true, "labels": ["Red", "blue"], "note": "N",
                "since": "2026-01-01T00:00:00Z", "doors": [{ "value": "d1", "type": "front", "level": 3 }],
                "pin": "1234", "exact": "X" })),
            ("b", json!({ "number": 9, "weight": 2, "valid": false, "exact": "x",
                "since": "2026-01-01T01:00:00+02:00", "doors": [{ "value": "d2", "level": 12 }] })),
            ("c", json!({ "number": 9_007_199_254_740_993_i64 })),
        ] {
            world.clock.advance(Duration::from_millis(1));
            let body = json!({ "schemas": [USER, BADGE], "userName": name, BADGE: body });
            scim.post("/Users", body).await.ok(201);
        }
        for (filter, wanted) in [
            ("number gt 9", "ac"), ("number eq 10.0", "a"), ("number ge 9", "abc"), ("number lt 10", "b"),
            ("number eq 9007199254740992", ""), ("number eq 9007199254740993", "c"), ("weight le 2.0", "b"),
            ("weight gt 2e0", "a"), ("weight ne 2", "ac"), ("weight eq null", "c"), ("valid eq true", "a"),
            ("labels eq \"RED\"", "a"), ("labels co \"lu\"", "a"), ("labels pr", "a"), ("labels ne \"red\"", "abc"),
            ("since lt \"2026-01-01T00:00:00Z\"", "b"), ("since eq \"2025-12-31T23:00:00Z\"", "b"),
            ("doors[level gt 3]", "b"), ("doors.level le 3", "a"), ("doors eq \"D1\"", "a"), ("note eq \"n\"", "a"),
            ("exact eq \"x\"", "b"),
        ] {
            for filter in [format!("{BADGE}:{filter}"), filter.to_owned()] {
                assert_eq!(names(&scim.find("/Users", &filter).await.ok(200)), wanted, "{filter}");
            }
        }
        for filter in ["pin eq \"1234\"", "pin pr", "number eq \"10\"", "number co 1", "valid gt true", "office eq \"x\"",
                       "weight eq true", "photo gt \"AAEC\""] {
            let filter = format!("{BADGE}:{filter}");
            scim.find("/Users", &filter).await.refused(400, Some("invalidFilter"));
        }
        for (by, wanted) in [("number", "bac"), ("weight", "bac"), ("since", "bac"), ("doors.level", "abc"), ("labels", "abc")] {
            let list = scim.get(&format!("/Users?sortBy={BADGE}:{by}")).await.ok(200);
            assert_eq!(names(&list), wanted, "{by}");
        }
        scim.get(&format!("/Users?sortBy={BADGE}:pin")).await.refused(400, Some("invalidValue"));
    }

    async fn each_connection_filters_by_its_own_external_ids(world: World) {
        let scim = Scim::new(&world).await;
        let body = json!({ "schemas": [USER], "userName": "ann", "externalId": "E" });
        let ann = id(&scim.post("/Users", body).await.ok(201));
        let mut tx = world.db.begin().await.unwrap();
        let other = doorward::foundation::db::sql(
            "insert into connections (id, name, kind, settings, tokens_since, created_at, created_by, updated_at)
             values ('00000000-0000-7000-8000-0000000000aa', 'other', 'generic', '{}', 0, 0, 'test', 0)");
        tx.execute(other).await.unwrap();
        let name = doorward::foundation::db::sql(
            "insert into external_ids (connection_id, resource_kind, resource_id, external_id)
             values ('00000000-0000-7000-8000-0000000000aa', 'user', $1, 'F')");
        tx.execute(name.bind(ann.as_str())).await.unwrap();
        tx.commit().await.unwrap();
        for (filter, wanted) in [("externalId eq \"E\"", "a"), ("externalId eq \"F\"", ""), ("externalId ne \"F\"", "a"),
                                 ("externalId co \"F\"", ""), ("externalId eq \"F\" or title pr", "")] {
            let list = scim.find("/Users", filter).await.ok(200);
            assert_eq!(names(&list), wanted, "{filter}");
            assert!(list["Resources"].as_array().unwrap().iter().all(|user| user["externalId"] == "E"));
        }
    }
}
