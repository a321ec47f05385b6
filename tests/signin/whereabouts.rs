//! The town beside an address, wherever one is shown.

use doorward::domain::tries::{Factor, Whose};
use doorward::foundation::atlas::Atlas;
use doorward::foundation::db::sql;

use crate::factors::codes_of;
use crate::on_both_engines;
use crate::stage::{Browser, Stage};
use crate::support::World;
use crate::support::mmdb::small_world;
use crate::tries::{guess, stranger_at};

const HERE: &str = "127.0.0.1 · The Hague, Netherlands";

async fn with_towns(world: World) -> World {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("towns.mmdb");
    std::fs::write(&path, small_world()).unwrap();
    let atlas = Atlas::open(&path).unwrap();
    let world = world.with_mail().await;
    let mailer = world.state.mailer.clone();
    world
        .with(|basics| {
            basics.atlas = Some(atlas);
            basics.mailer = mailer;
        })
        .await
}

async fn page(stage: &Stage, browser: &Browser, path: &str) -> String {
    let shown = stage.get(browser, path).header("accept-language", "en");
    let shown = shown.send().await.unwrap();
    assert_eq!(shown.status(), 200, "{path}");
    shown.text().await.unwrap()
}

on_both_engines! {
    async fn sessions_browsers_activity_and_failed_tries_name_the_town(world: World) {
        let stage = Stage::open(with_towns(world).await);
        let ada = stage.user("ada").await;
        guess(&stage.world, Whose::User(ada), Factor::Password, &stranger_at("203.0.113.9")).await;
        let mut browser = Browser::new();
        stage.sign_in(&mut browser, "ada").await;
        for path in ["/account/sessions", "/account/devices", "/account/activity"] {
            assert!(page(&stage, &browser, path).await.contains(HERE), "{path}");
        }
        assert!(page(&stage, &browser, "/account").await.contains("203.0.113.9 · Germany"));
        // In the reader's language.
        let mut speak = stage.change().await;
        speak.unrecorded("a test");
        let german = sql("update users set attributes = '{\"preferredLanguage\":\"de\"}'");
        speak.execute(german).await.unwrap();
        speak.commit().await.unwrap();
        let shown = page(&stage, &browser, "/account/sessions").await;
        assert!(shown.contains("127.0.0.1 · Den Haag, Niederlande"), "{shown}");
    }

    async fn letters_name_the_town(world: World) {
        let stage = Stage::open(with_towns(world).await);
        let ada = stage.user("ada").await;
        crate::factors::phone_of(&stage.world, ada).await;
        let code = codes_of(&stage.world, ada).await[0].shown();
        let at = crate::factors::half_way(&stage, "ada", doorward::domain::signin::Demand::NONE).await;
        crate::factors::send(&stage, &at, "/second/recovery", &[("recovery_code", &code)]).await;
        let letters = stage.world.letters().await;
        assert_eq!(letters.len(), 1);
        assert!(letters[0].text.contains(HERE), "{}", letters[0].text);
        assert!(letters[0].html.as_deref().unwrap().contains(HERE));
    }

    async fn without_a_file_an_address_stands_alone(world: World) {
        let stage = Stage::open(world);
        stage.user("ada").await;
        let mut browser = Browser::new();
        stage.sign_in(&mut browser, "ada").await;
        assert!(page(&stage, &browser, "/account/sessions").await.contains("<p>127.0.0.1</p>"));
    }
}
