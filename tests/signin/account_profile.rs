//! What a person says of themself: theirs to change as far as no source owns it.

use doorward::domain::account::Rules;
use doorward::domain::audit::{Actor, Change};
use doorward::domain::connections::{self, Kind};
use doorward::domain::directory::{self, User, UserId};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::on_both_engines;
use crate::stage::{Browser, Stage, location};
use crate::support::World;

const PATH: &str = "/account/profile";

/// Somebody who is signed in.
async fn mira(world: World) -> (Stage, Browser, UserId) {
    let stage = Stage::open(world);
    let user = stage.user("mira").await;
    let mut browser = Browser::new();
    stage.sign_in(&mut browser, "mira").await;
    (stage, browser, user)
}

async fn user(stage: &Stage, id: UserId) -> User {
    let found = directory::find_user(&stage.world.db, id).await.unwrap();
    found.unwrap()
}

async fn page(stage: &Stage, browser: &Browser, path: &str) -> String {
    let answer = stage.get(browser, path).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    answer.text().await.unwrap()
}

/// Sends the form as a browser would that has just loaded it.
async fn save(stage: &Stage, browser: &Browser, id: UserId, fields: &[(&str, &str)]) -> Response {
    let version = user(stage, id).await.version.to_string();
    let mut all = vec![("version", version.as_str())];
    all.extend(fields);
    stage.post(browser, PATH, &all).send().await.unwrap()
}

/// A source that has said these things of a user.
async fn owned_by_entra(stage: &Stage, id: UserId, said: &[(&str, Value)]) {
    let world = &stage.world;
    let mut change = stage.change().await;
    let entra = connections::create(&mut change, "Contoso", Kind::Entra)
        .await
        .unwrap();
    change.commit().await.unwrap();
    world.state.connections.refresh(&world.db).await.unwrap();
    let actor = Actor::ApiKey("k".to_owned());
    let begun = Change::begin(&world.db, actor, world.now()).await.unwrap();
    let mut change = begun.of_connection(entra.id);
    let user = directory::lock_user(&mut change, id)
        .await
        .unwrap()
        .unwrap();
    let mut profile = user.profile.clone();
    for (attribute, value) in said {
        profile
            .attributes
            .insert((*attribute).to_owned(), value.clone());
    }
    directory::change_profile(&mut change, user, profile)
        .await
        .unwrap();
    change.commit().await.unwrap();
}

