//! Authenticator apps and recovery codes in one's own account.

use std::time::Duration;

use doorward::domain::credentials::{recovery::codes_left, totp};
use doorward::domain::mfa::{self, Rule, Scope};
use reqwest::StatusCode;

use crate::enrolment::offered;
use crate::factors::{codes_of, phone_of};
use crate::on_both_engines;
use crate::stage::{Browser, Stage, location};

const ADD: &str = "/account/security/totp";
const MAKE: &str = "/account/security/recovery-codes";

on_both_engines! {
    async fn a_person_adds_renames_and_removes_an_app(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        let mut browser = Browser::new();
        stage.sign_in(&mut browser, "ada").await;
        let page = stage.get(&browser, "/account/security").send().await.unwrap().text().await.unwrap();
        assert!(page.contains(r#"id="totp-add""#) && !page.contains("recovery-make"));
        let page = stage.get(&browser, ADD).send().await.unwrap().text().await.unwrap();
        let (phone, offer) = offered(&page);
        let wrong = [("offer", offer.as_str()), ("name", "Phone"), ("code", "000000")];
        let answer = stage.post(&browser, ADD, &wrong).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::FORBIDDEN);
        let code = phone.shows(stage.world.now());
        let right = [("offer", offer.as_str()), ("name", "Phone <b>"), ("code", code.as_str())];
        let answer = stage.post(&browser, ADD, &right).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.text().await.unwrap().matches("<li><code>").count(), 10);
        let again = stage.post(&browser, ADD, &right).send().await.unwrap();
        assert_eq!(location(&again), "/account/security?notice=nothing-to-do", "sent twice");
        let apps = totp::authenticators(&stage.world.db, ada).await.unwrap();
        assert_eq!(apps.len(), 1);
        let page = stage.get(&browser, "/account/security").send().await.unwrap().text().await.unwrap();
        assert!(page.contains("Phone &#60;b&#62;") && page.contains("recovery-make"));
        let path = format!("{ADD}/{}", apps[0].id);
        assert_eq!(stage.get(&browser, &path).send().await.unwrap().status(), StatusCode::OK);
        stage.post(&browser, &path, &[("name", "Tablet")]).send().await.unwrap();
        assert_eq!(totp::authenticators(&stage.world.db, ada).await.unwrap()[0].name, "Tablet");
        let bad = stage.post(&browser, &path, &[("name", " ")]).send().await.unwrap();
        assert_eq!(bad.status(), StatusCode::BAD_REQUEST);
        let removed = stage.post(&browser, &format!("{path}/remove"), &[]).send().await.unwrap();
        assert_eq!(location(&removed), "/account/security?notice=app-removed");
        let again = stage.post(&browser, &format!("{path}/remove"), &[]).send().await.unwrap();
        assert_eq!(location(&again), "/account/security?notice=nothing-to-do");
        assert!(totp::authenticators(&stage.world.db, ada).await.unwrap().is_empty());
    }

    async fn an_app_that_the_policy_asks_for_is_not_removed(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        let mut browser = Browser::new();
        stage.sign_in(&mut browser, "ada").await;
        phone_of(&stage.world, ada).await;
        let mut change = stage.change().await;
        let rule = Rule { required: true, trust: None };
        mfa::state(&mut change, Scope::Default, rule).await.unwrap();
        change.commit().await.unwrap();
        let id = totp::authenticators(&stage.world.db, ada).await.unwrap()[0].id;
        let path = format!("{ADD}/{id}/remove");
        let kept = stage.post(&browser, &path, &[]).send().await.unwrap();
        assert_eq!(kept.status(), StatusCode::CONFLICT);
        assert!(kept.text().await.unwrap().contains("this is your only one"));
        assert_eq!(totp::authenticators(&stage.world.db, ada).await.unwrap().len(), 1);
        // With another one it may go.
        phone_of(&stage.world, ada).await;
        let removed = stage.post(&browser, &path, &[]).send().await.unwrap();
        assert_eq!(location(&removed), "/account/security?notice=app-removed");
        let left = totp::authenticators(&stage.world.db, ada).await.unwrap();
        assert!(left.len() == 1 && left[0].id != id);
    }

    async fn an_app_of_somebody_else_is_not_there(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        stage.user("bob").await;
        phone_of(&stage.world, ada).await;
        let id = totp::authenticators(&stage.world.db, ada).await.unwrap()[0].id;
        let mut browser = Browser::new();
        stage.sign_in(&mut browser, "bob").await;
        for path in [format!("{ADD}/{id}"), format!("{ADD}/nonsense")] {
            let shown = stage.get(&browser, &path).send().await.unwrap();
            assert_eq!(shown.status(), StatusCode::NOT_FOUND);
            let renamed = stage.post(&browser, &path, &[("name", "x")]).send().await.unwrap();
            assert_eq!(renamed.status(), StatusCode::NOT_FOUND);
            stage.post(&browser, &format!("{path}/remove"), &[]).send().await.unwrap();
        }
        assert_eq!(totp::authenticators(&stage.world.db, ada).await.unwrap()[0].name, "My phone");
    }

    async fn checklist_44_enrolment_and_all_changes_need_a_sign_in_of_the_last_minutes(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        let mut browser = Browser::new();
        stage.sign_in(&mut browser, "ada").await;
        phone_of(&stage.world, ada).await;
        codes_of(&stage.world, ada).await;
        let id = totp::authenticators(&stage.world.db, ada).await.unwrap()[0].id;
        stage.world.clock.advance(Duration::from_secs(60 * 60));
        let shown = stage.get(&browser, ADD).send().await.unwrap();
        assert!(location(&shown).starts_with("/login/"));
        for path in [ADD.to_owned(), MAKE.to_owned(), format!("{ADD}/{id}"), format!("{ADD}/{id}/remove")] {
            let answer = stage.post(&browser, &path, &[("name", "x")]).send().await.unwrap();
            assert!(location(&answer).starts_with("/login/"), "{path}");
        }
        assert_eq!(totp::authenticators(&stage.world.db, ada).await.unwrap()[0].name, "My phone");
        assert_eq!(codes_left(&stage.world.db, ada).await.unwrap().left, 10);
    }

    async fn new_recovery_codes_are_shown_once_and_end_the_old_ones(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        let mut browser = Browser::new();
        stage.sign_in(&mut browser, "ada").await;
        let old = codes_of(&stage.world, ada).await;
        let answer = stage.post(&browser, MAKE, &[]).send().await.unwrap();
        assert_eq!(answer.headers()["cache-control"], "no-store");
        let shown = answer.text().await.unwrap();
        assert_eq!(shown.matches("<li><code>").count(), 10);
        let mut change = stage.change().await;
        let key = &stage.world.state.master_key;
        let used = doorward::domain::credentials::recovery::use_up(&mut change, key, ada, &old[0]).await.unwrap();
        assert_eq!(used, None);
        drop(change);
        let page = stage.get(&browser, "/account/security").send().await.unwrap().text().await.unwrap();
        assert!(page.contains(r#"id="recovery-left">10<"#) && !page.contains("<li><code>"));
    }
}
