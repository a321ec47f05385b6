//! The order of the steps: nothing but the proof that is lacking brings a sign-in on.

use doorward::domain::signin::{Acr, Demand};
use reqwest::StatusCode;

use crate::factors::{begin_with, codes_of, half_way, look, page, phone_of, proven, send, tries};
use crate::on_both_engines;
use crate::stage::{
    ALL_SESSIONS, Browser, LIVE_SESSIONS, ONWARD, PASSWORD, Stage, location, session_cookie,
};

const PAGES: [&str; 5] = [
    "/second",
    "/second/recovery",
    "/second/mail",
    "/enrol",
    "/password",
];

on_both_engines! {
    async fn checklist_45_step_order_no_address_leads_past_the_step_that_is_lacking(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        phone_of(&stage.world, ada).await;
        codes_of(&stage.world, ada).await;
        let browser = Browser::new();
        let at = (browser, crate::stage::begin(&stage.world, &Browser::new()).await);
        for below in PAGES {
            assert_eq!(look(&stage, &at, below).await.status(), StatusCode::NOT_FOUND, "a foreign handle: {below}");
        }
        let browser = Browser::new();
        let handle = stage.begin(&browser).await;
        let at = (browser, handle);
        for below in PAGES {
            assert_eq!(location(&look(&stage, &at, below).await), page(&at.1, ""), "before the first: {below}");
            let answer = send(&stage, &at, below, &[("code", "123456"), ("recovery_code", "0000-0000-0000"), ("name", "x")]).await;
            assert_eq!(location(&answer), page(&at.1, ""), "before the first: {below}");
        }
        let at = half_way(&stage, "ada", Demand::NONE).await;
        for below in ["", "/enrol", "/password"] {
            let answer = look(&stage, &at, below).await;
            assert_eq!(location(&answer), page(&at.1, "/second"), "at the second: {below}");
        }
        assert_eq!(look(&stage, &at, "/second").await.status(), StatusCode::OK);
        assert_eq!(look(&stage, &at, "/second/recovery").await.status(), StatusCode::OK);
        assert_eq!(stage.count(ALL_SESSIONS).await, 0);
    }

    async fn authentik_cve_2026_49443_an_empty_post_advances_no_step(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        phone_of(&stage.world, ada).await;
        codes_of(&stage.world, ada).await;
        let at = half_way(&stage, "ada", Demand::NONE).await;
        for below in ["/second", "/second/recovery", "/second/mail", "/second/mail/send", "/enrol", "/enrol/later", "/password"] {
            for fields in [&[][..], &[("code", ""), ("recovery_code", ""), ("name", ""), ("offer", "")]] {
                let answer = send(&stage, &at, below, fields).await;
                assert!(session_cookie(&answer).is_none(), "{below}");
                assert!(answer.status() == 400 || location(&answer) == page(&at.1, "/second"), "{below}: {}", answer.status());
            }
        }
        assert_eq!(look(&stage, &at, "/second").await.status(), StatusCode::OK, "where it was");
        assert_eq!(stage.count(ALL_SESSIONS).await, 0);
        assert_eq!(tries(&stage.world, ada, "totp").await, 0);
    }

    async fn zitadel_cve_2025_64103_one_factor_is_no_session_where_two_are_set_up(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        phone_of(&stage.world, ada).await;
        let browser = Browser::new();
        let handle = stage.begin(&browser).await;
        for _ in 0..3 {
            let answer = stage.submit(&browser, &handle, "ada", PASSWORD).await;
            assert_eq!(location(&answer), page(&handle, "/second"));
            assert!(session_cookie(&answer).is_none());
        }
        assert_eq!(stage.count(ALL_SESSIONS).await, 0);
    }

    async fn kratos_cve_2024_45042_a_code_joins_only_the_first_factor_of_this_sign_in(world: World) {
        let stage = Stage::open(world);
        let (ada, bob) = (stage.user("ada").await, stage.user("bob").await);
        let (of_ada, of_bob) = (phone_of(&stage.world, ada).await, phone_of(&stage.world, bob).await);
        let at = half_way(&stage, "ada", Demand::NONE).await;
        // Another tab of the same browser signs Bob in to the same handle: Ada's proof is gone.
        stage.submit(&at.0, &at.1, "bob", PASSWORD).await;
        let code = of_ada.shows(stage.world.now());
        let answer = send(&stage, &at, "/second", &[("code", &code)]).await;
        assert_eq!(answer.status(), StatusCode::FORBIDDEN);
        let code = of_bob.shows(stage.world.now());
        let answer = send(&stage, &at, "/second", &[("code", &code)]).await;
        assert_eq!(location(&answer), ONWARD);
        assert_eq!(stage.count("select count(*) as n from sessions s join users u on u.id = s.user_id where u.user_name = 'bob'").await, 1);
        assert_eq!(stage.count(ALL_SESSIONS).await, 1);
    }

    async fn two_tabs_at_different_steps_end_in_one_session(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        let phone = phone_of(&stage.world, ada).await;
        let codes = codes_of(&stage.world, ada).await;
        let at = half_way(&stage, "ada", Demand::NONE).await;
        assert_eq!(look(&stage, &at, "/second/recovery").await.status(), StatusCode::OK);
        let code = phone.shows(stage.world.now());
        assert_eq!(location(&send(&stage, &at, "/second", &[("code", &code)]).await), ONWARD);
        // The other tab still shows the form for a recovery code.
        let answer = send(&stage, &at, "/second/recovery", &[("recovery_code", &codes[0].shown())]).await;
        assert_eq!(answer.status(), StatusCode::CONFLICT);
        assert!(answer.text().await.unwrap().contains(ONWARD), "a way on");
        let back = look(&stage, &at, "/second").await;
        assert_eq!(back.status(), StatusCode::CONFLICT, "the back button");
        assert_eq!(stage.count(LIVE_SESSIONS).await, 1);
        let left = doorward::domain::credentials::recovery::codes_left(&stage.world.db, ada).await.unwrap();
        assert_eq!(left.left, 10, "the code of the other tab was not used up");
    }

    async fn somebody_else_can_sign_in_from_the_second_step(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        stage.user("bob").await;
        let phone = phone_of(&stage.world, ada).await;
        let at = half_way(&stage, "ada", Demand::NONE).await;
        let answer = send(&stage, &at, "/another", &[]).await;
        assert_eq!(location(&answer), page(&at.1, ""));
        let code = phone.shows(stage.world.now());
        let answer = send(&stage, &at, "/second", &[("code", &code)]).await;
        assert_eq!(location(&answer), page(&at.1, ""), "Ada's proof is forgotten");
        let answer = stage.submit(&at.0, &at.1, "bob", PASSWORD).await;
        assert_eq!(location(&answer), ONWARD);
        assert_eq!(proven(&stage.world).await.0, "pwd");
    }

    async fn casdoor_cve_2026_9091_a_block_between_the_steps_refuses_the_second_factor(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        let phone = phone_of(&stage.world, ada).await;
        let codes = codes_of(&stage.world, ada).await;
        let at = half_way(&stage, "ada", Demand::NONE).await;
        let mut block = stage.change().await;
        doorward::domain::access::block(&mut block, ada, "x", None).await.unwrap();
        block.commit().await.unwrap();
        let code = phone.shows(stage.world.now());
        let answer = send(&stage, &at, "/second", &[("code", &code)]).await;
        assert_eq!(answer.status(), StatusCode::FORBIDDEN);
        let answer = send(&stage, &at, "/second/recovery", &[("recovery_code", &codes[0].shown())]).await;
        assert_eq!(answer.status(), StatusCode::FORBIDDEN);
        assert_eq!(stage.count(ALL_SESSIONS).await, 0);
    }

    async fn a_form_of_another_site_is_no_second_factor(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        let phone = phone_of(&stage.world, ada).await;
        let at = half_way(&stage, "ada", Demand::NONE).await;
        let code = phone.shows(stage.world.now());
        let request = stage.post(&at.0, &page(&at.1, "/second"), &[("code", code.as_str())]);
        let answer = request.header("Origin", "https://evil.example").send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::FORBIDDEN);
        assert_eq!(stage.count(ALL_SESSIONS).await, 0);
    }

    async fn a_typed_code_is_not_what_resists_phishing(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        let phone = phone_of(&stage.world, ada).await;
        let codes = codes_of(&stage.world, ada).await;
        let demand = Demand { acr: Some(Acr::PhishingResistant), essential: true, ..Demand::NONE };
        let browser = Browser::new();
        let handle = begin_with(&stage.world, &browser, demand).await;
        stage.submit(&browser, &handle, "ada", PASSWORD).await;
        let at = (browser, handle);
        let code = phone.shows(stage.world.now());
        for (below, field, value) in [("/second", "code", code.clone()), ("/second/recovery", "recovery_code", codes[0].shown())] {
            let answer = send(&stage, &at, below, &[(field, &value)]).await;
            assert_eq!(location(&answer), page(&at.1, "/enrol"), "{below}");
        }
        let enrol = look(&stage, &at, "/enrol").await.text().await.unwrap();
        assert!(!enrol.contains("totp-secret"), "an app would not do");
        assert_eq!(stage.count(ALL_SESSIONS).await, 0);
    }
}
