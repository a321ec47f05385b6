use std::time::Duration;

use doorward::domain::api_keys::{
    self, Issued, KeyState, LONGEST_LIFETIME, NewApiKey, NotChanged, Refusal, Scope, SecretState,
};
use doorward::domain::audit::{Actor, Change};
use doorward::domain::directory::{self, NewUser, Profile, UserId};
use doorward::domain::lifecycle;
use doorward::foundation::db::{Fetch as _, sql};

use crate::on_both_engines;
use crate::support::World;

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(86_400);

async fn begin(world: &World) -> Change {
    Change::begin(&world.db, Actor::CommandLine, world.now())
        .await
        .unwrap()
}

fn wanted(owner: Option<UserId>) -> NewApiKey {
    NewApiKey {
        name: "entra".into(),
        owner,
        scopes: [Scope::Scim].into_iter().collect(),
        lifetime: DAY * 90,
    }
}

async fn create(world: &World, owner: Option<UserId>) -> Issued {
    let mut change = begin(world).await;
    let issued = api_keys::create(&mut change, wanted(owner)).await.unwrap();
    change.commit().await.unwrap();
    issued
}

async fn rotate(world: &World, key: &Issued, overlap: Duration) -> Result<Issued, NotChanged> {
    let mut change = begin(world).await;
    let issued = api_keys::rotate(&mut change, key.id, overlap).await?;
    change.commit().await.unwrap();
    Ok(issued)
}

async fn user(world: &World) -> UserId {
    let mut change = begin(world).await;
    let new = NewUser {
        profile: Profile::named("ada"),
        active: true,
        administrator: false,
    };
    let user = directory::create_user(&mut change, new).await.unwrap();
    change.commit().await.unwrap();
    user.id
}

async fn opens(world: &World, key: &Issued) -> Result<(), Refusal> {
    api_keys::authenticate(
        &world.state.api_keys,
        &world.db,
        key.secret.reveal(),
        world.now(),
    )
    .await
    .map(drop)
}

async fn last_use(world: &World) -> Option<i64> {
    let mut from = &world.db;
    let statement = sql("select max(last_used_at) as at from api_key_secrets");
    from.fetch_one(statement).await.unwrap().get("at").unwrap()
}

