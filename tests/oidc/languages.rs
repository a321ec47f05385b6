//! In which language a page is: as the application asks, as the person reads, as the browser
//! says, in this order.

use doorward::domain::audit::{Actor, Change};
use doorward::domain::directory;
use doorward::http::web::around;
use doorward::http::{login, oidc};
use reqwest::Response;
use serde_json::json;

use crate::application::{
    Application, REDIRECT_URI, location, metadata, person, register, signed_in,
};
use crate::on_both_engines;
use crate::support::World;

/// The application, before a server that has the sign-in pages too.
async fn with_sign_in(world: &World) -> Application<'_> {
    let registered = register(world, true, metadata()).await;
    let doors = oidc::routes(&world.state).merge(login::routes());
    Application {
        world,
        server: world.serve(around(doors, world.state.clone())),
        client_id: registered.id.to_string(),
        secret: registered.secret.map(|secret| secret.reveal().to_owned()),
        redirect_uri: REDIRECT_URI.to_owned(),
    }
}

async fn get(app: &Application<'_>, path: &str, cookies: &str, accepted: &str) -> Response {
    let request = app.server.http.get(format!("{}{path}", app.server.base));
    let request = request.header("cookie", cookies);
    let request = request.header("accept", "text/html");
    request
        .header("accept-language", accepted)
        .send()
        .await
        .unwrap()
}

async fn page(app: &Application<'_>, path: &str, cookies: &str, accepted: &str) -> String {
    get(app, path, cookies, accepted)
        .await
        .text()
        .await
        .unwrap()
}

fn assert_language(page: &str, tag: &str, heading: &str) {
    assert!(page.contains(&format!("<html lang=\"{tag}\">")), "{page}");
    assert!(page.contains(&format!("<h1>{heading}</h1>")), "{page}");
}

async fn reads(world: &World, user: directory::UserId, attribute: &str, value: &str) {
    let mut change = Change::begin(&world.db, Actor::System, world.now())
        .await
        .unwrap();
    let user = directory::find_user(&mut change, user)
        .await
        .unwrap()
        .unwrap();
    let mut profile = user.profile.clone();
    profile
        .attributes
        .insert(attribute.to_owned(), json!(value));
    directory::change_profile(&mut change, user, profile)
        .await
        .unwrap();
    change.commit().await.unwrap();
}

on_both_engines! {
    async fn the_sign_in_page_is_in_the_language_that_the_application_asked_for(world: World) {
        let app = with_sign_in(&world).await;
        let request = app.request_with(&[("ui_locales", "tlh fr-CA de")]);
        let response = app.authorize("doorward-browser=b", &request).await;
        let path = location(&response).path().to_owned();
        let cookie = response.headers().get("set-cookie");
        let cookie = cookie.map_or("doorward-browser=b", |cookie| cookie.to_str().unwrap());
        let cookie = cookie.split(';').next().unwrap().to_owned();
        let shown = page(&app, &path, &cookie, "nl").await;
        assert_language(&shown, "fr", "Se connecter");
        // Also after a failure.
        let form = [("username", "nobody".to_owned()), ("password", "x".to_owned())];
        let shown = app.post(&path, &cookie, &form).await.text().await.unwrap();
        assert!(shown.contains("La connexion a échoué."), "{shown}");
        assert!(shown.contains("<title>Erreur : Se connecter"), "{shown}");
    }

    async fn without_a_wish_of_the_application_the_browser_decides(world: World) {
        let app = with_sign_in(&world).await;
        assert_language(&page(&app, "/login", "", "da, nl;q=0.4").await, "nl", "Waar te beginnen");
        assert_language(&page(&app, "/login", "", "da").await, "en", "Where to start");
    }

    async fn a_person_who_is_known_is_asked_in_their_own_language(world: World) {
        let app = with_sign_in(&world).await;
        let babs = person(&world, "babs").await;
        reads(&world, babs, "preferredLanguage", "de-CH").await;
        let browser = signed_in(&world, babs).await;
        let response = app.authorize(&browser.cookies, &app.request()).await;
        let path = location(&response).path().to_owned();
        let shown = page(&app, &path, &browser.cookies, "fr").await;
        assert_language(&shown, "de", "The Application zulassen?");
        assert!(shown.contains("Ihre E-Mail-Adresse sehen"), "{shown}");
        let shown = page(&app, "/oauth2/logout", &browser.cookies, "fr").await;
        assert_language(&shown, "de", "Abmelden?");
        let request = app.request_with(&[("ui_locales", "nl"), ("prompt", "consent")]);
        let response = app.authorize(&browser.cookies, &request).await;
        let path = location(&response).path().to_owned();
        let shown = page(&app, &path, &browser.cookies, "fr").await;
        assert_language(&shown, "nl", "The Application toestaan?");
        let shown = page(&app, "/oauth2/logout?ui_locales=en", &browser.cookies, "fr").await;
        assert_language(&shown, "en", "Sign out?");
    }

    async fn refusals_are_translated_and_carry_their_code(world: World) {
        let app = with_sign_in(&world).await;
        for (path, code, heading) in [
            ("/oauth2/authorize?client_id=nobody", "invalid_client", "Unbekannte Anwendung"),
            ("/oauth2/authorize", "invalid_request", "Unvollständige Anfrage"),
            ("/oauth2/consent/x", "invalid_request", "Hier geht es nicht weiter"),
            ("/login/x", "sign_in_unknown", "Diese Anmeldung ist hier nicht bekannt"),
            ("/nowhere", "not_found", "Hier ist nichts"),
            ("/oauth2/logout?id_token_hint=x", "invalid_request", "Diese Abmeldung ist nicht möglich"),
        ] {
            let shown = page(&app, path, "", "de").await;
            assert_language(&shown, "de", heading);
            assert!(shown.contains(&format!("id=\"error-code\">{code}<")), "{shown}");
        }
        let shown = page(&app, "/oauth2/authorize?ui_locales=fr", "", "de").await;
        assert_language(&shown, "fr", "Requête incomplète");
    }

    async fn every_page_forbids_frames_storage_and_referrers(world: World) {
        let app = with_sign_in(&world).await;
        for path in ["/login", "/login/x", "/nowhere", "/oauth2/logout", "/oauth2/authorize"] {
            let response = get(&app, path, "", "en").await;
            let headers = response.headers();
            let policy = headers["content-security-policy"].to_str().unwrap();
            assert!(policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
            assert!(policy.contains("default-src 'none'"), "{path}: {policy}");
            assert!(!policy.contains("unsafe"), "{path}: {policy}");
            assert_eq!(headers["x-frame-options"], "DENY", "{path}");
            assert_eq!(headers["referrer-policy"], "no-referrer", "{path}");
            assert_eq!(headers["cache-control"], "no-store", "{path}");
            let text = response.text().await.unwrap();
            assert!(!text.contains("<script") && !text.contains("style="), "{path}: {text}");
        }
    }
}
