//! A person signs in to the sample application, or does not.

use crate::demo::Demo;
use crate::webdriver::{Browser, ENTER, TAB};

#[tokio::test]
async fn a_provisioned_person_signs_in_to_the_application_sees_their_claims_and_signs_out() {
    let demo = Demo::start().await;
    let browser = Browser::start().await;
    let mira = demo.person("mira");
    browser.open(&demo.sample).await;
    browser.picture("sample-1-nobody").await;
    browser.find("sample-sign-in").await.click().await;
    browser.find("username").await.write(&mira.user_name).await;
    browser.find("password").await.write(&mira.password).await;
    browser.picture("sign-in").await;
    browser.find("login-submit").await.click().await;
    browser.find("consent-allow").await;
    browser.picture("consent").await;
    browser.find("consent-allow").await.click().await;

    assert_eq!(
        browser.find("visitor-name").await.text().await,
        "Mira Lindqvist"
    );
    let claims = browser.find("claims-id_token").await.text().await;
    for expected in [demo.issuer.as_str(), "pwd", "nonce", "auth_time"] {
        assert!(claims.contains(expected), "{expected} in\n{claims}");
    }
    let userinfo = browser.find("claims-userinfo").await.text().await;
    assert!(userinfo.contains(&mira.user_name), "{userinfo}");
    browser.picture("sample-2-claims").await;

    // The application proves with its id_token whom it signs out, so nobody is asked to confirm.
    browser.find("sample-sign-out").await.click().await;
    browser.find("sample-sign-in").await.click().await;
    browser.find("password").await;
    assert!(
        browser.url().await.starts_with(&demo.issuer),
        "the session at the issuer has ended too"
    );
}

#[tokio::test]
async fn signing_out_at_the_issuer_asks_first() {
    let demo = Demo::start().await;
    let browser = Browser::start().await;
    demo.sign_in(&browser, "mira").await;
    let logout = format!("{}/oauth2/logout", demo.issuer);
    browser.open(&logout).await;
    browser.find("logout-cancel").await.click().await;
    browser.open(&logout).await;
    browser.picture("logout").await;
    browser.find("logout-confirm").await.click().await;
    browser.find_css("h1").await;
    browser.picture("signed-out").await;
    browser.forget_cookie("sample_application").await;
    demo.go_to_sign_in(&browser).await;
}

#[tokio::test]
async fn consent_is_remembered_and_a_session_needs_no_second_password() {
    let demo = Demo::start().await;
    let browser = Browser::start().await;
    demo.sign_in(&browser, "tomas").await;
    // The sample forgets, the issuer does not.
    browser.forget_cookie("sample_application").await;
    browser.open(&demo.sample).await;
    browser.find("sample-sign-in").await.click().await;
    assert_eq!(
        browser.find("visitor-name").await.text().await,
        "Tomás Okafor"
    );
}

#[tokio::test]
async fn a_wrong_password_is_told_without_saying_which_part_was_wrong() {
    let demo = Demo::start().await;
    let browser = Browser::start().await;
    let mut answers = Vec::new();
    for name in [demo.person("mira").user_name.as_str(), "nobody@example.com"] {
        demo.go_to_sign_in(&browser).await;
        browser.find("username").await.write(name).await;
        browser
            .find("password")
            .await
            .write("not the password")
            .await;
        browser.find("login-submit").await.click().await;
        let alert = browser.find_css("#sign-in-error p").await.text().await;
        assert!(!alert.is_empty());
        answers.push(alert);
        let kept = browser.find("password").await.attribute("value").await;
        assert_eq!(
            kept.unwrap_or_default(),
            "",
            "the page does not give the password back"
        );
        browser.picture("sign-in-wrong-password").await;
    }
    assert_eq!(
        answers[0], answers[1],
        "an unknown person gets the same answer"
    );
}

#[tokio::test]
async fn a_deactivated_person_cannot_sign_in_and_their_session_has_ended() {
    let demo = Demo::start().await;
    let browser = Browser::start().await;
    demo.sign_in(&browser, "yuki").await;
    demo.deactivate("yuki").await;

    browser.forget_cookie("sample_application").await;
    demo.go_to_sign_in(&browser).await;
    let yuki = demo.person("yuki");
    browser.find("username").await.write(&yuki.user_name).await;
    browser.find("password").await.write(&yuki.password).await;
    browser.find("login-submit").await.click().await;
    browser.find_css("#sign-in-error p").await;
    browser.picture("sign-in-deactivated").await;
    browser.open(&demo.sample).await;
    browser.find("sample-sign-in").await;
}

#[tokio::test]
async fn signing_in_and_out_needs_no_javascript() {
    let demo = Demo::start().await;
    let browser = Browser::start_without_javascript().await;
    browser
        .open("data:text/html,<p id=p>off</p><script>p.textContent='on'</script>")
        .await;
    assert_eq!(
        browser.text().await,
        "off",
        "scripts do not run in this browser"
    );
    demo.sign_in(&browser, "mira").await;
    browser
        .open(&format!("{}/oauth2/logout", demo.issuer))
        .await;
    browser.find("logout-confirm").await.click().await;
    browser.forget_cookie("sample_application").await;
    demo.go_to_sign_in(&browser).await;
}

#[tokio::test]
async fn a_person_signs_in_with_the_keyboard_alone() {
    let demo = Demo::start().await;
    let browser = Browser::start().await;
    let tomas = demo.person("tomas");
    browser.open(&demo.sample).await;
    demo.tab_to(&browser, "sample-sign-in").await;
    browser.press(ENTER).await;
    browser.find("username").await;
    demo.tab_to(&browser, "username").await;
    browser.press(&tomas.user_name).await;
    browser.press(TAB).await;
    assert_eq!(
        demo.focused(&browser).await,
        "password",
        "one key from the name to the password"
    );
    browser.press(&tomas.password).await;
    browser.picture("sign-in-keyboard").await;
    browser.press(ENTER).await;
    browser.find("consent-allow").await;
    demo.tab_to(&browser, "consent-allow").await;
    browser.picture("consent-keyboard").await;
    browser.press(ENTER).await;
    browser.find("visitor-name").await;
}
