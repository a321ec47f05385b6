//! What tokens say of a person: the standard scopes, the client's mapping, and no more groups
//! than a token can carry.

use doorward::domain::audit::{Actor, Change};
use doorward::domain::clients::{self, ClaimsMapping, NewClient, Scope};
use doorward::domain::directory::{self, GroupProfile, GroupRules, NewUser, Profile, UserId};
use doorward::domain::grants;
use doorward::http::oidc;
use doorward::http::web::around;
use serde_json::{Value, json};

use crate::application::{Application, Browser, REDIRECT_URI, metadata, signed_in};
use crate::on_both_engines;
use crate::support::World;

const ALL: &str = "openid profile email address phone groups roles";
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

async fn change(world: &World) -> Change {
    Change::begin(&world.db, Actor::CommandLine, world.now())
        .await
        .unwrap()
}

async fn ann(world: &World) -> UserId {
    let mut profile = Profile::named("ann");
    let attributes = json!({
        "emails": [{ "value": "ann@example.com", "primary": true }],
        "title": "Engineer",
        "phoneNumbers": [{ "value": "+41 1" }, { "value": "+41 2", "primary": true }],
        "addresses": [{ "streetAddress": "Lane 1", "locality": "Bern", "country": "CH" }],
        "photos": [{ "value": "https://example.com/ann.png" }],
        "roles": [{ "value": "reader" }, { "value": "editor", "primary": true }],
        "entitlements": [{ "value": "office-e3" }],
        ENTERPRISE: { "department": "Lab", "costCenter": "" },
    });
    profile
        .attributes
        .extend(attributes.as_object().unwrap().clone());
    let mut change = change(world).await;
    let new = NewUser {
        profile,
        active: true,
        administrator: false,
    };
    let user = directory::create_user(&mut change, new).await.unwrap();
    change.commit().await.unwrap();
    user.id
}

async fn in_groups(world: &World, user: UserId, names: impl Iterator<Item = String>) {
    let mut change = change(world).await;
    for name in names {
        let profile = GroupProfile {
            display_name: name,
            ..GroupProfile::default()
        };
        let members = [user.to_string()].into();
        directory::create_group(&mut change, profile, members, GroupRules::default())
            .await
            .unwrap();
    }
    change.commit().await.unwrap();
}

/// An application with a mapping, and the browser of somebody who has allowed it everything.
async fn told<'w>(world: &'w World, mapping: Value, user: UserId) -> (Application<'w>, Browser) {
    let scope: Scope = ALL.parse().unwrap();
    let mut change = change(world).await;
    let new = NewClient {
        name: "The Application".to_owned(),
        confidential: true,
        metadata: metadata(),
        scope: scope.clone(),
    };
    let registered = clients::register(&mut change, new).await.unwrap();
    let all = clients::list(&mut change).await.unwrap();
    let client = all
        .into_iter()
        .find(|client| client.id == registered.id)
        .unwrap();
    let mapping = ClaimsMapping::read(&mapping, &[]).unwrap();
    clients::map_claims(&mut change, &client, Some(&mapping))
        .await
        .unwrap();
    grants::give_consent(&mut change, user, &client.id, &scope)
        .await
        .unwrap();
    change.commit().await.unwrap();
    world.state.refresh().await.unwrap();
    let app = Application {
        world,
        server: world.serve(around(oidc::routes(&world.state), world.state.clone())),
        client_id: registered.id.to_string(),
        secret: registered.secret.map(|secret| secret.reveal().to_owned()),
        redirect_uri: REDIRECT_URI.to_owned(),
    };
    (app, signed_in(world, user).await)
}

struct Said {
    id_token: Value,
    access_token: Value,
    userinfo: Value,
}

async fn said(app: &Application<'_>, browser: &Browser, scope: &str) -> Said {
    let request = app.request_with(&[("scope", scope)]);
    let tokens = app.redeem(&app.code_for(browser, &request).await).await;
    Said {
        id_token: app.checked(tokens.text("id_token")).await,
        access_token: app.checked(tokens.text("access_token")).await,
        userinfo: app.userinfo(tokens.text("access_token")).await.body,
    }
}