on_both_engines! {
    async fn what_nobody_owns_is_saved_and_told_in_the_audit_log(world: World) {
        let (stage, browser, id) = mira(world).await;
        let before = user(&stage, id).await;
        let answer = save(&stage, &browser, id, &[
            ("given_name", " Mira "), ("family_name", "Lindqvist"), ("display_name", "Mira L."),
            ("nickname", "Mi"), ("phone", "+46 8 123 456"), ("language", ""), ("time_zone", ""),
        ]).await;
        assert_eq!(location(&answer), "/account/profile?notice=saved");
        let after = user(&stage, id).await;
        assert_eq!(after.version, before.version + 1);
        assert_eq!(after.profile.name_part("givenName"), Some("Mira"));
        assert_eq!(after.profile.display_name.as_deref(), Some("Mira L."));
        assert_eq!(after.profile.attributes["phoneNumbers"], json!([{ "value": "+46 8 123 456", "primary": true }]));
        assert_eq!(after.profile.emails().count(), 1, "the rest is as it was");
        let told = "select count(*) as n from audit_events where action = 'user.changed' and actor_kind = 'user'";
        assert_eq!(stage.count(told).await, 1);
        let shown = page(&stage, &browser, PATH).await;
        assert!(shown.contains(r#"name="given_name" type="text" value="Mira""#), "{shown}");
        assert!(!shown.contains("name=\"username\""), "the user name is shown, not edited");
    }

    async fn to_save_what_is_there_changes_nothing(world: World) {
        let (stage, browser, id) = mira(world).await;
        let before = user(&stage, id).await;
        let answer = save(&stage, &browser, id, &[("given_name", ""), ("language", ""), ("phone", " ")]).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        assert_eq!(user(&stage, id).await, before);
    }

    async fn of_two_tabs_the_second_is_told_that_it_was_overtaken(world: World) {
        let (stage, browser, id) = mira(world).await;
        let version = user(&stage, id).await.version.to_string();
        let in_tab = async |name: &str| {
            let fields = [("version", version.as_str()), ("nickname", name)];
            stage.post(&browser, PATH, &fields).send().await.unwrap()
        };
        assert_eq!(in_tab("first").await.status(), StatusCode::SEE_OTHER);
        let second = in_tab("second").await;
        assert_eq!(second.status(), StatusCode::CONFLICT);
        let said = second.text().await.unwrap();
        assert!(said.contains("changed elsewhere in the meantime") && said.contains(r#"value="first""#), "{said}");
        assert_eq!(user(&stage, id).await.profile.text("nickName"), Some("first"));
        for version in ["", "x", "-1", "99999999999999999999"] {
            let fields = [("version", version), ("nickname", "third")];
            let answer = stage.post(&browser, PATH, &fields).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::CONFLICT, "{version}");
        }
    }

    async fn what_a_source_owns_is_locked_with_its_name(world: World) {
        let (stage, browser, id) = mira(world).await;
        let name = json!({ "givenName": "Mira", "familyName": "Lindqvist" });
        owned_by_entra(&stage, id, &[("name", name), ("timezone", json!("W. Europe Standard Time"))]).await;
        let shown = page(&stage, &browser, PATH).await;
        assert!(shown.contains("Comes from Microsoft Entra ID (Contoso) and is changed there."), "{shown}");
        assert!(!shown.contains("name=\"given_name\"") && !shown.contains("name=\"time_zone\""), "{shown}");
        assert!(shown.contains("name=\"nickname\""), "what nobody owns stays open");
        let before = user(&stage, id).await;
        for (field, typed) in [("given_name", "Eve"), ("family_name", ""), ("time_zone", "Europe/Berlin")] {
            let answer = save(&stage, &browser, id, &[(field, typed), ("nickname", "Mi")]).await;
            assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{field}");
            assert!(answer.text().await.unwrap().contains("not yours to change"));
        }
        assert_eq!(user(&stage, id).await, before, "not even the part that was open");
        assert_eq!(save(&stage, &browser, id, &[("nickname", "Mi")]).await.status(), StatusCode::SEE_OTHER);
        let times = page(&stage, &browser, "/account/sessions").await;
        assert!(times.contains(" UTC</time>"), "an unknown zone is none: {times}");
    }

    async fn the_settings_can_keep_names_from_everybody_and_leave_language_and_time(world: World) {
        let rules = Rules { profile: false, ..Rules::default() };
        let (stage, browser, id) = mira(world.with(|basics| basics.account = rules).await).await;
        let shown = page(&stage, &browser, PATH).await;
        assert!(shown.contains("Only an administrator can change this.") && !shown.contains("name=\"nickname\""));
        assert_eq!(save(&stage, &browser, id, &[("nickname", "x")]).await.status(), StatusCode::FORBIDDEN);
        let answer = save(&stage, &browser, id, &[("language", "nl"), ("time_zone", "Europe/Amsterdam")]).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    }

    async fn a_language_is_that_of_the_pages_from_then_on(world: World) {
        let (stage, browser, id) = mira(world).await;
        for (tag, title) in [("de", "Profil"), ("fr", "Profil"), ("nl", "Profiel"), ("en", "Profile")] {
            assert_eq!(save(&stage, &browser, id, &[("language", tag)]).await.status(), StatusCode::SEE_OTHER);
            let shown = page(&stage, &browser, PATH).await;
            assert!(shown.contains(&format!("<html lang=\"{tag}\">")) && shown.contains(&format!("<h1>{title}</h1>")));
        }
        for tag in ["sv", "EN", "de-AT", "x"] {
            let answer = save(&stage, &browser, id, &[("language", tag)]).await;
            assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{tag}");
        }
        assert_eq!(user(&stage, id).await.profile.text("preferredLanguage"), Some("en"));
        save(&stage, &browser, id, &[("language", "")]).await;
        assert_eq!(user(&stage, id).await.profile.text("preferredLanguage"), None);
    }

    async fn a_time_zone_is_that_of_the_times_in_the_account(world: World) {
        let (stage, browser, id) = mira(world).await;
        let times = page(&stage, &browser, "/account/sessions").await;
        assert!(times.contains(">2026-11-21 09:00 UTC</time>"), "{times}");
        let answer = save(&stage, &browser, id, &[("time_zone", "America/New_York")]).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        let times = page(&stage, &browser, "/account/sessions").await;
        assert!(times.contains(">2026-11-21 04:00 EST</time>"), "{times}");
        let shown = page(&stage, &browser, PATH).await;
        assert!(shown.contains(r#"<option value="America/New_York" selected>America/New York</option>"#));
        for zone in ["Europe/Atlantis", "../etc/passwd", "<b>"] {
            let answer = save(&stage, &browser, id, &[("time_zone", zone)]).await;
            assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{zone}");
        }
        assert_eq!(user(&stage, id).await.profile.text("timezone"), Some("America/New_York"));
    }

    async fn what_cannot_be_said_is_shown_again_to_be_mended(world: World) {
        let (stage, browser, id) = mira(world).await;
        for (field, typed) in [("given_name", "\u{202e}arim"), ("phone", "call me"), ("nickname", &"x".repeat(101))] {
            let answer = save(&stage, &browser, id, &[("display_name", "<b>Mira</b>"), (field, typed)]).await;
            assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{field}");
            let said = answer.text().await.unwrap();
            assert!(said.contains("aria-invalid") && said.contains("&#60;b&#62;Mira"), "{said}");
        }
        assert_eq!(user(&stage, id).await.version, 1);
    }

    async fn a_form_of_another_site_or_without_a_session_changes_nothing(world: World) {
        let (stage, browser, id) = mira(world).await;
        let fields = [("version", "1"), ("nickname", "x")];
        let foreign = stage.post(&browser, PATH, &fields).header("sec-fetch-site", "cross-site");
        assert_eq!(foreign.send().await.unwrap().status(), StatusCode::FORBIDDEN);
        let led = stage.post(&Browser::new(), PATH, &fields).send().await.unwrap();
        assert!(location(&led).starts_with("/login/"));
        assert_eq!(user(&stage, id).await.version, 1);
    }

    async fn no_other_attribute_is_changed_by_a_field_of_its_name(world: World) {
        let (stage, browser, id) = mira(world).await;
        let before = user(&stage, id).await;
        let answer = save(&stage, &browser, id, &[
            ("emails", "eve@evil.test"), ("email", "eve@evil.test"), ("email_verified", "true"),
            ("username", "admin"), ("userName", "admin"), ("administrator", "true"), ("roles", "admin"),
        ]).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        assert_eq!(user(&stage, id).await, before);
    }
}
