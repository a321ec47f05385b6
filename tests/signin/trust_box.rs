//! The box with which a person has their browser trusted.

use std::time::Duration;

use doorward::domain::credentials::webauthn::Kind;
use doorward::domain::devices;
use doorward::domain::directory::UserId;
use doorward::domain::mfa::{self, Rule, Scope};
use doorward::domain::signin::{Acr, Demand};
use serde_json::Value;

use crate::factors::{codes_of, half_way, look, phone_of, send};
use crate::key_stage::key;
use crate::on_both_engines;
use crate::stage::{Stage, session_cookie};

const BOX: &str = r#"name="trust_device" value="yes""#;

async fn boxes(stage: &Stage, below: &str, demand: Demand) -> usize {
    let at = half_way(stage, "ada", demand).await;
    let page = look(stage, &at, below).await.text().await.unwrap();
    page.matches(BOX).count()
}

async fn is_trusted(stage: &Stage, user: UserId) -> bool {
    let devices = devices::devices_of(&stage.world.db, user).await.unwrap();
    devices.iter().any(|device| device.trust.is_some())
}

on_both_engines! {
    async fn the_box_stands_at_every_factor_that_may_be_spared_later_and_not_at_recovery(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        phone_of(&stage.world, ada).await;
        assert_eq!(boxes(&stage, "/second", Demand::NONE).await, 1);
        key(&stage.world, ada, Kind::SecurityKey).await;
        assert_eq!(boxes(&stage, "/second", Demand::NONE).await, 2, "at the app and at the key");
        let bound = Demand { at_least: Some(Acr::PhishingResistant), ..Demand::NONE };
        assert_eq!(boxes(&stage, "/second", bound).await, 1, "at the key alone");
        let codes = codes_of(&stage.world, ada).await;
        assert_eq!(boxes(&stage, "/second/recovery", Demand::NONE).await, 0);
        // Nor does a form that says so all the same make a trusted one of it.
        let at = half_way(&stage, "ada", Demand::NONE).await;
        let fields = [("recovery_code", codes[0].shown()), ("trust_device", "yes".to_owned())];
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        let answer = send(&stage, &at, "/second/recovery", &fields).await;
        assert!(session_cookie(&answer).is_some());
        assert!(!is_trusted(&stage, ada).await);
    }

    async fn the_box_stands_only_where_policy_and_application_let_a_browser_be_trusted(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        let phone = phone_of(&stage.world, ada).await;
        let forbidden = Demand { trust: Some(Duration::ZERO), ..Demand::NONE };
        let shortened = Demand { trust: Some(Duration::from_secs(60)), ..Demand::NONE };
        assert_eq!(boxes(&stage, "/second", forbidden).await, 0);
        assert_eq!(boxes(&stage, "/second", shortened).await, 1);
        let at = half_way(&stage, "ada", forbidden).await;
        let code = phone.shows(stage.world.now());
        let answer = send(&stage, &at, "/second", &[("code", &code), ("trust_device", "yes")]).await;
        assert!(session_cookie(&answer).is_some());
        assert!(!is_trusted(&stage, ada).await, "whatever the form says");
        let mut change = stage.change().await;
        let rule = Rule { required: false, trust: Some(Duration::ZERO) };
        mfa::state(&mut change, Scope::Default, rule).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(boxes(&stage, "/second", Demand::NONE).await, 0);
    }

    async fn a_browser_is_trusted_for_a_security_key(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        let mut own = key(&stage.world, ada, Kind::SecurityKey).await;
        let at = half_way(&stage, "ada", Demand::NONE).await;
        let asked = send(&stage, &at, "/security-key/options", &[]).await;
        let asked: Value = serde_json::from_str(&asked.text().await.unwrap()).unwrap();
        let answer = own.get(&asked);
        let fields = [("credential", answer.as_str()), ("trust_device", "yes")];
        let answer = send(&stage, &at, "/security-key", &fields).await;
        assert!(session_cookie(&answer).is_some());
        assert!(is_trusted(&stage, ada).await);
    }
}
