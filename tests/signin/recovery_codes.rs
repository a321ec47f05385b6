//! Recovery codes: ten, each of them once, and nobody can read them again.

use doorward::domain::credentials::{
    WordCode,
    recovery::{codes_left, use_up},
};
use doorward::domain::signin::Demand;
use doorward::foundation::db::{Fetch, sql};
use futures_util::future::join_all;

use crate::factors::{codes_of, events, half_way, look, phone_of, proven, send, tries};
use crate::on_both_engines;
use crate::stage::{ALL_SESSIONS, ONWARD, Stage, change, location, session_cookie};

on_both_engines! {
    async fn a_recovery_code_stands_in_for_the_app_once(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        phone_of(&stage.world, ada).await;
        let codes = codes_of(&stage.world, ada).await;
        let at = half_way(&stage, "ada", Demand::NONE).await;
        assert!(look(&stage, &at, "/second").await.text().await.unwrap().contains("use-recovery-code"));
        let typed = codes[3].shown().to_lowercase().replace('-', " ");
        let answer = send(&stage, &at, "/second/recovery", &[("recovery_code", &typed)]).await;
        assert_eq!(location(&answer), ONWARD);
        let (amr, acr) = proven(&stage.world).await;
        assert_eq!((amr.as_str(), acr.as_str()), ("pwd otp mfa", "urn:doorward:acr:multi-factor"));
        assert_eq!(codes_left(&stage.world.db, ada).await.unwrap().left, 9);
        assert_eq!(events(&stage.world, "recovery_code.used").await, 1);
        let again = half_way(&stage, "ada", Demand::NONE).await;
        let answer = send(&stage, &again, "/second/recovery", &[("recovery_code", &typed)]).await;
        assert_eq!(answer.status(), 403);
        assert_eq!(tries(&stage.world, ada, "recovery_code").await, 1);
        assert_eq!(tries(&stage.world, ada, "totp").await, 0, "a pool of its own");
    }

    async fn checklist_49_recovery_codes_thirty_two_uses_at_once_of_one_code_count_once(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        phone_of(&stage.world, ada).await;
        let codes = codes_of(&stage.world, ada).await;
        let mut half_ways = Vec::new();
        for _ in 0..32 {
            half_ways.push(half_way(&stage, "ada", Demand::NONE).await);
        }
        let typed = codes[0].shown();
        let fields = [("recovery_code", typed.as_str())];
        let posts = half_ways.iter().map(|at| send(&stage, at, "/second/recovery", &fields));
        let answers = join_all(posts).await;
        assert_eq!(answers.iter().filter(|answer| session_cookie(answer).is_some()).count(), 1);
        assert_eq!(stage.count(ALL_SESSIONS).await, 1);
        assert_eq!(codes_left(&stage.world.db, ada).await.unwrap().left, 9);
    }

    async fn a_new_set_of_codes_ends_the_one_before(world: World) {
        let ada = crate::stage::user(&world, "ada").await;
        let old = codes_of(&world, ada).await;
        let new = codes_of(&world, ada).await;
        let mut change = change(&world).await;
        let key = &world.state.master_key;
        for code in &old {
            assert_eq!(use_up(&mut change, key, ada, code).await.unwrap(), None);
        }
        for (n, code) in (0..10).zip(&new) {
            assert_eq!(use_up(&mut change, key, ada, code).await.unwrap(), Some(9 - n));
        }
        change.commit().await.unwrap();
    }

    async fn a_code_of_somebody_else_is_worth_nothing(world: World) {
        let (ada, bob) = (crate::stage::user(&world, "ada").await, crate::stage::user(&world, "bob").await);
        codes_of(&world, ada).await;
        let of_bob = codes_of(&world, bob).await;
        let mut change = change(&world).await;
        let used = use_up(&mut change, &world.state.master_key, ada, &of_bob[0]).await.unwrap();
        assert_eq!(used, None);
    }

    async fn no_row_holds_a_code(world: World) {
        let ada = crate::stage::user(&world, "ada").await;
        let codes = codes_of(&world, ada).await;
        let mut from = &world.db;
        let rows = from.fetch_all(sql("select digest from recovery_codes")).await.unwrap();
        assert_eq!(rows.len(), 10);
        for row in rows {
            let digest: String = row.get("digest").unwrap();
            assert_eq!(digest.len(), 43);
            for code in &codes {
                let plain = code.shown().replace('-', "");
                assert!(!digest.contains(&plain));
                // Nor a digest that could be tried out without the master key.
                use doorward::foundation::crypto::digest::Digest;
                assert_ne!(digest, Digest::of(plain.as_bytes()).as_str());
                assert_ne!(digest, Digest::of(code.shown().as_bytes()).as_str());
            }
        }
    }

    async fn a_code_that_cannot_be_one_costs_no_try_and_a_wrong_one_does(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        phone_of(&stage.world, ada).await;
        codes_of(&stage.world, ada).await;
        let at = half_way(&stage, "ada", Demand::NONE).await;
        for typed in ["", "123456", "AAAA-BBBB-CCCC-D", "ÄÄÄÄ-BBBB-CCCC"] {
            let answer = send(&stage, &at, "/second/recovery", &[("recovery_code", typed)]).await;
            assert_eq!(answer.status(), 400, "{typed}");
            assert!(answer.text().await.unwrap().contains("12 letters and digits"));
        }
        assert_eq!(tries(&stage.world, ada, "recovery_code").await, 0);
        let wrong = WordCode::generate().shown();
        let answer = send(&stage, &at, "/second/recovery", &[("recovery_code", &wrong)]).await;
        assert_eq!(answer.status(), 403);
        assert!(!answer.text().await.unwrap().contains(&wrong), "what was typed is not in the page");
        assert_eq!(tries(&stage.world, ada, "recovery_code").await, 1);
    }

    async fn recovery_codes_alone_are_no_second_factor(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        codes_of(&stage.world, ada).await;
        let browser = crate::stage::Browser::new();
        let handle = stage.begin(&browser).await;
        let answer = stage.submit(&browser, &handle, "ada", crate::stage::PASSWORD).await;
        assert_eq!(location(&answer), ONWARD);
        assert_eq!(proven(&stage.world).await.0, "pwd");
    }
}
