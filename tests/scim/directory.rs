//! The directory's rules, without HTTP.

use doorward::domain::audit::{Actor, Change};
use doorward::domain::directory::{
    self, GroupEdit, GroupProfile, GroupRules, Members, NewUser, Profile, Refusal, User,
};
use doorward::foundation::db::{Fetch, sql};
use serde_json::json;

use crate::on_both_engines;
use crate::support::World;

async fn begin(world: &World) -> Change {
    Change::begin(&world.db, Actor::System, world.now())
        .await
        .unwrap()
}

async fn create(world: &World, profile: Profile) -> Result<User, Refusal> {
    let mut change = begin(world).await;
    let new = NewUser {
        profile,
        active: true,
        administrator: false,
    };
    let user = directory::create_user(&mut change, new).await?;
    change.commit().await.unwrap();
    Ok(user)
}

async fn events(world: &World) -> Vec<String> {
    let mut from = &world.db;
    let rows = from
        .fetch_all(sql(
            "select action from audit_events where subject_kind = 'user' order by id",
        ))
        .await
        .unwrap();
    rows.iter().map(|row| row.get("action").unwrap()).collect()
}

async fn signs_in(world: &World, typed: &str) -> Option<String> {
    let found = directory::find_for_sign_in(&world.db, typed).await.unwrap();
    found.map(|user| user.profile.user_name)
}

on_both_engines! {
    async fn a_person_signs_in_by_user_name_or_by_an_address_of_theirs_alone(world: World) {
        let ann = Profile::named("ann").with_email("Ann@Mail.example").with_email("shared@x");
        create(&world, ann.clone()).await.unwrap();
        let ben = Profile::named("ben").with_email("shared@x");
        create(&world, ben).await.unwrap();
        create(&world, Profile::named("ann@mail.example")).await.unwrap();
        assert_eq!(signs_in(&world, "ANN").await.as_deref(), Some("ann"));
        assert_eq!(signs_in(&world, " ann ").await.as_deref(), Some("ann"));
        // The user name is asked first.
        assert_eq!(signs_in(&world, "ann@mail.example").await.as_deref(), Some("ann@mail.example"));
        assert_eq!(signs_in(&world, "shared@x").await, None, "two have it: nobody");
        for nobody in ["", " ", "nobody", "a\u{0}b", "a\u{200b}nn", "%", "_nn"] {
            assert_eq!(signs_in(&world, nobody).await, None, "{nobody:?}");
        }
    }

    async fn an_address_that_one_person_has_twice_still_names_that_person(world: World) {
        let profile = Profile::named("ann").with_email("a@x").with_email("A@X");
        create(&world, profile).await.unwrap();
        assert_eq!(signs_in(&world, "a@x").await.as_deref(), Some("ann"));
    }

    async fn each_change_is_recorded_and_no_change_is_not(world: World) {
        let ann = create(&world, Profile::named("ann")).await.unwrap();
        let mut change = begin(&world).await;
        let same = directory::lock_user(&mut change, ann.id).await.unwrap().unwrap();
        let after = directory::change_profile(&mut change, same, ann.profile.clone()).await.unwrap();
        assert_eq!(after, ann);
        change.commit().await.unwrap();
        let mut change = begin(&world).await;
        let held = directory::lock_user(&mut change, ann.id).await.unwrap().unwrap();
        let renamed = Profile { display_name: Some("Ann".into()), ..held.profile.clone() };
        let after = directory::change_profile(&mut change, held, renamed).await.unwrap();
        assert_eq!(after.version, 2);
        assert!(directory::set_active(&mut change, ann.id, false).await.unwrap());
        assert!(!directory::set_active(&mut change, ann.id, false).await.unwrap());
        change.commit().await.unwrap();
        assert_eq!(events(&world).await.len(), 3);
        let mut found = events(&world).await;
        found.sort();
        assert_eq!(found, ["user.changed", "user.created", "user.deactivated"]);
    }

    async fn a_profile_that_no_index_can_hold_is_refused(world: World) {
        let long = "x".repeat(1025);
        let mut profile = Profile::named("ann");
        profile.external_id = Some(long.clone());
        assert!(matches!(create(&world, profile).await, Err(Refusal::NotAllowed { .. })));
        let mut profile = Profile::named("ann");
        profile.attributes.insert("emails".into(), json!([{ "value": "a@x", "type": long }]));
        assert!(matches!(create(&world, profile).await, Err(Refusal::NotAllowed { .. })));
        create(&world, Profile::named("ann").with_email(&"ä".repeat(512))).await.unwrap();
    }

    async fn a_large_list_of_members_is_replaced_by_its_difference(world: World) {
        let mut ids = Vec::new();
        for number in 0..250 {
            ids.push(create(&world, Profile::named(format!("u{number}"))).await.unwrap().id.to_string());
        }
        let mut change = begin(&world).await;
        let profile = GroupProfile { display_name: "g".into(), ..GroupProfile::default() };
        let members = ids[..220].iter().cloned().collect();
        let group = directory::create_group(&mut change, profile, members, GroupRules::default()).await.unwrap();
        let edit = GroupEdit { profile: None, members: Members::Replace(ids[30..].iter().cloned().collect()) };
        let group = directory::change_group(&mut change, group, edit.clone(), GroupRules::default()).await.unwrap();
        assert_eq!(group.version, 2);
        let group = directory::change_group(&mut change, group, edit, GroupRules::default()).await.unwrap();
        assert_eq!(group.version, 2);
        change.commit().await.unwrap();
        let members = directory::members_of(&world.db, &[group.id], 1000).await.unwrap();
        let mut wanted = ids[30..].to_vec();
        wanted.sort();
        let members: Vec<String> = members.into_iter().map(|member| member.id).collect();
        assert_eq!(members, wanted);
    }
}
