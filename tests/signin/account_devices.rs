//! The browsers in which a person is known, in their account.

use std::time::Duration;

use doorward::domain::devices::devices_of;
use reqwest::StatusCode;

use crate::on_both_engines;
use crate::stage::{Browser, Stage, location};

const PATH: &str = "/account/devices";

async fn page(stage: &Stage, browser: &Browser) -> String {
    let answer = stage.get(browser, PATH).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    answer.text().await.unwrap()
}

fn forgets(page: &str) -> Vec<String> {
    let pieces = page.split("action=\"").skip(1);
    let paths = pieces.map(|piece| piece.split('"').next().unwrap().to_owned());
    paths.filter(|path| path.ends_with("/forget")).collect()
}

on_both_engines! {
    async fn a_person_sees_their_browsers_and_forgets_one_and_then_all(world: World) {
        let stage = Stage::open(world);
        let mira = stage.user("mira").await;
        let (mut here, mut there) = (Browser::new(), Browser::new());
        stage.sign_in(&mut there, "mira").await;
        stage.sign_in(&mut here, "mira").await;
        stage.sign_in(&mut Browser::new(), "mira").await;
        let shown = page(&stage, &here).await;
        let forms = forgets(&shown);
        assert_eq!(forms.len(), 3, "{shown}");
        assert!(!shown.contains("Trusted until"));
        let answer = stage.post(&here, &forms[0], &[]).send().await.unwrap();
        assert_eq!(location(&answer), "/account/devices?notice=device-forgotten");
        assert_eq!(devices_of(&stage.world.db, mira).await.unwrap().len(), 2);
        // Twice: it is not there.
        let again = stage.post(&here, &forms[0], &[]).send().await.unwrap();
        assert_eq!(again.status(), StatusCode::NOT_FOUND);
        let all = stage.post(&here, "/account/devices/forget-all", &[]).send().await.unwrap();
        assert_eq!(location(&all), "/account/devices?notice=devices-forgotten");
        assert!(devices_of(&stage.world.db, mira).await.unwrap().is_empty());
        let none = stage.post(&here, "/account/devices/forget-all", &[]).send().await.unwrap();
        assert_eq!(location(&none), "/account/devices?notice=nothing-to-do");
        assert!(page(&stage, &here).await.contains("No browser is remembered."));
    }

    async fn a_browser_is_forgotten_by_whoever_has_proven_themself_just_now(world: World) {
        let stage = Stage::open(world);
        let mira = stage.user("mira").await;
        let mut here = Browser::new();
        stage.sign_in(&mut here, "mira").await;
        let form = forgets(&page(&stage, &here).await).remove(0);
        stage.world.clock.advance(Duration::from_secs(20 * 60));
        for path in [form.as_str(), "/account/devices/forget-all"] {
            let answer = stage.post(&here, path, &[]).send().await.unwrap();
            assert!(location(&answer).starts_with("/login/"), "{path}");
        }
        assert_eq!(devices_of(&stage.world.db, mira).await.unwrap().len(), 1);
        // To throw somebody out of the account, nobody has to find their phone first.
        let answer = stage.post(&here, "/account/not-me", &[]).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        assert!(devices_of(&stage.world.db, mira).await.unwrap().is_empty());
    }

    async fn nobody_forgets_a_browser_of_somebody_else(world: World) {
        let stage = Stage::open(world);
        let (mira, _) = (stage.user("mira").await, stage.user("noor").await);
        let (mut hers, mut his) = (Browser::new(), Browser::new());
        stage.sign_in(&mut hers, "mira").await;
        stage.sign_in(&mut his, "noor").await;
        for form in forgets(&page(&stage, &hers).await) {
            let answer = stage.post(&his, &form, &[]).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::NOT_FOUND);
        }
        let nonsense = stage.post(&his, "/account/devices/x/forget", &[]).send().await.unwrap();
        assert_eq!(nonsense.status(), StatusCode::NOT_FOUND);
        assert_eq!(devices_of(&stage.world.db, mira).await.unwrap().len(), 1);
    }

    async fn that_was_not_me_forgets_every_browser(world: World) {
        let stage = Stage::open(world);
        let mira = stage.user("mira").await;
        let mut here = Browser::new();
        stage.sign_in(&mut Browser::new(), "mira").await;
        stage.sign_in(&mut here, "mira").await;
        assert_eq!(devices_of(&stage.world.db, mira).await.unwrap().len(), 2);
        let answer = stage.post(&here, "/account/not-me", &[]).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        assert!(devices_of(&stage.world.db, mira).await.unwrap().is_empty());
    }
}
