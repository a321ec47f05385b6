//! A password that was forgotten, and one that has to be changed.

use crate::demo::Demo;
use crate::letters::link;
use crate::webdriver::Browser;

const NEW: &str = "lantern mosaic harbour";

/// Chooses a new password on the page that asks for one.
async fn choose(browser: &Browser, password: &str) {
    for field in ["new_password", "new_password_again"] {
        browser.find(field).await.write(password).await;
    }
    browser.find("password-submit").await.click().await;
}

#[tokio::test]
async fn a_forgotten_password_is_chosen_anew_by_the_link_in_the_letter_and_old_sessions_end() {
    let demo = Demo::start().await;
    let before = Browser::start().await;
    demo.sign_in(&before, "mira").await;

    let browser = Browser::start_without_javascript().await;
    demo.go_to_sign_in(&browser).await;
    browser.find("forgot").await.click().await;
    browser
        .find("username")
        .await
        .write(&demo.person("mira").user_name)
        .await;
    browser.pictures("forgotten").await;
    browser.find("forgot-submit").await.click().await;
    browser.find_css("h1").await;
    browser.pictures("forgotten-sent").await;
    let letter = demo.take_letter("mira", "/reset/").await;
    let link = link(&letter, "/reset/");
    browser.open(&link).await;
    browser.find("new_password").await;
    browser.pictures("reset").await;
    choose(&browser, NEW).await;
    browser.pictures("reset-done").await;

    before.open(&format!("{}/account", demo.issuer)).await;
    before.find("login-submit").await;
    browser.open(&link).await;
    assert!(browser.text().await.contains("does not work"), "once");
    demo.go_to_sign_in(&browser).await;
    demo.type_password(&browser, "mira", &demo.person("mira").password)
        .await;
    browser.find_css("#sign-in-error p").await;
    demo.type_password(&browser, "mira", NEW).await;
    // What was allowed before is remembered; nothing that was issued is.
    assert_eq!(
        browser.find("visitor-name").await.text().await,
        "Mira Lindqvist"
    );
    demo.take_letter("mira", "Your password was changed").await;
}

#[tokio::test]
async fn a_password_that_an_administrator_set_is_changed_before_the_session_begins() {
    let demo = Demo::start().await;
    let browser = Browser::start_without_javascript().await;
    let mira = &demo.person("mira").user_name;
    let given = "given by an administrator";
    demo.command(
        &[
            "user",
            "set-password",
            mira,
            "--password-stdin",
            "--force-change",
        ],
        given,
    );
    demo.go_to_sign_in(&browser).await;
    demo.type_password(&browser, "mira", given).await;
    browser.find("new_password").await;
    browser.pictures("new-password").await;
    // The page is the only way on.
    browser.open(&format!("{}/account", demo.issuer)).await;
    browser.find("login-submit").await;
    demo.go_to_sign_in(&browser).await;
    demo.type_password(&browser, "mira", given).await;
    choose(&browser, given).await;
    browser.find_css("#new-password-error p").await;
    choose(&browser, NEW).await;
    browser.find("consent-allow").await.click().await;
    browser.find("visitor-name").await;

    demo.sign_out(&browser).await;
    demo.go_to_sign_in(&browser).await;
    demo.type_password(&browser, "mira", NEW).await;
    browser.find("visitor-name").await;
}
