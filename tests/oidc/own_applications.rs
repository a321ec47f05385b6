//! What a person allowed applications, on the pages of their own account.

use doorward::domain::jobs::Job;
use doorward::domain::lifecycle::TellOfLogout;
use doorward::foundation::db::{Fetch, sql};
use doorward::http::web::around;
use doorward::http::{account, oidc};
use reqwest::StatusCode;

use crate::application::{Application, Browser, location, metadata, person, register, signed_in};
use crate::on_both_engines;
use crate::support::World;

const PATH: &str = "/account/applications";

/// An application, and the account pages on the same server.
async fn served(world: &World) -> Application<'_> {
    let mut metadata = metadata();
    metadata.backchannel_logout_uri = Some("https://app.example.com/backchannel".to_owned());
    let redirect_uri = metadata.redirect_uris[0].clone();
    let registered = register(world, true, metadata).await;
    let doors = oidc::routes(&world.state).merge(account::routes());
    Application {
        world,
        server: world.serve(around(doors, world.state.clone())),
        client_id: registered.id.to_string(),
        secret: registered.secret.map(|secret| secret.reveal().to_owned()),
        redirect_uri,
    }
}

async fn page(app: &Application<'_>, browser: &Browser, path: &str) -> String {
    let answer = app.get(path, &browser.cookies, &[]).await;
    assert_eq!(answer.status(), StatusCode::OK);
    answer.text().await.unwrap()
}

async fn withdraw(app: &Application<'_>, browser: &Browser) -> String {
    let form = [("application", app.client_id.clone())];
    let answer = app.post(PATH, &browser.cookies, &form).await;
    let location = location(&answer);
    location.query().unwrap_or_default().to_owned()
}

async fn jobs_to_tell(world: &World) -> i64 {
    let mut from = &world.db;
    let statement = sql("select count(*) as n from jobs where kind = $1").bind(TellOfLogout::KIND);
    from.fetch_one(statement).await.unwrap().get("n").unwrap()
}

on_both_engines! {
    async fn a_person_sees_what_an_application_may_and_takes_it_back(world: World) {
        let app = served(&world).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        let shown = page(&app, &browser, PATH).await;
        assert!(shown.contains("The Application"));
        assert!(shown.contains("see your e-mail address") && shown.contains("Last used"), "{shown}");
        assert!(page(&app, &browser, "/account/sessions").await.contains("The Application"));
        assert_eq!(withdraw(&app, &browser).await, "notice=withdrawn");
        let refused = app.refresh(tokens.text("refresh_token")).await;
        assert_eq!(refused.error(), (400, "invalid_grant"));
        assert_eq!(app.userinfo(tokens.text("access_token")).await.status, 401);
        assert!(page(&app, &browser, PATH).await.contains("not allowed anything"));
        // It has to ask anew.
        let asked = app.authorize(&browser.cookies, &app.request()).await;
        assert!(location(&asked).path().starts_with("/oauth2/consent"), "{}", location(&asked));
        assert_eq!(withdraw(&app, &browser).await, "notice=nothing-to-do");
        let activity = page(&app, &browser, "/account/activity").await;
        assert!(activity.contains("withdrawn") && activity.contains("The Application"));
    }

    async fn a_code_that_is_on_its_way_is_withdrawn_too(world: World) {
        let app = served(&world).await;
        let browser = app.visitor().await;
        let code = app.code(&browser).await;
        assert_eq!(withdraw(&app, &browser).await, "notice=withdrawn");
        assert_eq!(app.redeem(&code).await.error(), (400, "invalid_grant"));
    }

    async fn advisory_54_nobody_withdraws_or_sees_what_somebody_else_allowed(world: World) {
        let app = served(&world).await;
        let babs = app.visitor().await;
        let tokens = app.tokens(&babs).await;
        let noor = person(&world, "noor").await;
        let noor = signed_in(&world, noor).await;
        assert!(!page(&app, &noor, PATH).await.contains("The Application"));
        assert_eq!(withdraw(&app, &noor).await, "notice=nothing-to-do");
        assert_eq!(app.refresh(tokens.text("refresh_token")).await.status, 200);
    }

    async fn a_session_that_is_ended_from_elsewhere_is_told_to_its_applications(world: World) {
        let app = served(&world).await;
        let there = app.visitor().await;
        app.tokens(&there).await;
        let here = signed_in(&world, there.user).await;
        let path = format!("/account/sessions/{}/end", there.session);
        let answer = app.post(&path, &here.cookies, &[]).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        assert_eq!(jobs_to_tell(&world).await, 1);
        let answer = app.post(&path, &here.cookies, &[]).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        assert_eq!(jobs_to_tell(&world).await, 1);
    }

    async fn this_was_not_me_ends_what_outlives_sessions_but_not_what_is_held_here(world: World) {
        let app = served(&world).await;
        let there = app.visitor().await;
        let elsewhere = app.tokens(&there).await;
        let here = signed_in(&world, there.user).await;
        let own = app.tokens(&here).await;
        let answer = app.post("/account/not-me", &here.cookies, &[]).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        let refused = app.refresh(elsewhere.text("refresh_token")).await;
        assert_eq!(refused.error(), (400, "invalid_grant"));
        assert_eq!(app.refresh(own.text("refresh_token")).await.status, 200);
        assert_eq!(jobs_to_tell(&world).await, 1);
    }
}
