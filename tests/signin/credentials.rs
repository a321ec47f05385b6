use std::time::Duration;

use doorward::domain::credentials::{self, candidate, password_of, verify};
use doorward::domain::directory::UserId;
use doorward::foundation::crypto::password::{Cost, Password, PasswordHash, PasswordPool};

use crate::on_both_engines;
use crate::stage::{PASSWORD, change, count, set_password, user, user_with_email};
use crate::support::World;

async fn named(world: &World, login: &str) -> Option<UserId> {
    let found = candidate(&world.db, login).await.unwrap();
    found.map(|candidate| candidate.user)
}

async fn stored(world: &World, user: UserId) -> PasswordHash {
    password_of(&world.db, user)
        .await
        .unwrap()
        .expect("a password")
        .hash
}

on_both_engines! {
    async fn a_user_is_named_by_user_name_or_address_in_any_case(world: World) {
        let ada = user_with_email(&world, "Ada", "Ada.Lovelace@Example.Test").await;
        for login in ["ada", "ADA", " ada ", "ada.lovelace@example.test", "ADA.LOVELACE@EXAMPLE.TEST"] {
            assert_eq!(named(&world, login).await, Some(ada), "{login}");
        }
        for login in ["", "ad", "lovelace@example.test", "ada\u{0}", "%"] {
            assert_eq!(named(&world, login).await, None, "{login:?}");
        }
    }

    async fn an_address_that_two_users_have_names_neither(world: World) {
        user_with_email(&world, "one", "shared@example.test").await;
        assert!(named(&world, "shared@example.test").await.is_some());
        user_with_email(&world, "two", "shared@example.test").await;
        assert_eq!(named(&world, "shared@example.test").await, None);
    }

    async fn a_user_name_wins_over_the_address_of_another(world: World) {
        let victim = user_with_email(&world, "ada@example.test", "other@example.test").await;
        user_with_email(&world, "mallory", "ada@example.test").await;
        assert_eq!(named(&world, "ada@example.test").await, Some(victim));
    }

    async fn a_stored_password_is_a_hash_and_nothing_else(world: World) {
        let ada = user(&world, "ada").await;
        set_password(&world, ada, PASSWORD, true).await;
        let password = password_of(&world.db, ada).await.unwrap().unwrap();
        assert!(password.hash.as_str().starts_with("$argon2id$v=19$"));
        assert!(password.must_change);
        assert_eq!(password.set_at, world.now());
    }

    async fn the_hash_is_renewed_when_the_setting_has_grown(world: World) {
        let ada = user(&world, "ada").await;
        set_password(&world, ada, PASSWORD, false).await;
        let old = stored(&world, ada).await;
        let grown = Cost { memory_kib: 128, passes: 2, lanes: 1 };
        let pool = PasswordPool::with(grown, 1, 8, Duration::from_secs(1)).unwrap();
        let found = candidate(&world.db, "ada").await.unwrap();
        let proof = verify(&pool, found.as_ref(), PASSWORD).await.unwrap().expect("right");
        let mut confirming = change(&world).await;
        assert!(credentials::confirm(&mut confirming, &proof).await.unwrap());
        confirming.unrecorded("a test");
        confirming.commit().await.unwrap();

        let new = stored(&world, ada).await;
        assert!(old.as_str() != new.as_str());
        assert_eq!(new.cost(), grown);
        let found = candidate(&world.db, "ada").await.unwrap();
        assert!(verify(&pool, found.as_ref(), PASSWORD).await.unwrap().is_some());
    }

    async fn a_password_that_was_replaced_during_the_hash_is_not_confirmed(world: World) {
        let ada = user(&world, "ada").await;
        set_password(&world, ada, PASSWORD, false).await;
        let found = candidate(&world.db, "ada").await.unwrap();
        let proof = verify(&world.state.passwords, found.as_ref(), PASSWORD).await.unwrap().unwrap();
        set_password(&world, ada, "another one entirely", false).await;
        let mut confirming = change(&world).await;
        assert!(!credentials::confirm(&mut confirming, &proof).await.unwrap());
    }

    async fn a_removed_password_is_gone(world: World) {
        let ada = user(&world, "ada").await;
        set_password(&world, ada, PASSWORD, false).await;
        let mut removal = change(&world).await;
        assert!(credentials::remove_password(&mut removal, ada).await.unwrap());
        assert!(!credentials::remove_password(&mut removal, ada).await.unwrap());
        removal.commit().await.unwrap();
        assert!(password_of(&world.db, ada).await.unwrap().is_none());
    }

    async fn no_password_is_in_the_database_or_the_audit_log(world: World) {
        let ada = user(&world, "ada").await;
        set_password(&world, ada, PASSWORD, false).await;
        let audited = "select count(*) as n from audit_events where detail like '%correct horse%' or detail like '%argon2%'";
        assert_eq!(count(&world, audited).await, 0);
        let kept = "select count(*) as n from passwords where phc like '%correct horse%'";
        assert_eq!(count(&world, kept).await, 0);
    }

    async fn typed_passwords_in_two_normal_forms_are_one(world: World) {
        let ada = user(&world, "ada").await;
        let hash = world.state.passwords.hash(Password::new("pa\u{df}wo\u{308}rter")).await.unwrap();
        let mut setting = change(&world).await;
        credentials::set_password(&mut setting, ada, &hash, false).await.unwrap();
        setting.commit().await.unwrap();
        let found = candidate(&world.db, "ada").await.unwrap();
        assert!(verify(&world.state.passwords, found.as_ref(), "pa\u{df}w\u{f6}rter").await.unwrap().is_some());
    }
}