on_both_engines! {
    async fn the_standard_scopes_tell_what_the_directory_knows(world: World) {
        let user = ann(&world).await;
        let (app, browser) = told(&world, json!({}), user).await;
        let said = said(&app, &browser, ALL).await;
        for claims in [&said.id_token, &said.userinfo] {
            assert_eq!(claims["address"], json!({ "street_address": "Lane 1", "locality": "Bern", "country": "CH" }));
            assert_eq!(claims["phone_number"], "+41 2");
            assert!(claims.get("phone_number_verified").is_none());
            assert_eq!(claims["picture"], "https://example.com/ann.png");
            assert_eq!(claims["roles"], json!(["reader", "editor"]));
            assert_eq!(claims["groups"], json!([]));
            assert_eq!(claims["email"], "ann@example.com");
        }
        // Small by default: nothing of that in the access token.
        for claim in ["email", "roles", "groups", "address", "name"] {
            assert!(said.access_token.get(claim).is_none(), "{claim}");
        }
        let narrow = crate::claims_mapping::said(&app, &browser, "openid").await;
        for claim in ["email", "roles", "groups", "address", "phone_number", "name"] {
            assert!(narrow.id_token.get(claim).is_none() && narrow.userinfo.get(claim).is_none(), "{claim}");
        }
    }

    async fn a_mapping_says_which_attribute_is_told_where(world: World) {
        let user = ann(&world).await;
        let department = format!("{ENTERPRISE}:department");
        let (app, browser) = told(&world, json!({ "claims": {
            "department": { "attribute": department },
            "cost_center": { "attribute": format!("{ENTERPRISE}:costCenter") },
            "licences": { "attribute": "entitlements.value", "in": ["id_token"] },
            "role": { "attribute": "roles.value", "single": true, "in": ["userinfo"] },
            "tenant": { "constant": { "id": 7 }, "in": ["access_token", "id_token"] },
            "https://example.com/login": { "attribute": "userName", "in": ["access_token"] },
            "nothing": { "attribute": "nickName" },
        } }), user).await;
        let said = said(&app, &browser, "openid").await;
        assert_eq!(said.id_token["department"], "Lab");
        assert_eq!(said.userinfo["department"], "Lab");
        assert_eq!(said.id_token["licences"], json!(["office-e3"]));
        assert!(said.userinfo.get("licences").is_none());
        assert_eq!(said.userinfo["role"], "editor");
        assert!(said.id_token.get("role").is_none());
        assert_eq!(said.id_token["tenant"], json!({ "id": 7 }));
        assert_eq!(said.access_token["tenant"], json!({ "id": 7 }));
        assert_eq!(said.access_token["https://example.com/login"], "ann");
        for claims in [&said.id_token, &said.userinfo, &said.access_token] {
            assert!(claims.get("nothing").is_none() && claims.get("cost_center").is_none());
            assert_eq!(claims["sub"], user.to_string());
        }
    }

    async fn too_many_groups_are_left_to_userinfo_and_the_token_says_so(world: World) {
        let user = ann(&world).await;
        in_groups(&world, user, (0..60).map(|n| format!("g{n:02}"))).await;
        let (app, browser) = told(&world, json!({}), user).await;
        let said = said(&app, &browser, "openid groups").await;
        assert!(said.id_token.get("groups").is_none());
        assert_eq!(said.id_token["_claim_names"], json!({ "groups": "userinfo" }));
        let endpoint = format!("{}/oauth2/userinfo", world.base);
        assert_eq!(said.id_token["_claim_sources"], json!({ "userinfo": { "endpoint": endpoint } }));
        assert_eq!(said.userinfo["groups"].as_array().unwrap().len(), 60);
        assert!(said.userinfo.get("_claim_names").is_none());
    }

    async fn a_client_is_told_of_its_own_groups_only(world: World) {
        let user = ann(&world).await;
        in_groups(&world, user, ["app-admins", "app-users", "others"].map(str::to_owned).into_iter()).await;
        let rule = json!({ "groups": { "starting_with": "app-", "at_most": 2 } });
        let (app, browser) = told(&world, rule, user).await;
        let said = said(&app, &browser, "openid groups").await;
        let mut groups: Vec<&str> = said.id_token["groups"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        groups.sort_unstable();
        assert_eq!(groups, ["app-admins", "app-users"]);
        assert_eq!(said.userinfo["groups"].as_array().unwrap().len(), 2);
    }

    async fn oauth2_proxy_cve_2026_40574_a_mapped_address_is_one_plain_address_too(world: World) {
        let user = ann(&world).await;
        let evil = json!({ "claims": { "email": { "constant": "a@evil.test@example.com" } } });
        let (app, browser) = told(&world, evil, user).await;
        let said = said(&app, &browser, "openid email").await;
        for claims in [&said.id_token, &said.userinfo] {
            assert!(claims.get("email").is_none() && claims.get("email_verified").is_none(), "{claims}");
        }
    }

    async fn claims_that_are_asked_for_one_by_one_are_told_where_they_were_asked_for(world: World) {
        let user = ann(&world).await;
        let (app, browser) = told(&world, json!({}), user).await;
        let asked = r#"{"id_token":{"phone_number":null},"userinfo":{"roles":{"essential":true}}}"#;
        let request = app.request_with(&[("scope", "openid"), ("claims", asked)]);
        let response = app.authorize(&browser.cookies, &request).await;
        let url = crate::application::location(&response);
        let answer = if url.path().starts_with("/oauth2/consent/") {
            let form = [
                ("decision", "allow".to_owned()),
                ("session", browser.session.to_string()),
            ];
            let response = app.post(url.path(), &browser.cookies, &form).await;
            crate::application::redirected(&response)
        } else {
            crate::application::redirected(&response)
        };
        let tokens = app.redeem(&answer["code"]).await;
        let id_token = app.checked(tokens.text("id_token")).await;
        assert_eq!(id_token["phone_number"], "+41 2");
        assert!(id_token.get("roles").is_none());
        let userinfo = app.userinfo(tokens.text("access_token")).await.body;
        assert_eq!(userinfo["roles"], json!(["reader", "editor"]));
        assert!(userinfo.get("phone_number").is_none());
    }
}