on_both_engines! {
    async fn a_key_opens_until_its_end_and_not_a_moment_longer(world: World) {
        let key = create(&world, None).await;
        let opened = api_keys::authenticate(&world.state.api_keys, &world.db, key.secret.reveal(), world.now()).await.unwrap();
        assert_eq!(opened.id, key.id);
        assert!(opened.scopes.contain(&Scope::Scim));
        world.clock.advance(DAY * 90 - Duration::from_millis(1));
        opens(&world, &key).await.unwrap();
        world.clock.advance(Duration::from_millis(1));
        assert!(matches!(opens(&world, &key).await, Err(Refusal::Expired)));
    }

    async fn only_a_digest_is_stored(world: World) {
        let key = create(&world, None).await;
        let mut from = &world.db;
        let row = from.fetch_one(sql("select digest, hint from api_key_secrets")).await.unwrap();
        let (digest, hint): (String, String) = (row.get("digest").unwrap(), row.get("hint").unwrap());
        assert!(!key.secret.reveal().contains(&digest));
        assert_eq!(hint.len(), 8);
        let row = from.fetch_one(sql("select detail from audit_events where action = 'api_key.created'")).await.unwrap();
        let detail: String = row.get("detail").unwrap();
        assert!(!detail.contains(&key.secret.reveal()[8..]));
    }

    async fn a_malformed_key_costs_no_query(world: World) {
        let key = create(&world, None).await;
        // Nothing can be asked of it any more: whoever asks fails otherwise.
        world.db.close().await;
        let mut wrong = key.secret.reveal().to_owned();
        wrong.pop();
        for presented in ["", "dwk_", wrong.as_str(), "Bearer x", &"x".repeat(100_000)] {
            let refused = api_keys::authenticate(&world.state.api_keys, &world.db, presented, world.now()).await;
            assert!(matches!(refused, Err(Refusal::Malformed)), "{presented:.20}");
        }
        assert!(matches!(opens(&world, &key).await, Err(Refusal::Database(_))));
    }

    async fn a_well_formed_key_that_nobody_made_is_unknown(world: World) {
        let mut change = begin(&world).await;
        let key = api_keys::create(&mut change, wanted(None)).await.unwrap();
        drop(change);
        assert!(matches!(opens(&world, &key).await, Err(Refusal::Unknown)));
    }

    async fn last_use_is_marked_once_a_minute(world: World) {
        let key = create(&world, None).await;
        assert_eq!(last_use(&world).await, None);
        opens(&world, &key).await.unwrap();
        let first = last_use(&world).await;
        assert_eq!(first, Some(world.now().millis()));
        world.clock.advance(MINUTE - Duration::from_millis(1));
        opens(&world, &key).await.unwrap();
        assert_eq!(last_use(&world).await, first);
        world.clock.advance(Duration::from_millis(1));
        opens(&world, &key).await.unwrap();
        assert_eq!(last_use(&world).await, Some(world.now().millis()));
    }

    async fn after_a_rotation_both_secrets_open_until_the_overlap_ends(world: World) {
        let old = create(&world, None).await;
        world.clock.advance(DAY);
        let new = rotate(&world, &old, DAY * 7).await.unwrap();
        assert_eq!(new.id, old.id);
        opens(&world, &old).await.unwrap();
        opens(&world, &new).await.unwrap();
        world.clock.advance(DAY * 7);
        assert!(matches!(opens(&world, &old).await, Err(Refusal::Expired)));
        opens(&world, &new).await.unwrap();
        assert_eq!(new.expires_at.since(world.now()), DAY * 83, "as long as the first was given");
    }

    async fn an_overlap_never_outlives_the_secrets_own_end(world: World) {
        let old = create(&world, None).await;
        world.clock.advance(DAY * 88);
        rotate(&world, &old, DAY * 7).await.unwrap();
        world.clock.advance(DAY * 2);
        assert!(matches!(opens(&world, &old).await, Err(Refusal::Expired)));
    }

    async fn at_most_two_secrets_live(world: World) {
        let first = create(&world, None).await;
        let second = rotate(&world, &first, DAY * 7).await.unwrap();
        let refused = rotate(&world, &first, DAY).await;
        assert!(matches!(refused, Err(NotChanged::RotationUnderWay { .. })));
        opens(&world, &first).await.unwrap();
        let third = rotate(&world, &first, Duration::ZERO).await.unwrap();
        assert!(matches!(opens(&world, &first).await, Err(Refusal::Expired)));
        assert!(matches!(opens(&world, &second).await, Err(Refusal::Expired)));
        opens(&world, &third).await.unwrap();
    }

    async fn of_two_rotations_at_once_one_happens(world: World) {
        let key = create(&world, None).await;
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let (db, now, id) = (world.db.clone(), world.now(), key.id);
            tasks.spawn(async move {
                let mut change = Change::begin(&db, Actor::CommandLine, now).await.unwrap();
                let rotated = api_keys::rotate(&mut change, id, DAY).await;
                if rotated.is_ok() {
                    change.commit().await.unwrap();
                }
                rotated.is_ok()
            });
        }
        let mut done = 0;
        while let Some(rotated) = tasks.join_next().await {
            done += usize::from(rotated.unwrap());
        }
        assert_eq!(done, 1);
        assert_eq!(api_keys::list(&world.db, world.now()).await.unwrap()[0].secrets.len(), 2);
    }

    async fn the_list_shows_which_secret_is_still_in_use(world: World) {
        let old = create(&world, None).await;
        world.clock.advance(DAY);
        let new = rotate(&world, &old, DAY * 7).await.unwrap();
        opens(&world, &old).await.unwrap();
        let list = api_keys::list(&world.db, world.now()).await.unwrap();
        assert_eq!(list[0].state, KeyState::Rotating);
        assert_eq!(list[0].expires_at(), Some(new.expires_at));
        let secrets = &list[0].secrets;
        assert_eq!((secrets[0].state, secrets[1].state), (SecretState::Ending, SecretState::Live));
        assert_eq!((secrets[0].last_used_at, secrets[1].last_used_at), (Some(world.now()), None));
        world.clock.advance(DAY * 100);
        let list = api_keys::list(&world.db, world.now()).await.unwrap();
        assert_eq!(list[0].state, KeyState::Expired);
    }

    async fn an_expired_or_revoked_key_stays_dead(world: World) {
        let expired = create(&world, None).await;
        let revoked = create(&world, None).await;
        let mut change = begin(&world).await;
        api_keys::revoke(&mut change, revoked.id, "leaked").await.unwrap();
        change.commit().await.unwrap();
        assert!(matches!(opens(&world, &revoked).await, Err(Refusal::Revoked)));
        assert!(matches!(rotate(&world, &revoked, DAY).await, Err(NotChanged::Revoked(_))));
        world.clock.advance(DAY * 90);
        assert!(matches!(rotate(&world, &expired, DAY).await, Err(NotChanged::Expired(_))));
    }

    async fn a_deactivated_owners_keys_end_and_activation_brings_none_back(world: World) {
        let owner = user(&world).await;
        let key = create(&world, Some(owner)).await;
        let other = create(&world, None).await;
        opens(&world, &key).await.unwrap();
        let mut change = begin(&world).await;
        lifecycle::deactivate(&mut change, owner).await.unwrap();
        change.commit().await.unwrap();
        assert!(matches!(opens(&world, &key).await, Err(Refusal::Revoked)));
        opens(&world, &other).await.unwrap();
        let mut change = begin(&world).await;
        lifecycle::activate(&mut change, owner).await.unwrap();
        change.commit().await.unwrap();
        assert!(matches!(opens(&world, &key).await, Err(Refusal::Revoked)));
        assert!(matches!(rotate(&world, &key, DAY).await, Err(NotChanged::Revoked(_))));
    }

    async fn an_owner_whose_access_does_not_hold_is_refused_without_any_event(world: World) {
        let owner = user(&world).await;
        let key = create(&world, Some(owner)).await;
        let mut change = begin(&world).await;
        let tomorrow = change.now().plus(DAY);
        doorward::domain::access::set_validity(&mut change, owner, None, Some(tomorrow), None).await.unwrap();
        change.commit().await.unwrap();
        opens(&world, &key).await.unwrap();
        world.clock.advance(DAY);
        assert!(matches!(opens(&world, &key).await, Err(Refusal::OwnerWithoutAccess(_))));
    }

    async fn a_key_is_not_made_for_an_owner_without_access(world: World) {
        let owner = user(&world).await;
        let mut change = begin(&world).await;
        lifecycle::block(&mut change, owner, "left", None).await.unwrap();
        change.commit().await.unwrap();
        let mut change = begin(&world).await;
        let refused = api_keys::create(&mut change, wanted(Some(owner))).await;
        assert!(matches!(refused, Err(NotChanged::OwnerWithoutAccess(_))));
        drop(change);
        let mut change = begin(&world).await;
        let nobody = UserId::new(world.now());
        let refused = api_keys::create(&mut change, wanted(Some(nobody))).await;
        assert!(matches!(refused, Err(NotChanged::OwnerWithoutAccess(_))));
    }

    async fn a_key_always_has_an_end_a_scope_and_a_name(world: World) {
        let mut change = begin(&world).await;
        for (broken, case) in [
            (NewApiKey { lifetime: Duration::ZERO, ..wanted(None) }, "no time"),
            (NewApiKey { lifetime: LONGEST_LIFETIME + DAY, ..wanted(None) }, "too long"),
            (NewApiKey { scopes: std::iter::empty().collect(), ..wanted(None) }, "no scope"),
            (NewApiKey { scopes: "introspection".parse().unwrap(), ..wanted(None) }, "no audience"),
            (NewApiKey { name: "  ".into(), ..wanted(None) }, "no name"),
            (NewApiKey { name: "x".repeat(101), ..wanted(None) }, "a long name"),
            (NewApiKey { name: "a\nb".into(), ..wanted(None) }, "two lines"),
        ] {
            assert!(api_keys::create(&mut change, broken).await.is_err(), "{case}");
        }
        assert!(api_keys::list(&mut change, world.now()).await.unwrap().is_empty());
    }

    async fn a_key_of_the_installation_costs_no_query_while_no_key_changes(world: World) {
        let key = create(&world, None).await;
        opens(&world, &key).await.unwrap();
        world.db.close().await;
        opens(&world, &key).await.unwrap();
        world.clock.advance(DAY * 90);
        assert!(matches!(opens(&world, &key).await, Err(Refusal::Expired)));
    }

    async fn what_another_process_did_to_a_key_is_seen_at_its_next_look(world: World) {
        let key = create(&world, None).await;
        opens(&world, &key).await.unwrap();
        // Another process has a count of announcements of its own.
        let mut change = begin(&world).await;
        change.unrecorded("a test");
        let revoke = sql("update api_keys set revoked_at = 1, revoke_reason = 'leaked'");
        change.execute(revoke).await.unwrap();
        let revision = sql("update revisions set number = number + 1 where topic = 'api_keys'");
        change.execute(revision).await.unwrap();
        change.commit().await.unwrap();
        opens(&world, &key).await.unwrap();
        world.state.refresh().await.unwrap();
        assert!(matches!(opens(&world, &key).await, Err(Refusal::Revoked)));
    }

    async fn a_rotation_without_overlap_ends_the_old_secret_at_once(world: World) {
        let key = create(&world, None).await;
        opens(&world, &key).await.unwrap();
        let new = rotate(&world, &key, Duration::ZERO).await.unwrap();
        assert!(matches!(opens(&world, &key).await, Err(Refusal::Expired)));
        opens(&world, &new).await.unwrap();
    }
}
