use std::time::Duration;

use doorward::domain::ledger::{self, Entry, Person, Question};
use serde_json::json;

use crate::client::{Scim, USER, token};
use crate::on_both_engines;
use crate::source::source;
use crate::support::World;

async fn about(world: &World, id: Option<&str>, name: Option<&str>) -> Vec<Entry> {
    let person = Person {
        id: id.map(str::to_owned),
        name: name.map(str::to_owned),
    };
    let question = Question {
        connection: None,
        person: Some(person),
    };
    ledger::find(&world.db, &question, 100).await.unwrap()
}

on_both_engines! {
    async fn what_was_done_to_a_person_is_found_with_the_groups_it_came_into_and_went_out_of(world: World) {
        let source = source(&world, &[]).await;
        let scim = &source.scim;
        let ann = scim.user("ann").await;
        scim.user("ben").await;
        world.clock.advance(Duration::from_secs(1));
        let group = scim.group("G", &[&ann]).await;
        world.clock.advance(Duration::from_secs(1));
        let path = format!("members[value eq \"{ann}\"]");
        scim.patch(&format!("/Groups/{group}"), json!([{ "op": "remove", "path": path }])).await;
        world.clock.advance(Duration::from_secs(1));
        scim.delete(&format!("/Users/{ann}")).await;
        let entries = about(&world, Some(&ann), Some("ann")).await;
        let said: Vec<(&str, &str)> = entries.iter()
            .map(|entry| (entry.method.as_str(), entry.resource.kind.as_str())).collect();
        assert_eq!(said, [("DELETE", "user"), ("PATCH", "group"), ("POST", "group"), ("POST", "user")]);
    }

    async fn a_group_that_is_emptied_is_found_by_those_who_were_in_it(world: World) {
        let source = source(&world, &[]).await;
        let ann = source.scim.user("ann").await;
        let group = source.scim.group("G", &[&ann]).await;
        world.clock.advance(Duration::from_secs(1));
        source.scim.delete(&format!("/Groups/{group}")).await;
        let newest = about(&world, Some(&ann), None).await.remove(0);
        assert_eq!((newest.method.as_str(), newest.resource.kind.as_str()), ("DELETE", "group"));
    }

    async fn who_was_refused_or_deleted_is_found_by_the_name_in_any_case(world: World) {
        let source = source(&world, &[]).await;
        let body = json!({ "schemas": [USER], "userName": "Ann", "active": "perhaps" });
        source.scim.post("/Users", body).await.refused(400, Some("invalidValue"));
        assert_eq!(about(&world, None, Some(" ANN ")).await.len(), 1);
        assert_eq!(about(&world, None, Some("an")).await.len(), 0);
    }

    async fn the_ledger_of_one_connection_is_not_the_other_s(world: World) {
        let source = source(&world, &[]).await;
        let ann = source.scim.user("ann").await;
        let other = Scim {
            server: crate::support::Server {
                base: source.scim.server.base.clone(),
                http: source.scim.server.http.clone(),
            },
            token: token(&world, "scim").await,
        };
        other.user("ben").await;
        world.clock.advance(Duration::from_secs(1));
        let title = json!([{ "op": "add", "path": "title", "value": "Dr" }]);
        other.patch(&format!("/Users/{ann}"), title).await.ok(200);
        assert_eq!(source.ledger(&world).await.len(), 1);
        assert_eq!(about(&world, Some(&ann), None).await.len(), 2);
        let question = Question {
            connection: Some(source.id),
            person: Some(Person { id: Some(ann), name: None }),
        };
        assert_eq!(ledger::find(&world.db, &question, 100).await.unwrap().len(), 1);
        assert_eq!(ledger::find(&world.db, &Question::default(), 100).await.unwrap().len(), 3);
    }

    async fn an_answer_is_bounded_and_begins_with_the_newest(world: World) {
        let source = source(&world, &[]).await;
        for name in ["a", "b", "c"] {
            source.scim.user(name).await;
            world.clock.advance(Duration::from_secs(1));
        }
        let entries = ledger::find(&world.db, &Question::default(), 2).await.unwrap();
        let names: Vec<_> = entries.into_iter().filter_map(|entry| entry.resource.name).collect();
        assert_eq!(names, ["c", "b"]);
    }
}
